"""A value that a spreadsheet gives. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from jcoc.indicators.periods import Period
from jcoc.indicators.spreadsheet.sheet import Spot


@dataclass(frozen=True)
class Entry:
    indicator: str
    place: str  # code
    period: Period
    value: float
    spot: Spot
    numerator: float | None = None
    denominator: float | None = None
    source: str = ""
