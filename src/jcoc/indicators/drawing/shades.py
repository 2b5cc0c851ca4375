"""Steps of value for a map's shades. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from jcoc.indicators.drawing.axis import decimals, round_step

STEPS = 6


@dataclass(frozen=True)
class Step:
    """From `low`, inclusive, to `high`, which belongs to the next step; the last includes it."""

    number: int  # the first is 0: the lightest shade
    low: float
    high: float


@dataclass(frozen=True)
class Shades:
    steps: tuple[Step, ...]
    digits: int  # that tell their ends apart

    def of(self, value: float) -> int:
        """The number of the step that a value lies in."""
        at = bisect_right([step.low for step in self.steps], value) - 1
        return min(max(at, 0), len(self.steps) - 1)


def shades(values: Iterable[float], digits: int) -> Shades:
    """At most six equal steps between round numbers, so that the legend can be read; values have so many decimals.

    Equal steps and not equal numbers of places: places that are alike get one shade, and one that stands out shows.
    """
    known = sorted(values)
    if not known:
        return Shades((), digits)
    low, high = known[0], known[-1]
    smallest = 10.0**-digits
    step = round_step(max((high - low) / STEPS, smallest))
    # Round ends may need one step more than fits: a wider one then.
    while math.floor(high / step + 1e-9) - math.floor(low / step + 1e-9) >= STEPS:
        step = round_step(step * 1.01)
    first, last = math.floor(low / step + 1e-9), math.floor(high / step + 1e-9)
    found = tuple(
        Step(at, number * step, (number + 1) * step) for at, number in enumerate(range(first, last + 1))
    )
    return Shades(found, min(digits, decimals(step)))
