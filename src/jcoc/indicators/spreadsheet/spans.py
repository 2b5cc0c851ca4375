"""Read periods as agencies write them, in Indonesian and English. Pure.

A text may say a whole period (“Januari 2024”, “TW I 2024”, “2024/2025”) or a part whose year stands elsewhere: in the
heading above it, in the sheet's title, in a column of its own (“Jan”, “Semester 2”).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from jcoc.indicators.periods import Period, PeriodError, PeriodType, containing, parse

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb pebruari peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags aug",
            "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}
_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_WORDS = {
    PeriodType.QUARTER: r"triwulan|tri wulan|tw|kuartal|kwartal|quarter|q",
    PeriodType.SEMESTER: r"semester|smt|sem|s",
    PeriodType.WEEK: r"minggu ke|minggu|week|w",
}
_YEAR = r"(?:tahun |thn |th |year |of )?(?P<year>(?:19|20)\d\d)"
_SCHOOL = re.compile(
    r"(?:tahun (?:ajaran|pelajaran) |ta |school year )?(?P<first>(?:19|20)\d\d) ?[/–-] ?(?P<second>\d{4}|\d\d)"
)
_NUMERIC_DAY = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:19|20)\d\d)")
_ISO_DAY = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?: 00:00(?::00)?)?")
_NUMERIC_MONTH = re.compile(
    r"(?P<month>\d{1,2}) ?[/.-] ?(?P<year>(?:19|20)\d\d)|(?P<year2>(?:19|20)\d\d) ?[/.-] ?(?P<month2>\d{1,2})"
)


@dataclass(frozen=True)
class Part:
    """A piece of a period: a year alone (ordinal 0), or a month, quarter, semester whose year is missing."""

    type: PeriodType
    ordinal: int = 0
    year: int | None = None


def read(
    content: object, number_format: str = "General", wanted: PeriodType | None = None
) -> Period | Part | None:
    """What a cell says of a period; None where it says nothing of one. A year alone is a period of a year.

    wanted: what it is read as where it could be two things: 2010-11 is a school year and a month.
    """
    if isinstance(content, datetime):
        if content.hour or content.minute:
            return None
        content = content.date()
    if isinstance(content, date):
        return _of_date(content, number_format)
    if isinstance(content, bool) or content is None:
        return None
    if isinstance(content, (int, float)):
        whole = int(content) if content == int(content) else 0
        return _year(whole) if 1900 <= whole < 2100 and "%" not in number_format else None
    if wanted is not None:
        try:
            return parse(wanted, str(content).strip().upper())
        except PeriodError:
            pass
    return _of_text(str(content))


def _of_date(day: date, number_format: str) -> Period:
    """A true date. Spreadsheets keep “Jan-24” as its first day, and the format tells that."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format.lower())
    if number_format == "General" or "d" in shown:
        return containing(PeriodType.DAY, day)
    return containing(PeriodType.MONTH if "m" in shown else PeriodType.YEAR, day)


def _year(year: int) -> Period:
    return containing(PeriodType.YEAR, date(year, 1, 1))


def _of_text(text: str) -> Period | Part | None:
    said = " ".join(re.sub(r"[.,:()_']", " ", text.casefold()).split())
    dotted = " ".join(text.casefold().split())
    if found := _ISO_DAY.fullmatch(dotted):
        return _day(*(int(part) for part in found.groups()))
    if found := _NUMERIC_DAY.fullmatch(dotted):
        return _day(int(found["year"]), int(found["month"]), int(found["day"]))
    for type_ in (PeriodType.WEEK, PeriodType.QUARTER, PeriodType.SEMESTER):
        try:
            return parse(type_, dotted.upper())
        except PeriodError:
            pass
    if found := _NUMERIC_MONTH.fullmatch(dotted):
        month, year = int(found["month"] or found["month2"]), int(found["year"] or found["year2"])
        if 1 <= month <= 12:
            return _month(year, month)
    if (found := _SCHOOL.fullmatch(said)) and int(found["second"][-2:]) == (int(found["first"]) + 1) % 100:
        return containing(PeriodType.SCHOOL_YEAR, date(int(found["first"]), 7, 1))
    if found := re.fullmatch(_YEAR, said):
        return _year(int(found["year"]))
    return _named(said)


