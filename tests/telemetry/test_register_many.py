"""Many things in one go: few statements, all or none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jcoc.telemetry.models import Datastream, MqttTopic, ObservedProperty, Thing
from jcoc.telemetry.services import NewDatastream, NewThing, Refused, register_things
from jcoc.telemetry.versions import current_version

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def things(count: int, start: int = 0) -> list[NewThing]:
    return [
        NewThing(
            f"post-{i}",
            f"Post {i}",
            [
                NewDatastream(f"post-{i}-level", "Level", "Water level", lowest=0, topic=f"posts/{i}"),
                NewDatastream(f"post-{i}-rain", "Rain", "Rain", sensor="Gauge"),
            ],
            point=(103.6, -1.6),
        )
        for i in range(start, start + count)
    ]


def test_statements_do_not_grow_with_things() -> None:
    with CaptureQueriesContext(connection) as few:
        assert register_things(things(3)) == 6
    with CaptureQueriesContext(connection) as many:
        assert register_things(things(60, start=3)) == 120
    assert len(many) <= len(few)
    thing = Thing.objects.get(code="post-40")
    assert thing.locations.get().location["coordinates"] == [103.6, -1.6]
    assert thing.historical_locations.get().locations.get() == thing.locations.get()
    assert Datastream.objects.get(code="post-40-level").quality_rule.lowest == 0
    assert MqttTopic.objects.get(topic="posts/40").datastream.code == "post-40-level"
    assert ObservedProperty.objects.count() == 2


def test_a_running_server_is_told() -> None:
    before = current_version()
    register_things(things(2))
    told = current_version()
    assert told > before
    assert register_things(things(2)) == 0
    assert current_version() == told


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (NewThing("b a d", "Bad"), "Thing “b a d” cannot be registered"),
        (
            NewThing("bad", "Bad", [NewDatastream("bad-1", "", "Rain")]),
            "Datastream “bad-1” cannot be registered",
        ),
        (NewThing("bad", "Bad", [NewDatastream("post-0-rain", "Rain", "Rain")]), "belongs to thing “post-0”"),
        (
            NewThing("bad", "Bad", [NewDatastream("bad-1", "R", "Rain", topic="posts/0")]),
            "topic “posts/0” is another",
        ),
    ],
)
def test_one_that_cannot_be_leaves_none(bad: NewThing, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        register_things([*things(3), bad])
    assert not Thing.objects.exists()
    assert not Datastream.objects.exists()
    assert not ObservedProperty.objects.exists()
