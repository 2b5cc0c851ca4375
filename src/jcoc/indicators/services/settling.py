"""Handed-in values become final as computed ones do: when the time for late records is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from jcoc.indicators import said
from jcoc.indicators.computed import CITY, midnight
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.services.keeping import Conflict, NewValue, keep

#: Values that one transaction keeps: others write between two.
TOGETHER = 500


def settled(indicator: Indicator, period: Period, now: datetime) -> bool:
    """Whether a value of the period is final."""
    return now >= midnight(period.end + timedelta(days=1)) + timedelta(seconds=indicator.settles_after_s)


def settle(now: datetime) -> int:
    """Make final what was handed in after its period had ended; how many.

    A figure of a period that was not over says nothing of its end: it waits until it is handed in again.
    """
    loose = Value.objects.current().filter(
        provisional=True, cause=Cause.IMPORTED, end__lt=now.astimezone(CITY).date()
    )
    ready = [
        value
        for value in loose.select_related("indicator", "place").order_by("pk")
        if value.made.astimezone(CITY).date() > value.end and settled(value.indicator, value.period, now)
    ]
    done = 0
    for at in range(0, len(ready), TOGETHER):
        batch = [_final(value) for value in ready[at : at + TOGETHER]]
        try:
            done += len(keep(batch, action="indicators.settle"))
        except Conflict:  # somebody handed one of them in again: the next run sees it
            continue
    return done


def _final(value: Value) -> NewValue:
    return NewValue(
        indicator=value.indicator,
        place=value.place,
        period=value.period,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        origin=Origin(value.origin),
        cause=Cause.IMPORTED,
        follows=value.revision,
        reason=said.say("settled"),
        note=value.note,
        query=value.query,
        row_count=value.row_count,
        coverage=value.coverage,
        rows_sha256=value.rows_sha256,
        source_name=value.source_name,
        source_url=value.source_url,
    )
