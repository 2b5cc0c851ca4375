"""A public value and a flag of it, for tests that walk every page."""

from __future__ import annotations

from datetime import date

from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction, Entered, Indicator
from jcoc.indicators.models import Cause, Flag, Origin
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
from jcoc.trail.audit.guard import unguarded


def public_value(place: Place) -> Flag:
    indicator = Indicator(
        code="uji", name=Words("Uji", "Test"), method=Words("Uji", "Test"), unit="%", direction=Direction.HIGHER,
        period=PeriodType.YEAR, dimension="living", sub_dimension="health", owner="Uji", source=Entered(),
    )  # fmt: skip
    declare("uji", [indicator], today=date(2026, 11, 24))
    (value,) = keep(
        [
            NewValue(
                indicator=Kept.objects.get(code="uji"),
                place=place,
                period=parse(PeriodType.YEAR, "2024"),
                value=1.0,
                origin=Origin.ENTERED,
                cause=Cause.IMPORTED,
            )
        ]
    )
    with unguarded():
        return Flag.objects.create(value=value, kept="1.0", recomputed="2.0")
