"""Which places the city's target path asks something of, and a value with what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.city.models import Level, Place
from jcoc.indicators import lookup
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.standing import Path, Standing, expected

#: Of streams: what does not grow with the number of places that go into it.
_LEVELS_OFF = ("mean", "minimum", "maximum", "share-above")


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


def path_for(indicator: Indicator, level: str, path: Path) -> Path:
    """The path that a place of that level is judged by; empty where the city's is none of its own."""
    return path if level == Level.KOTA or is_rate(indicator) else ()


@dataclass
class Told:
    """A value, or that there is none, as a row of a table says it."""

    place: Place
    period: Period
    value: Value | None
    standing: Standing
    asked: float | None
    step: int | None = None  # of the map's shades


def told(
    indicator: Indicator, place: Place, value: Value | None, path: Path, period: Period | None = None
) -> Told:
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
    )
