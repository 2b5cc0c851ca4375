"""Whether what is made of readings is told in the indicator's unit. Pure."""

from __future__ import annotations

import math
import unicodedata

from jcoc.indicators.declaration import Function, OfStreams
from jcoc.indicators.sentences import Sentence
from jcoc.indicators.units import UNITS, Unit
from jcoc.trail.marking import gettext_noop

#: Units of the same thing, and how many of the first each is.
_MEASURES = (
    {"s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0, "wk": 604_800.0},
    {"mm": 1.0, "cm": 10.0, "m": 1_000.0, "km": 1_000_000.0},
    {"m2": 1.0, "har": 10_000.0, "km2": 1_000_000.0},
    {"L": 1.0, "m3": 1_000.0},
    {"m3/d": 1.0, "m3/h": 24.0, "L/s": 86.4, "m3/s": 86_400.0},
    {"km/h": 1.0, "m/s": 3.6},
    {"kg": 1.0, "t": 1_000.0},
    {"kW": 1.0, "MW": 1_000.0},
    {"kW.h": 1.0, "MW.h": 1_000.0},
    {"ug/m3": 1.0, "mg/m3": 1_000.0},
    {"[ppb]": 1.0, "[ppm]": 1_000.0},
    {"1/d": 1.0, "1/h": 24.0, "1/min": 1_440.0},
)
#: What the readings of each hour, or of each day, add up to.
_ADDED_UP = {
    ("m3/h", "m3"), ("m3/d", "m3"), ("t/d", "t"), ("kW", "kW.h"), ("MW", "MW.h"), ("m/s", "m"), ("km/h", "km"),
}  # fmt: skip


def _plain(symbol: str) -> str:
    # The two signs for micro, and raised figures, are one each in this form.
    return unicodedata.normalize("NFKC", symbol).replace(" ", "")


_BY_SYMBOL = {
    _plain(symbol): unit
    for unit in UNITS.values()
    for symbol in (unit.name.id, unit.name.en, unit.symbol.id, unit.symbol.en, unit.code)
    if symbol
}


def unit_of(symbol: str) -> Unit | None:
    """The unit that a datastream's symbol means: its code, its symbol or its name; None for one that is not here."""
    return _BY_SYMBOL.get(_plain(symbol))


def misfit(source: OfStreams, unit: str, symbol: str) -> Sentence | None:
    """Why readings told in `symbol` do not become an indicator told in `unit` (a code of UNITS); None where they do.

    A factor other than 1 is taken at its word, unless both units measure the same: then there is only one right one.
    """
    facts = {"readings": symbol, "unit": unit}
    if source.function is Function.COUNT:
        return None if _counted(unit) else Sentence(_COUNT, facts)
    if source.function is Function.SHARE_ABOVE:
        return None if unit == "%" else Sentence(_SHARE, facts)
    told = unit_of(symbol)
    if told is None or _counted(told.code):
        if _counted(unit) or source.factor != 1:
            return None
        return Sentence(_OTHER if symbol else _NONE, facts)
    right = _ratio(told.code, unit)
    if right is not None:
        if math.isclose(source.factor, right, rel_tol=1e-6):
            return None
        return Sentence(_FACTOR, facts | {"right": f"{right:.7g}", "factor": f"{source.factor:.7g}"})
    if source.factor != 1 or (source.function is Function.SUM and (told.code, unit) in _ADDED_UP):
        return None
    return Sentence(_OTHER, facts)


def _ratio(told: str, wanted: str) -> float | None:
    """How many of the second are one of the first; None where they measure different things."""
    if told == wanted:
        return 1.0
    for measure in _MEASURES:
        if told in measure and wanted in measure:
            return measure[told] / measure[wanted]
    return None


def _counted(unit: str) -> bool:
    """Whether it is told in things that are counted, or in nothing."""
    return unit == "1" or unit.startswith("{")


_COUNT = gettext_noop("A number of readings is not told in %(unit)s: use a unit of counted things.")
_SHARE = gettext_noop("A share of the readings is told in %%, not in %(unit)s.")
_NONE = gettext_noop("Its datastreams say no unit, the indicator is told in %(unit)s. Give them theirs.")
_OTHER = gettext_noop(
    "Its datastreams are told in %(readings)s, the indicator in %(unit)s. Give the factor that makes one of the other."
)
_FACTOR = gettext_noop(
    "Its datastreams are told in %(readings)s, the indicator in %(unit)s: the factor is %(right)s, not %(factor)s."
)
