"""A small city: two datastreams of numbers, one of words, one of somebody else; a token for the first three."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jcoc.telemetry.models import Datastream
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
from telemetry.small_city import City


@pytest.fixture
def city(db: None) -> City:
    register_thing(
        "sluice",
        "Sungai Asam sluice",
        [
            NewDatastream("level", "Level", "Water level", "metre", "m", lowest=0, highest=5),
            NewDatastream("rain", "Rain", "Rainfall", gap_after=timedelta(hours=1)),
            NewDatastream("gate", "Gate", "Gate", observation_type="http://example.org/category"),
        ],
        point=(103.6, -1.6),
    )
    register_thing("other", "Other", [NewDatastream("foreign", "Foreign", "Water level")])
    token, secret = issue_token("sluice", ["level", "rain", "gate"], readings_per_second=1_000_000)
    level, rain, word, foreign = (
        Datastream.objects.get(code=code) for code in ("level", "rain", "gate", "foreign")
    )
    return City(level, rain, word, foreign, token, secret)
