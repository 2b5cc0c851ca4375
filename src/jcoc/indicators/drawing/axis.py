"""The ticks of an axis: round numbers that frame what is shown. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(lowest: float, highest: float, about: int = 5) -> list[float]:
    """Equally spaced round numbers; the first is at most `lowest` and the last at least `highest`.

    Zero is among them where the numbers lie near it: a line that fills the frame from 96 to 97 tells no lie about its
    form, but one from 3 to 12 would about its size.
    """
    if 0 < lowest < (highest - lowest) * 1.5:
        lowest = 0.0
    elif 0 > highest > (lowest - highest) * 1.5:
        highest = 0.0
    if highest - lowest <= 1e-9 * max(abs(highest), abs(lowest), 1e-9):
        margin = abs(highest) * 0.1 or 1.0
        lowest, highest = (0.0 if lowest == 0 else lowest - margin), highest + margin
    step = round_step((highest - lowest) / max(about, 1))
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is at least so much."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _ROUND if factor * power >= least * (1 - 1e-9))


def decimals(step: float) -> int:
    """How many digits after the comma tell neighbouring ticks apart."""
    for digits in range(7):
        if math.isclose(step * 10**digits, round(step * 10**digits), rel_tol=1e-6, abs_tol=1e-9):
            return digits
    return 6


def spread(count: int, most: int) -> Sequence[int]:
    """Which of so many places on an axis get a word, at equal distance, the last always among them."""
    if count <= 0:
        return ()
    every = max(1, math.ceil(count / max(most, 1)))
    return range((count - 1) % every, count, every)
