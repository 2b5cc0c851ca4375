"""What makes a value look doubtful: out of a plausible range, or of another magnitude than the ones beside it. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

#: So many times larger or smaller: thousands and decimals are mixed up by ten, a hundred or a thousand.
FAR = 10
#: Periods of a place that tell what is usual for it.
FEW = 3
#: Units in which less than nothing is a value like others.
_BELOW_NOTHING = ("Cel", "1", "%", "{index}", "dB", "m")

Doubt = tuple[str, dict[str, Any]]  # a rule of spreadsheet/findings.py, and what its sentence names


def doubts(
    value: float,
    unit: str,
    *,
    standing: float | None = None,
    usual: Sequence[float] = (),
    largest: float | None = None,
) -> list[Doubt]:
    """unit: UCUM. standing: what stands for the same period. usual: the place's other periods, the newest last.
    largest: of all that stands for the indicator."""
    found: list[Doubt] = []
    if unit == "%" and not 0 <= value <= 100:
        found.append(("percent_range", {}))
    elif value < 0 and unit not in _BELOW_NOTHING:
        found.append(("negative", {"unit": unit}))
    elif unit.startswith("{") and unit != "{index}" and not value.is_integer():
        found.append(("not_whole", {"unit": unit}))
    if far := _far(value, standing, usual):
        found.append(far)
    elif largest and abs(value) > FAR * largest:
        found.append(("far_off", {"largest": largest}))
    return found


def _far(value: float, standing: float | None, usual: Sequence[float]) -> Doubt | None:
    """Which rule tells that a value is of another magnitude than what stands there, or in other periods there."""
    if standing is not None:
        return ("far_from_standing", {"standing": standing}) if apart(value, standing) else None
    if len(usual) < FEW:
        return None
    middle = statistics.median(abs(each) for each in usual[-12:])
    return ("far_from_usual", {"usual": middle}) if apart(value, middle) else None


def apart(value: float, other: float) -> bool:
    """Whether one is ten times the other or more. Beside nothing at all, or a handful, nothing is no surprise."""
    low, high = sorted((abs(value), abs(other)))
    if low == 0:
        return value == 0 and high >= FAR
    return high >= FAR * low * (1 - 1e-9)
