from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jcoc.telemetry import topics
from jcoc.telemetry.models import Datastream, DeviceToken, HistoricalLocation, MqttTopic, Thing
from jcoc.telemetry.services import NewDatastream, Refused, issue_token, register_thing, revoke_token
from jcoc.trail.audit.guard import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LEVEL = NewDatastream(
    "level",
    "Tinggi muka air",
    "Water level",
    "metre",
    "m",
    dimension="environment",
    origin="simulated",
    origin_note="Simulasi",
    audience="public",
    lowest=0,
    gap_after=timedelta(minutes=30),
    topic="sungai/level",
)


def test_a_thing_comes_with_place_datastreams_limits_and_topics() -> None:
    thing = register_thing("gauge", "Pos duga air", [LEVEL], point=(103.6, -1.6), place="Jembatan")
    location = thing.locations.get()
    assert location.location == {"type": "Point", "coordinates": [103.6, -1.6]}
    assert list(HistoricalLocation.objects.get(thing=thing).locations.all()) == [location]
    datastream = Datastream.objects.get(code="level")
    assert (datastream.thing, datastream.unit_symbol, datastream.origin) == (thing, "m", "simulated")
    assert datastream.observed_property.name == "Water level"
    assert (datastream.quality_rule.lowest, datastream.quality_rule.highest) == (0, None)
    assert datastream.quality_rule.gap_after == timedelta(minutes=30)
    assert MqttTopic.objects.get().datastream == datastream


def test_registering_again_adds_what_is_missing_and_leaves_what_was_edited() -> None:
    register_thing("gauge", "Pos duga air", [LEVEL], point=(103.6, -1.6))
    with unguarded():
        Datastream.objects.filter(code="level").update(name="Disunting")
    rain = NewDatastream("rain", "Hujan", "Rainfall")
    thing = register_thing("gauge", "Nama lain", [LEVEL, rain], point=(1, 1))
    assert thing.name == "Pos duga air"
    assert thing.locations.count() == 1
    assert sorted(thing.datastreams.values_list("code", "name")) == [
        ("level", "Disunting"),
        ("rain", "Hujan"),
    ]
    assert not hasattr(Datastream.objects.get(code="rain"), "quality_rule")


def test_what_cannot_be_registered_leaves_nothing() -> None:
    register_thing("gauge", "Pos duga air", [LEVEL])
    with pytest.raises(Refused, match="Datastream “level” belongs to thing “gauge”, not to “other”"):
        register_thing("other", "Lain", [NewDatastream("new", "Baru", "New"), LEVEL])
    with pytest.raises(Refused, match=r"Datastream “a b” cannot be registered\. code: "):
        register_thing("other", "Lain", [NewDatastream("a b", "Salah", "New")])
    with pytest.raises(Refused, match=r"cannot be registered\. origin: "):
        register_thing("other", "Lain", [NewDatastream("new", "Baru", "New", origin="guessed")])
    assert Thing.objects.count() == 1
    assert Datastream.objects.count() == 1


def test_a_token_is_shown_once_and_only_its_digest_is_kept() -> None:
    register_thing("gauge", "Pos duga air", [LEVEL])
    token, secret = issue_token("device", ["level"], readings_per_second=5)
    assert len(secret) > 40
    row = DeviceToken.objects.values().get()
    assert secret not in str(row)
    assert (token.readings_per_second, [d.code for d in token.datastreams.all()]) == (5, ["level"])
    with pytest.raises(Refused, match="There is no datastream “a”, “b”"):
        issue_token("device", ["level", "b", "a"])
    assert DeviceToken.objects.count() == 1


def test_revoking_twice_keeps_the_first_time() -> None:
    register_thing("gauge", "Pos duga air", [LEVEL])
    token, _ = issue_token("device", ["level"])
    revoke_token(token)
    first = token.revoked
    revoke_token(token)
    token.refresh_from_db()
    assert token.revoked == first is not None


@pytest.mark.parametrize("topic", ["sungai/#", "sungai/+/level", "sungai/\0"])
def test_a_topic_with_a_wildcard_is_refused(db: None, topic: str) -> None:
    with pytest.raises(Refused, match=r"cannot be registered\. topic: "):
        register_thing("t", "T", [replace(LEVEL, topic=topic)])
    assert not Thing.objects.exists()


@pytest.mark.parametrize(
    ("topic", "whole"),
    [("a", True), ("/a b/ü", True), ("$x", True), ("", False), ("a" * 65_535, True), ("ü" * 32_768, False)],
)
def test_names_of_topics(topic: str, whole: bool) -> None:
    assert topics.is_name(topic) is whole
