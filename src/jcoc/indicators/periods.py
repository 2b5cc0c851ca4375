"""The periods that values are told for. Pure; days are the city's, both ends inclusive.

Codes: 2024-03-07, 2024-W10 (ISO 8601 week), 2024-03, 2024-Q1, 2024-S1, 2024, 2024-25 (school year, from July).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodType(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"


#: Months of those that are made of months, and the month that the first of them begins with.
_MONTHS = {
    PeriodType.MONTH: (1, 1),
    PeriodType.QUARTER: (3, 1),
    PeriodType.SEMESTER: (6, 1),
    PeriodType.YEAR: (12, 1),
    PeriodType.SCHOOL_YEAR: (12, 7),
}
_FORMS = {
    PeriodType.DAY: r"(\d{4})-(\d\d)-(\d\d)",
    PeriodType.WEEK: r"(\d{4})-W(\d\d)",
    PeriodType.MONTH: r"(\d{4})-(\d\d)",
    PeriodType.QUARTER: r"(\d{4})-Q([1-4])",
    PeriodType.SEMESTER: r"(\d{4})-S([12])",
    PeriodType.YEAR: r"(\d{4})",
    PeriodType.SCHOOL_YEAR: r"(\d{4})-(\d\d)",
}


class PeriodError(ValueError):
    """No such period; `form` is what its code looks like."""

    def __init__(self, type_: PeriodType, text: str) -> None:
        self.form = _EXAMPLES[type_]
        super().__init__(f"{text!r} is no {type_.value.replace('_', ' ')}: it is written like {self.form}.")


@dataclass(frozen=True, order=True)
class Period:
    start: date
    end: date
    type: PeriodType

    @property
    def code(self) -> str:
        year, month = self.start.year, self.start.month
        match self.type:
            case PeriodType.DAY:
                return self.start.isoformat()
            case PeriodType.WEEK:
                iso = self.start.isocalendar()
                return f"{iso.year:04}-W{iso.week:02}"
            case PeriodType.MONTH:
                return f"{year:04}-{month:02}"
            case PeriodType.QUARTER:
                return f"{year:04}-Q{(month + 2) // 3}"
            case PeriodType.SEMESTER:
                return f"{year:04}-S{(month + 5) // 6}"
            case PeriodType.YEAR:
                return f"{year:04}"
            case PeriodType.SCHOOL_YEAR:
                return f"{year:04}-{(year + 1) % 100:02}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return self.code


def containing(type_: PeriodType, day: date) -> Period:
    """The period of a type that a day lies in."""
    if type_ is PeriodType.DAY:
        return Period(day, day, type_)
    if type_ is PeriodType.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), type_)
    months, first = _MONTHS[type_]
    since = (day.year * 12 + day.month - 1) - (first - 1)
    begin = since - since % months + first - 1
    end = begin + months
    start = date(begin // 12, begin % 12 + 1, 1)
    return Period(start, date(end // 12, end % 12 + 1, 1) - timedelta(days=1), type_)


def following(period: Period, steps: int = 1) -> Period:
    """That many periods later; earlier where steps is negative."""
    for _ in range(abs(steps)):
        day = period.end + timedelta(days=1) if steps > 0 else period.start - timedelta(days=1)
        period = containing(period.type, day)
    return period


def between(type_: PeriodType, first: date, last: date) -> Iterator[Period]:
    """The periods that have a day from first to last, in their order."""
    period = containing(type_, first)
    while period.start <= last:
        yield period
        period = following(period)


def parse(type_: PeriodType, text: str) -> Period:
    """The period of a code; :class:`PeriodError`."""
    found = re.fullmatch(_FORMS[type_], text.strip(), re.ASCII)
    if not found:
        raise PeriodError(type_, text)
    year, *rest = (int(part) for part in found.groups())
    try:
        match type_:
            case PeriodType.DAY:
                day = date(year, *rest)
            case PeriodType.WEEK:
                day = date.fromisocalendar(year, rest[0], 1)
            case PeriodType.SCHOOL_YEAR:
                if (year + 1) % 100 != rest[0]:
                    raise PeriodError(type_, text)
                day = date(year, 7, 1)
            case PeriodType.YEAR:
                day = date(year, 1, 1)
            case _:
                months, _first = _MONTHS[type_]
                day = date(year, (rest[0] - 1) * months + 1, 1)
        return containing(type_, day)
    except (ValueError, OverflowError):
        raise PeriodError(type_, text) from None


_EXAMPLES = {
    type_: containing(
        type_, date(2024, 3, 7) if type_ is not PeriodType.SCHOOL_YEAR else date(2024, 8, 1)
    ).code
    for type_ in PeriodType
}
