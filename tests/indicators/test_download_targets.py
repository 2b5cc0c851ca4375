"""The downloads hold a place's value against the target path where the pages do: a rate's parts, no sum's."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from indicators.laid_out import declared, places
from jcoc.indicators.declaration import Direction, Entered, Target
from jcoc.indicators.models import Cause, Indicator, Origin
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("unit", "of_a_part"), [("%", 80.0), ("{person}", None)])
def test_a_rates_parts_are_held_against_the_citys_target(unit: str, of_a_part: float | None) -> None:
    told = declared(
        "air", Entered(), unit=unit, period=PeriodType.YEAR, direction=Direction.HIGHER,
        targets=(Target("2024", 80.0),), target_source="RPJMD",
    )  # fmt: skip
    declare("test", [told], today=date(2026, 11, 24))
    indicator, where = Indicator.objects.get(), places()
    keep(
        [
            NewValue(
                indicator=indicator, place=where[code], period=parse(PeriodType.YEAR, "2024"), value=4.0,
                origin=Origin.ENTERED, cause=Cause.IMPORTED,
            )
            for code in ("15.71", "15.71.01.1001")
        ]
    )  # fmt: skip
    answer = Client().get("/indicators/air.json")
    values = json.loads(b"".join(answer.streaming_content))["values"]  # type: ignore[attr-defined]
    assert {row["placeCode"]: row["target"] for row in values} == {"15.71": 80.0, "15.71.01.1001": of_a_part}
