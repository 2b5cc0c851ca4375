"""Values, periods and judgements as people here read them."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction
from jcoc.indicators.dimensions import SUB_DIMENSIONS
from jcoc.indicators.models import Flag, Indicator, Origin
from jcoc.indicators.periods import Period, PeriodType
from jcoc.indicators.rows import sources
from jcoc.indicators.standing import Standing
from jcoc.trail.actor import LOCAL, SYSTEM
from jcoc.trail.audit.words import actor_names

STANDINGS = {
    Standing.REACHED: gettext_lazy("target reached"),
    Standing.ON_PATH: gettext_lazy("on the target path"),
    Standing.BEHIND: gettext_lazy("behind the target path"),
    Standing.NONE: gettext_lazy("no target"),
}
PERIOD_TYPES = {
    PeriodType.DAY: gettext_lazy("by the day"),
    PeriodType.WEEK: gettext_lazy("by the week"),
    PeriodType.MONTH: gettext_lazy("by the month"),
    PeriodType.QUARTER: gettext_lazy("by the quarter"),
    PeriodType.SEMESTER: gettext_lazy("by the semester"),
    PeriodType.YEAR: gettext_lazy("by the year"),
    PeriodType.SCHOOL_YEAR: gettext_lazy("by the school year"),
}
DIRECTIONS = {
    Direction.HIGHER: gettext_lazy("higher is better"),
    Direction.LOWER: gettext_lazy("lower is better"),
    Direction.NEITHER: gettext_lazy("neither way is better"),
}
#: Money stands behind its sign, everything else before its unit.
_BEFORE = {"IDR"}
NARROW = "\N{NO-BREAK SPACE}"


def figure(value: float | None, decimals: int) -> str:
    """A number with so many decimals; "–" where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    shown = number_format(rounded, decimals, use_l10n=True, force_grouping=True)
    return shown.lstrip("-") if not rounded else shown.replace("-", "−")


def told(value: float | None, indicator: Indicator) -> str:
    """A value with its unit."""
    shown, symbol = figure(value, indicator.decimals), indicator.unit_symbol
    if value is None or not symbol:
        return shown
    return symbol + shown if indicator.unit_code in _BEFORE else shown + NARROW + symbol


def flag_sides(flag: Flag) -> tuple[str, str]:
    """What is kept and what was recomputed, with their unit; all digits where they differ in none that is shown."""
    kept, again, indicator = flag.told_kept, flag.told_recomputed, flag.value.indicator
    try:
        sides = told(float(kept), indicator), told(float(again), indicator)
    except ValueError:  # of the rows, or that there is no value
        return kept, again
    return sides if sides[0] != sides[1] else (kept, again)


def unit_leads(indicator: Indicator) -> bool:
    return indicator.unit_code in _BEFORE


def period_words(period: Period) -> str:
    return _period_words(period, get_language())


@lru_cache(maxsize=4096)
def _period_words(period: Period, _language: str | None) -> str:
    """In the language that is active, by which the answers are kept apart."""
    year = period.start.year
    match period.type:
        case PeriodType.DAY:
            return dateformat.format(period.start, "j F Y")
        case PeriodType.WEEK:
            iso = period.start.isocalendar()
            return _("week %(number)d of %(year)d") % {"number": iso.week, "year": iso.year}
        case PeriodType.MONTH:
            return dateformat.format(period.start, "F Y")
        case PeriodType.QUARTER:
            return _("quarter %(number)d of %(year)d") % {"number": _part(period, 3), "year": year}
        case PeriodType.SEMESTER:
            return _("semester %(number)d of %(year)d") % {"number": _part(period, 6), "year": year}
        case PeriodType.YEAR:
            return str(year)
        case PeriodType.SCHOOL_YEAR:
            return _("school year %(years)s") % {"years": f"{year}/{year + 1}"}


def period_short(period: Period) -> str:
    """For an axis."""
    match period.type:
        case PeriodType.DAY:
            return dateformat.format(period.start, "j M y")
        case PeriodType.MONTH:
            return dateformat.format(period.start, "M Y")
        case PeriodType.SCHOOL_YEAR:
            return period.code.replace("-", "/")
        case PeriodType.QUARTER if get_language() != "en":
            return f"T{_part(period, 3)} {period.start.year}"
        case PeriodType.QUARTER | PeriodType.SEMESTER:
            year, _dash, part = period.code.partition("-")
            return f"{part} {year}"
        case _:
            return period.code


def _part(period: Period, months: int) -> int:
    return (period.start.month - 1) // months + 1


def origin_short(origin: str) -> str:
    """Where a value comes from, where there is little room."""
    return _("handed in") if origin == Origin.ENTERED else str(Origin(origin).label)


def by_whom(actor: str) -> str:
    """Who made a revision, by the opaque id; of what is no person, what it is."""
    if actor == LOCAL:
        return _("from the command line")
    return _("by %(who)s") % {"who": actor_names([actor])[actor] if actor == SYSTEM else actor}


def sub_dimension_word(code: str) -> str:
    words = SUB_DIMENSIONS.get(code)
    return words.in_(get_language()) if words else code


FUNCTIONS = {
    "mean": gettext_lazy("mean of the readings"),
    "mean-of-hours": gettext_lazy("mean of the means of the hours"),
    "sum": gettext_lazy("sum of the readings"),
    "minimum": gettext_lazy("lowest reading"),
    "maximum": gettext_lazy("highest reading"),
    "count": gettext_lazy("number of readings"),
    "share-above": gettext_lazy("share of the readings above the threshold, in per cent"),
}


def _names(rows: str, column: str | None) -> dict[str, str]:
    """Of a source of rows and one of its columns; the codes where its programme does not run any more."""
    source = sources.get(rows)
    columns = {each.code: each.name.in_(get_language()) for each in source.columns} if source else {}
    name = source.name.in_(get_language()) if source else rows
    return {"rows": name, "column": columns.get(column or "", column or "")}


def query_words(query: dict[str, Any], place: Place) -> list[tuple[str, str]]:
    """What was asked for a value of a place, as kept with it, in words: (what, which)."""
    found = []
    if function := FUNCTIONS.get(query.get("function", "")):
        found.append((_("Asked for"), str(function)))
    if streams := query.get("datastreams"):
        found.append((_("Sensors"), ", ".join(streams)))
    for name, word in (("count", _("Counted")), ("of", _("Divided by"))):
        if tally := query.get(name):
            column = tally.get("column")
            told = _("sum of %(column)s in %(rows)s") if column else _("rows of %(rows)s")
            found.append((word, told % _names(tally["rows"], column)))
    if "threshold" in query:
        found.append((_("Threshold"), figure(float(query["threshold"]), 2)))
    if query.get("factor", 1) != 1:
        found.append((_("Times"), f"{query['factor']:g}"))
    if "from" in query:
        found.append((_("From"), _day(query["from"])))
        found.append((_("To"), _("%(day)s, to the end of the day") % {"day": _day(query["to"])}))
    if code := query.get("place"):
        found.append((_("Place"), place.name if code == place.code else str(code)))
    return found


def _day(moment: str) -> str:
    """Of a query's beginning or end: whole days of the city, with 24:00 as the end of one."""
    return dateformat.format(date.fromisoformat(moment[:10]), "j F Y")
