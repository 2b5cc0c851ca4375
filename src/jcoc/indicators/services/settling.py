"""Handed-in values become final as computed ones do: when the time for late records is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jcoc.indicators import said
from jcoc.indicators.computed import CITY, settled
from jcoc.indicators.models import Cause, Origin, Value
from jcoc.indicators.services.keeping import Conflict, NewValue, Refused, keep

#: Values that one transaction keeps: others write between two.
TOGETHER = 500


@dataclass
class Settled:
    done: int = 0
    #: Of each indicator with values that cannot be kept as they are: the reason of the first one.
    problems: dict[str, str] = field(default_factory=dict)


def settle(now: datetime) -> Settled:
    """Make final what was handed in after its period had ended. One that cannot be leaves the others alone.

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
    settled_now = Settled()
    for at in range(0, len(ready), TOGETHER):
        _keep([_final(value) for value in ready[at : at + TOGETHER]], settled_now)
    return settled_now


def _keep(batch: Sequence[NewValue], so_far: Settled) -> None:
    """All together, or in halves down to the one that cannot be."""
    try:
        so_far.done += len(keep(batch, action="indicators.settle"))
    except (Conflict, Refused) as error:
        if len(batch) > 1:
            half = len(batch) // 2
            _keep(batch[:half], so_far)
            _keep(batch[half:], so_far)
        elif isinstance(error, Refused):
            so_far.problems.setdefault(batch[0].indicator.code, error.said())
        # Else somebody handed it in again meanwhile: the next run sees that one.


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
