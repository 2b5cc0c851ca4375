"""Who may see a datastream is said once for the database and once for the snapshot in memory: they must agree."""

from __future__ import annotations

from itertools import combinations

import pytest

from jcoc.people.access import Principal
from jcoc.people.granting import Held
from jcoc.telemetry.directory import Snapshot, load
from jcoc.telemetry.models import PUBLIC, Audience, Datastream, Thing
from jcoc.telemetry.services import NewDatastream, register_thing

pytestmark = pytest.mark.usefixtures("laying_out")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "audiences", [frozenset(some) for n in range(4) for some in combinations(Audience.values, n)]
)
def test_database_and_snapshot_show_the_same(audiences: frozenset[str]) -> None:
    streams = [
        NewDatastream(f"{audience}-{n}", "x", "x", audience=audience)
        for audience in Audience.values
        for n in (1, 2)
    ]
    register_thing("thing", "Thing", streams)
    gone = Datastream.objects.get(code="public-2")
    before = load(Snapshot.empty())
    gone.delete()
    snapshot = load(before)
    in_database = set(Datastream.objects.of_audiences(audiences).values_list("pk", flat=True))
    assert set(snapshot.ids[snapshot.visible(audiences)].tolist()) == in_database
    assert len(in_database) == 2 * len(audiences) - ("public" in audiences)


@pytest.mark.django_db
def test_without_a_log_in_the_public_ones_are_seen() -> None:
    register_thing("thing", "Thing", [NewDatastream(a, "x", "x", audience=a) for a in Audience.values])
    assert {"public"} == PUBLIC
    assert [datastream.code for datastream in Datastream.objects.visible(None)] == ["public"]


@pytest.mark.django_db
def test_a_thing_is_seen_with_one_of_its_datastreams() -> None:
    register_thing("open", "Open", [NewDatastream(a, "x", "x", audience=a) for a in Audience.values])
    register_thing("closed", "Closed", [NewDatastream("inner", "x", "x", audience="administrators")])
    administrator = Principal("user-1", "x", (Held("administrator"),))
    assert [thing.code for thing in Thing.objects.visible(None)] == ["open"]
    assert {thing.code for thing in Thing.objects.visible(administrator)} == {"open", "closed"}
    assert len(Datastream.objects.visible(administrator)) == 4