def _named(said: str) -> Period | Part | None:
    month = r"(?:bulan |month )?(?P<month>[a-z]+)"
    patterns = (
        rf"(?P<day>\d{{1,2}})[ -](?P<month>[a-z]+)[ -]{_YEAR}",
        rf"{month}(?:[ /-]*(?:{_YEAR}|(?P<short>\d\d)))?",
        rf"{_YEAR}[ /-]*{month}",
    )
    for pattern in patterns:
        found = re.fullmatch(pattern, said)
        if found and (number := MONTHS.get(found["month"])):
            groups = found.groupdict()
            year = int(groups.get("year") or 0) or (2000 + int(groups["short"]) if groups.get("short") else 0)
            if groups.get("day"):
                return _day(year, number, int(groups["day"]))
            return _month(year, number) if year else Part(PeriodType.MONTH, number)
    for type_, word in _WORDS.items():
        ordinal = r"(?P<n>\d{1,2})" if type_ is PeriodType.WEEK else r"(?P<n>iv|i{1,3}|[1-4])"
        for pattern in (
            rf"(?:{word})[ -]*{ordinal}(?:[ /-]*{_YEAR})?",
            rf"{_YEAR}[ /-]*(?:{word})[ -]*{ordinal}",
        ):
            if found := re.fullmatch(pattern, said):
                number = int(found["n"]) if type_ is PeriodType.WEEK else _ORDINALS[found["n"]]
                return _ordered(type_, number, int(found["year"] or 0) or None)
    return None


def bare_ordinal(text: str, type_: PeriodType) -> Part | None:
    """“I”, “II” or “3” under a heading that says quarter, semester or month."""
    said = text.casefold().strip(" .")
    most = {PeriodType.QUARTER: 4, PeriodType.SEMESTER: 2, PeriodType.MONTH: 12}.get(type_, 0)
    number = _ORDINALS.get(said) or (int(said) if said.isascii() and said.isdigit() else 0)
    return Part(type_, number) if 1 <= number <= most else None


def complete(part: Part, year: int) -> Period | None:
    return part_of_year(part.type, year, part.ordinal)


def part_of_year(type_: PeriodType, year: int, ordinal: int) -> Period | None:
    found = _ordered(type_, ordinal, year)
    return found if isinstance(found, Period) else None


def _ordered(type_: PeriodType, number: int, year: int | None) -> Period | Part | None:
    if year is None:
        return Part(type_, number) if number else None
    code = {
        PeriodType.WEEK: f"{year:04}-W{number:02}",
        PeriodType.MONTH: f"{year:04}-{number:02}",
        PeriodType.QUARTER: f"{year:04}-Q{number}",
        PeriodType.SEMESTER: f"{year:04}-S{number}",
    }.get(type_, "")
    try:
        return parse(type_, code)
    except PeriodError:
        return None


def _month(year: int, month: int) -> Period:
    return containing(PeriodType.MONTH, date(year, month, 1))


def _day(year: int, month: int, day: int) -> Period | None:
    try:
        return containing(PeriodType.DAY, date(year, month, day))
    except ValueError:
        return None


def fitted(period: Period, type_: PeriodType) -> Period | None:
    """The period of the wanted type that this one says; None where it says another.

    A day stands for the period that it begins or ends, as spreadsheets keep months; nothing else is widened.
    """
    if period.type is type_:
        return period
    if period.type is PeriodType.DAY:
        wider = containing(type_, period.start)
        return wider if period.start in (wider.start, wider.end) else None
    return None


_WITHIN = re.compile(
    r"(?:bulan )?[a-z]+ (?:19|20)\d\d|(?:triwulan|tw|kuartal|quarter|semester|smt)[ -]*(?:iv|i{1,3}|[1-4]),? "
    r"(?:tahun )?(?:19|20)\d\d|(?:tahun (?:ajaran|pelajaran) )?(?:19|20)\d\d ?[/–] ?(?:19|20)?\d\d|(?:19|20)\d\d"
)


def within_title(text: str) -> list[Period]:
    """The periods that a title names, such as “Data sampah bulan Januari 2024”."""
    found: list[Period] = []
    said = " ".join(text.casefold().split())
    for match in _WITHIN.finditer(said):
        read_ = _of_text(match[0])
        if not isinstance(read_, Period):  # “kota 2024”: a word before a year that is no month
            read_ = _of_text(match[0][-4:])
        if isinstance(read_, Period) and read_ not in found:
            found.append(read_)
    return found
