"""How a value stands against its target, and which way it moved. Pure.

A target path is (last day of the period, value to be reached by then), in the order of time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

from jcoc.indicators.declaration import Direction

Path = Sequence[tuple[date, float]]


class Standing(StrEnum):
    REACHED = "reached"  # as good as the last target of the path
    ON_PATH = "on-path"  # as good as the path asks for by now
    BEHIND = "behind"
    NONE = "none"  # nothing is asked for: no target, no better way, or the path has not begun


class Move(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    CHANGED = "changed"  # another number, and no way is better


def expected(path: Path, day: date) -> float | None:
    """What the path asks for on a day: linear between two points, None before the first, the last one ever after."""
    if not path or day < path[0][0]:
        return None
    for (from_day, from_value), (to_day, to_value) in pairwise(path):
        if from_day <= day < to_day:
            share = (day - from_day).days / (to_day - from_day).days
            # This form stays between the two values, which from + share × (to − from) does not.
            return from_value * (1 - share) + to_value * share
    return path[-1][1]


def standing(value: float | None, period_end: date, path: Path, direction: Direction) -> Standing:
    """Of the value of a period that ends on that day."""
    if value is None or not path or direction is Direction.NEITHER:
        return Standing.NONE
    if _as_good(value, path[-1][1], direction):
        return Standing.REACHED
    asked = expected(path, period_end)
    if asked is None:
        return Standing.NONE
    return Standing.ON_PATH if _as_good(value, asked, direction) else Standing.BEHIND


def moved(before: float, after: float, direction: Direction) -> Move:
    if _equal(before, after):
        return Move.SAME
    if direction is Direction.NEITHER:
        return Move.CHANGED
    return Move.BETTER if (after > before) == (direction is Direction.HIGHER) else Move.WORSE


def _as_good(value: float, asked: float, direction: Direction) -> bool:
    if _equal(value, asked):
        return True
    return value > asked if direction is Direction.HIGHER else value < asked


def _equal(one: float, other: float) -> bool:
    """As far as arithmetic with floats can tell: a mean or a path's point may miss its number by the last digits."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
