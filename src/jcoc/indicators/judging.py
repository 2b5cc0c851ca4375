"""Which places the city's target path asks something of, and a value with what is asked of it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from jcoc.city.models import Level, Place
from jcoc.indicators import lookup
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.standing import Path, Standing, expected

#: Of streams: what does not grow with the number of places that go into it.
_LEVELS_OFF = ("mean", "mean-of-hours", "minimum", "maximum", "share-above")
#: Below this share of the hours that usually have readings a period is told as one of few. Three quarters of the data
#: are what Directive 2008/50/EC, annex XI, asks of an aggregate.
FEW = 0.75
#: Periods that a usual share is made of, at least.
_KNOWN = 4


def is_rate(indicator: Indicator) -> bool:
    """Whether a part of the city may be held against the whole: a mean or a share, and no sum or count."""
    source = indicator.source
    match source["kind"]:
        case "ratio":
            return True
        case "streams":
            return source["function"] in _LEVELS_OFF
        case "entered":
            return not indicator.unit.adds  # of what was handed in only the unit tells it
        case _:
            return False


def grows_with_days(indicator: Indicator) -> bool:
    """Whether a longer period has more of it: a sum or a count that jcoc makes of the period's rows or readings."""
    source = indicator.source
    match source["kind"]:
        case "tally":
            return True
        case "streams":
            return source["function"] not in _LEVELS_OFF
        case _:
            return False


def path_for(indicator: Indicator, level: str, path: Path) -> Path:
    """The path that a place of that level is judged by; empty where the city's is none of its own."""
    return path if level == Level.KOTA or is_rate(indicator) else ()


def weighs_hours(indicator: Indicator) -> bool:
    """Whether its whole period has readings in each hour."""
    return bool(indicator.source.get("function") == "mean-of-hours")


def few_readings(values: Sequence[Value], *, hourly: bool = False) -> frozenset[date]:
    """First days of the periods in which fewer hours have readings than in the same place's periods usually have.

    Such a period was not watched as a whole: it is the one that a sensor began in, or fell silent in. It is measured by
    what is usual, since a gauge that is read once a day is whole with one hour of 24. Of too few periods to say what is
    usual, those of an `hourly` indicator are measured by all their hours: a year known by its December is no year.
    """
    shares = [value.coverage for value in values if value.coverage]
    if len(shares) < _KNOWN and not hourly:
        return frozenset()
    least = FEW * (median(shares) if len(shares) >= _KNOWN else 1.0)
    return frozenset(
        value.start
        for value in values
        if value.value is not None and value.coverage is not None and value.coverage < least
    )


@dataclass(slots=True)
class Told:
    """A value, or that there is none, as a row of a table says it."""

    place: Place
    period: Period
    value: Value | None
    standing: Standing
    asked: float | None
    step: int | None = None  # of the map's shades
    few: bool = False  # readings
    doubted: bool = False  # by an open flag


def told(
    indicator: Indicator,
    place: Place,
    value: Value | None,
    path: Path,
    period: Period | None = None,
    *,
    doubted: Container[int] = (),
    few: Container[date] = (),
) -> Told:
    """doubted: keys of values. few: first days of periods."""
    if value is None:
        assert period is not None
        return Told(place, period, None, Standing.NONE, None)
    judged = path_for(indicator, place.level, path)
    return Told(
        place,
        period or indicator.period_of(value.start),
        value,
        lookup.standing_of(indicator, value, judged),
        expected(judged, value.end),
        few=value.start in few,
        doubted=value.pk in doubted,
    )
