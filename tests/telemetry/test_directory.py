from __future__ import annotations

import threading
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction

from jcoc.telemetry import directory as module
from jcoc.telemetry.directory import Directory, Snapshot, load
from jcoc.telemetry.models import Datastream, FeatureOfInterest, MqttTopic, QualityRule
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing, revoke_token
from jcoc.telemetry.versions import current_version, touch
from support import a_lock_is_waited_for, until
from telemetry.small_city import City

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("laying_out")]


def fresh() -> Directory:
    directory = Directory()
    directory.refresh()
    return directory


def test_a_snapshot_holds_what_ingest_and_live_need(city: City) -> None:
    QualityRule.objects.update_or_create(
        datastream=city.level,
        defaults={"lowest": 0, "highest": 5, "rate_per_minute": 2, "flat_after": timedelta(hours=3)},
    )
    MqttTopic.objects.create(topic="a/b", datastream=city.rain)
    feature = FeatureOfInterest.objects.create(name="Sungai", feature={})
    snapshot = fresh().snapshot
    level, rain, gate = (snapshot.slots[code] for code in ("level", "rain", "gate"))
    assert snapshot.slots[city.level.pk] == level
    assert snapshot.ids[level] == city.level.pk and snapshot.codes[level] == "level"
    assert snapshot.numeric[[level, gate]].tolist() == [True, False]
    limits = snapshot.limits
    assert (limits.lowest[level], limits.highest[level], limits.rate_per_minute[level]) == (0, 5, 2)
    assert limits.flat_after[level] == 3 * 3600 * 1_000_000
    assert (limits.lowest[rain], limits.highest[rain]) == (-np.inf, np.inf)
    assert limits.gap_after[rain] == 3600 * 1_000_000
    assert snapshot.topics == {"a/b": rain}
    assert snapshot.features == {feature.pk}
    (token,) = snapshot.tokens.values()
    assert set(token.slots) == {
        "level", "rain", "gate", city.level.pk, city.rain.pk, city.word.pk,
    }  # fmt: skip


def test_slots_keep_their_meaning(city: City) -> None:
    directory = fresh()
    before = directory.snapshot
    level_pk = city.level.pk
    city.level.delete()
    register_thing("more", "More", [NewDatastream("more", "More", "More")])
    directory.refresh()
    after = directory.snapshot
    assert after.slots["rain"] == before.slots["rain"]
    assert after.slots["more"] == len(before)
    assert "level" not in after.slots and level_pk not in after.slots
    assert after.ids[before.slots["level"]] == level_pk
    assert not after.visible(frozenset(module.AUDIENCES))[before.slots["level"]]


def test_slots_of_ids(city: City) -> None:
    snapshot = fresh().snapshot
    ids = np.array([city.rain.pk, 10**9, city.level.pk, -1])
    assert snapshot.slots_of_ids(ids).tolist() == [snapshot.slots["rain"], -1, snapshot.slots["level"], -1]
    assert Snapshot.empty().slots_of_ids(ids).tolist() == [-1] * 4


def test_every_write_is_noticed(city: City) -> None:
    version = current_version()

    def grew() -> bool:
        nonlocal version
        before, version = version, current_version()
        return version > before

    city.level.save()
    assert grew()
    QualityRule.objects.create(datastream=city.word, lowest=1)
    assert grew()
    token, _ = issue_token("t", ["level"])
    assert grew()
    token.datastreams.clear()
    assert grew()
    revoke_token(token)
    assert grew()
    MqttTopic.objects.create(topic="x", datastream=city.level).delete()
    assert grew()
    city.level.delete()
    assert grew()
    Datastream.objects.update(description="bulk")
    assert not grew()  # no signal
    touch()
    assert grew()


def test_the_budget_of_a_token(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = fresh()
    (token,) = (t for t in directory.snapshot.tokens.values())
    token = type(token)(token.digest, token.name, token.slots, 10, token.expires)
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    assert directory.wait_for(token, 15) == 0  # 20 are there
    assert directory.wait_for(token, 15) == 0  # into debt: −10
    assert directory.wait_for(token, 1) == pytest.approx(1.1)
    now[0] += 1.1
    assert directory.wait_for(token, 1) == 0
    now[0] += 1000
    assert directory.wait_for(token, 20) == 0
    assert directory.wait_for(token, 1) > 0  # it does not pile up


def test_making_room_comes_before_use_and_news_after(city: City) -> None:
    directory = fresh()
    seen: list[tuple[str, int, int]] = []
    directory.watch(
        lambda snapshot: seen.append(("before", len(snapshot), len(directory.snapshot))),
        lambda: seen.append(("after", 0, len(directory.snapshot))),
    )
    register_thing("more", "More", [NewDatastream("more", "More", "More")])
    directory.replace(load(directory.snapshot))
    assert seen == [("before", 4, 4), ("before", 5, 4), ("after", 0, 5)]


@pytest.mark.django_db(transaction=True)
def test_the_first_two_writers_both_count() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one transaction write at a time; tests/cluster runs this on PostgreSQL")

    def touch_too() -> None:
        try:
            touch()
        finally:
            connection.close()

    beside = threading.Thread(target=touch_too)
    with transaction.atomic():
        touch()
        beside.start()
        until(a_lock_is_waited_for, what="the wait for the other's row")
    beside.join(20)
    assert current_version() == 2
