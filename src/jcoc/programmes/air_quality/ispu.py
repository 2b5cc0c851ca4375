"""ISPU, Indonesia's pollutant standard index, of fine dust (PM2.5). Pure.

Source: Peraturan Menteri LHK P.14/MENLHK/SETJEN/KUM.1/7/2020, annex: the index of a 24-hour mean in µg/m³ is
I = (Ia − Ib)/(Xa − Xb) · (Xx − Xb) + Ib, where Ia, Xa and Ib, Xb are the upper and the lower limit of its range.

The regulation knows seven pollutants, and the index of a station is the largest of theirs. Here is that of PM2.5 alone:
where others are measured, the station's index may be higher.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

#: (24-hour mean in µg/m³, index): the upper limits of the ranges. Beyond the last the table says nothing.
LIMITS = ((0.0, 0), (15.5, 50), (55.4, 100), (150.4, 200), (250.4, 300), (500.0, 500))
HIGHEST = LIMITS[-1][1]


class Category(IntEnum):
    """In the order of severity."""

    BAIK = 1
    SEDANG = 2
    TIDAK_SEHAT = 3
    SANGAT_TIDAK_SEHAT = 4
    BERBAHAYA = 5

    @property
    def indonesian(self) -> str:
        return self.name.replace("_", " ").capitalize()


#: The largest index of each category; the last has none.
_UP_TO = (50, 100, 200, 300)


@dataclass(frozen=True)
class Ispu:
    value: int
    category: Category
    beyond: bool = False  # the mean lies above the table: the index is this or more


def ispu(mean: float) -> Ispu:
    """The index of a 24-hour mean of PM2.5 in µg/m³, as a whole number, halves up.

    ``ValueError`` where the mean is negative or no number.
    """
    if not math.isfinite(mean) or mean < 0:
        raise ValueError(f"{mean} is no concentration: it is a number of µg/m³ from 0 upward.")
    for (below, index_below), (above, index_above) in pairwise(LIMITS):
        if mean <= above:
            exact = (index_above - index_below) / (above - below) * (mean - below) + index_below
            value = math.floor(exact + 0.5)
            return Ispu(value, category(value))
    return Ispu(HIGHEST, Category.BERBAHAYA, beyond=True)


def category(index: int) -> Category:
    """The category of a whole index: up to 50, 100, 200, 300, and above."""
    return Category(1 + sum(index > limit for limit in _UP_TO))
