"""What is made of readings and rows. Pure: numbers in, numbers out.

Sums are exact until their one rounding (``math.fsum``), so that neither the order of the rows nor the machine changes
a value: whoever recomputes gets the same number, not a close one. A reading that is no number or carries the flag
range never enters. A result that is not below LARGEST is no value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jcoc.indicators.declaration import LARGEST, Function, OfStreams
from jcoc.indicators.sentences import Told
from jcoc.telemetry.quality import Flag
from jcoc.trail.marking import gettext_noop

#: The end of an instant.
NO_END = np.iinfo(np.int64).min
HOUR = 3_600_000_000  # µs


class NotANumber(Told):
    """Something other than a finite number stands where one is needed."""


@dataclass(frozen=True, slots=True)
class Result:
    value: float | None
    note: str = ""  # a code of said.SENTENCES, where there is no value
    numerator: float | None = None
    denominator: float | None = None


def entering(results: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Which readings enter, (n,) bool. results (n,) float64, NaN for none; quality (n,) flags."""
    mask: np.ndarray = np.isfinite(results) & ((quality & int(Flag.RANGE)) == 0)
    return mask


def covered(times: np.ndarray, ends: np.ndarray, begin: int, hours: int) -> float:
    """The share of so many hours from `begin` in which there is a reading; all begin in them.

    times, ends (n,) int64 µs, `ends` NO_END for an instant; an interval counts for each hour that it touches.
    """
    if (ends == NO_END).all():
        return int(np.count_nonzero(np.bincount((times - begin) // HOUR))) / hours
    last = np.where(ends == NO_END, times, np.maximum(ends - 1, times))
    first_hour = np.clip((times - begin) // HOUR, 0, hours)
    after_last = np.clip((last - begin) // HOUR + 1, first_hour, hours)
    steps = np.bincount(first_hour, minlength=hours + 1) - np.bincount(after_last, minlength=hours + 1)
    return int(np.count_nonzero(np.cumsum(steps[:hours]) > 0)) / hours


def of_readings(source: OfStreams, values: np.ndarray, hours: np.ndarray | None = None) -> Result:
    """Of the readings that enter, (n,) float64 in any order; :class:`NotANumber` for NaN and infinity.

    hours: (n,) int64, equal for readings of one datastream in one hour; for MEAN_OF_HOURS alone.
    """
    if not np.isfinite(values).all():
        raise NotANumber(gettext_noop("Among the readings is one that is no finite number."))
    number = len(values)
    if source.function is Function.COUNT:
        return Result(float(number))
    if number == 0:
        return Result(None, "no-readings")
    match source.function:
        case Function.MEAN:
            return _kept(lambda: _mean(values.tolist()) * source.factor)
        case Function.MEAN_OF_HOURS:
            if hours is None:
                raise ValueError("The mean of hours wants the hour of each reading.")
            return _kept(lambda: _mean(_means(values, hours)) * source.factor)
        case Function.SUM:
            return _kept(lambda: math.fsum(values.tolist()) * source.factor)
        case Function.MINIMUM:
            return _kept(lambda: float(values.min()) * source.factor)
        case Function.MAXIMUM:
            return _kept(lambda: float(values.max()) * source.factor)
        case Function.SHARE_ABOVE:
            if source.threshold is None:
                raise NotANumber(gettext_noop("A share above needs a threshold."))
            above = int(np.count_nonzero(values > source.threshold))
            return Result(100 * above / number, "", float(above), float(number))


def _means(values: np.ndarray, groups: np.ndarray) -> list[float]:
    order = np.argsort(groups, kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order])) + 1
    return [_mean(each.tolist()) for each in np.split(values[order], cuts)]


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def tally(cells: Sequence[object] | None, count: int) -> Result:
    """How many rows; or the sum of a column's cells, of which an empty one (None) adds nothing."""
    if cells is None:
        return Result(float(count))
    numbers = []
    for cell in cells:
        if cell is None:
            continue
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
            raise NotANumber(gettext_noop("%(cell)s is no number that can be added."), cell=repr(cell)[:80])
        numbers.append(cell)
    return _kept(lambda: math.fsum(numbers))


def ratio(numerator: Result, denominator: Result, factor: float) -> Result:
    """numerator / denominator × factor; nothing to divide by is no value, with a note."""
    if numerator.value is None or denominator.value is None:
        return Result(None, numerator.note or denominator.note)
    above, below = numerator.value, denominator.value
    if below == 0:
        return Result(None, "no-denominator", above, below)
    done = _kept(lambda: above / below * factor)
    return Result(done.value, done.note, above, below)


def _kept(work: Callable[[], float]) -> Result:
    try:
        value = work()
    except OverflowError:
        return Result(None, "too-large")
    return Result(value) if abs(value) < LARGEST else Result(None, "too-large")
