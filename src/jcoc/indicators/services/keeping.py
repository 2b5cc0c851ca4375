"""Keep values: each a revision that follows the one that its maker has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError
from django.db.models import CharField

from jcoc.city.models import Place
from jcoc.indicators import said
from jcoc.indicators.declaration import LARGEST
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import Period, PeriodType
from jcoc.indicators.sentences import Sentence
from jcoc.indicators.services import flagging
from jcoc.indicators.services.refusing import Conflict, Refused
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import create_many, watching, writing
from jcoc.trail.marking import gettext_noop

__all__ = ["LONGEST", "Conflict", "NewValue", "Refused", "existed", "keep"]

#: Rows that one statement names at most: SQLite takes some thousands of conditions, no more.
_BATCH = 500


#: What the columns take; SQLite would keep more, PostgreSQL refuse it.
LONGEST = {
    column.name: column.max_length or 0
    for column in Value._meta.fields
    if isinstance(column, CharField) and column.name in ("reason", "note", "source_name", "source_url")
}
_TYPES = {
    PeriodType.DAY: gettext_noop("by the day"),
    PeriodType.WEEK: gettext_noop("by the week"),
    PeriodType.MONTH: gettext_noop("by the month"),
    PeriodType.QUARTER: gettext_noop("by the quarter"),
    PeriodType.SEMESTER: gettext_noop("by the semester"),
    PeriodType.YEAR: gettext_noop("by the year"),
    PeriodType.SCHOOL_YEAR: gettext_noop("by the school year"),
}
_FIELDS = {
    "reason": gettext_noop("reason"),
    "note": gettext_noop("note"),
    "source_name": gettext_noop("source"),
    "source_url": gettext_noop("address of the source"),
}


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
    coverage: float | None = None
    rows_sha256: str = ""
    source_name: str = ""
    source_url: str = ""


def existed(place: Place, period: Period) -> bool:
    """Whether a figure of that period is told for the place: the places of a period are those of its last day."""
    return place.valid_on(period.end)


def keep(
    values: Sequence[NewValue],
    *,
    action: str = "indicators.values_keep",
    note: str = "",
    answer: str = "",
) -> list[Value]:
    """Keep them all or none: :class:`Refused`, :class:`Conflict`.

    What is flagged on those that they follow is closed in the same writing, with `answer` as its reason. `note` is
    what a person gave as a reason, for the chain.
    """
    for new in values:
        _check(new)
    try:
        with writing(action, note=note):
            for at in range(0, len(values), _BATCH):
                replaced = _replace(values[at : at + _BATCH])
                flagging.answer(replaced, answer or said.say("answered"))
            return create_many(Value, [_row(new) for new in values])
    except IntegrityError as error:
        raise Conflict("Somebody else kept a value of the same period at the same time.") from error


def _check(new: NewValue) -> None:
    where = f"{new.indicator.code}, {new.place.name}, {new.period}"
    if not existed(new.place, new.period):
        raise Refused(gettext_noop("The place did not exist at the end of that period."), where=where)
    if new.place.level not in new.indicator.levels:
        raise Refused(
            gettext_noop("The indicator is not told by %(level)s."),
            where=where,
            level=new.place.level,
        )
    if str(new.period.type) != new.indicator.period_type:
        raise Refused(
            gettext_noop("The indicator is told %(wanted)s."),
            where=where,
            wanted=Sentence(_TYPES[PeriodType(new.indicator.period_type)]),
        )
    if new.follows and not new.reason.strip():
        raise Refused(gettext_noop("A revision needs a reason."), where=where, field="reason")
    if not all(
        abs(each) < LARGEST for each in (new.value, new.numerator, new.denominator) if each is not None
    ):
        raise Refused(gettext_noop("The number is too large."), where=where, field="value")
    if new.value is None and not new.note.strip():
        raise Refused(gettext_noop("Where there is no value, a note says why."), where=where, field="note")
    for name, most in LONGEST.items():
        text, said_name = getattr(new, name), Sentence(_FIELDS[name])
        if len(text) > most:
            raise Refused(
                gettext_noop("The %(name)s is too long; use %(most)s characters at most."),
                field=name,
                where=where,
                name=said_name,
                most=most,
            )
        if "\x00" in text:
            raise Refused(
                gettext_noop("The %(name)s holds a character that cannot be kept."),
                field=name,
                where=where,
                name=said_name,
            )


def _replace(values: Sequence[NewValue]) -> list[int]:
    """Take `current` from what these follow, if it still is what they have seen; which those were."""
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
    return found


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
        coverage=new.coverage,
        rows_sha256=new.rows_sha256,
        source_name=new.source_name,
        source_url=new.source_url,
        made_by=current_actor(),
    )
