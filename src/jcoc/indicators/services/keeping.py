"""Keep values: each a revision that follows the one that its maker has seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError

from jcoc.city.models import Place
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import Period
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import create_many, watching, writing

#: Rows that one statement names at most: SQLite takes some thousands of conditions, no more.
_BATCH = 500


class Refused(ValueError):
    """A value that cannot be; the text is a sentence."""


class Conflict(RuntimeError):
    """Somebody else made the next revision first; nothing was kept."""


@dataclass(frozen=True, kw_only=True)
class NewValue:
    indicator: Indicator
    place: Place
    period: Period
    value: float | None  # none: `note` says why
    origin: Origin
    cause: Cause
    follows: int = 0  # the revision that its maker has seen; 0: there was none
    numerator: float | None = None
    denominator: float | None = None
    provisional: bool = False
    reason: str = ""  # of every revision but the first
    note: str = ""
    query: str = ""
    row_count: int | None = None
    rows_sha256: str = ""
    source_name: str = ""
    source_url: str = ""


def existed(place: Place, period: Period) -> bool:
    """Whether a figure of that period is told for the place: the places of a period are those of its last day."""
    began = place.valid_from is None or place.valid_from <= period.end
    return began and (place.valid_to is None or place.valid_to >= period.end)


def keep(values: Sequence[NewValue], *, action: str = "indicators.values_keep") -> list[Value]:
    """Keep them all or none: :class:`Refused`, :class:`Conflict`."""
    for new in values:
        _check(new)
    try:
        with writing(action):
            for at in range(0, len(values), _BATCH):
                _replace(values[at : at + _BATCH])
            return create_many(Value, [_row(new) for new in values])
    except IntegrityError as error:
        raise Conflict("Somebody else kept a value of the same period at the same time.") from error


def _check(new: NewValue) -> None:
    where = f"{new.indicator.code}, {new.place.name}, {new.period}"
    if not existed(new.place, new.period):
        raise Refused(f"{where}: the place did not exist at the end of that period.")
    if new.place.level not in new.indicator.levels:
        raise Refused(f"{where}: the indicator is not told by {new.place.level}.")
    if str(new.period.type) != new.indicator.period_type:
        raise Refused(f"{where}: the indicator is told by {new.indicator.period_type}.")
    if new.follows and not new.reason.strip():
        raise Refused(f"{where}: a revision needs a reason.")
    if not all(
        math.isfinite(each) for each in (new.value, new.numerator, new.denominator) if each is not None
    ):
        raise Refused(f"{where}: the number is too large.")
    if new.value is None and not new.note.strip():
        raise Refused(f"{where}: where there is no value, a note says why.")


def _replace(values: Sequence[NewValue]) -> None:
    """Take `current` from what these follow, if it still is what they have seen."""
    seen: dict[tuple[int, int], dict[date, int]] = {}
    for new in values:
        seen.setdefault((new.indicator.pk, new.place.pk), {})[new.period.start] = new.follows
    standing = Value.objects.current().filter(
        indicator__in={new.indicator.pk for new in values},
        place__in={new.place.pk for new in values},
        start__range=(min(new.period.start for new in values), max(new.period.start for new in values)),
    )
    expected = sum(1 for new in values if new.follows)
    found = []
    for pk, indicator, place, start, revision in standing.values_list(
        "pk", "indicator_id", "place_id", "start", "revision"
    ):
        follows = seen.get((indicator, place), {}).get(start)
        if follows is None:
            continue
        if follows != revision:
            raise Conflict(f"There is a revision {revision} already where {follows} was the newest seen.")
        found.append(pk)
    rows = Value.objects.current().filter(pk__in=found)
    with watching(rows):
        if rows.update(current=False) != expected:
            raise Conflict("A value that a revision was to follow is no longer the newest.")


def _row(new: NewValue) -> Value:
    return Value(
        indicator=new.indicator,
        place=new.place,
        start=new.period.start,
        end=new.period.end,
        revision=new.follows + 1,
        value=new.value,
        numerator=new.numerator,
        denominator=new.denominator,
        provisional=new.provisional,
        origin=new.origin,
        cause=new.cause,
        reason=new.reason,
        note=new.note,
        query=new.query,
        row_count=new.row_count,
        rows_sha256=new.rows_sha256,
        source_name=new.source_name,
        source_url=new.source_url,
        made_by=current_actor(),
    )
