"""The individuals chart (XmR): which of a course's moves are news, and which are the usual up and down. Pure.

W. A. Shewhart; D. J. Wheeler, Understanding Variation, 1993, appendix: natural process limits are the central line
± 2.66 × the mean moving range, or ± 3.145 × the median moving range; the upper limit of the moving ranges themselves
is 3.268 × their mean, or 3.865 × their median. Useful limits need five or six values. Public services tell a change
from noise by it (NHS England, Making Data Count).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

#: Moving ranges that limits are made of, at least: those of five values.
LEAST = 4


@dataclass(frozen=True)
class Ranges:
    """What the moving ranges of a course allow, in its unit."""

    usual: float  # the middle moving range
    natural: float  # natural process limits lie so far from the central line
    upper: float  # limit of a moving range


def by_mean(ranges: Sequence[float]) -> Ranges:
    mean = fmean(ranges)
    return Ranges(mean, 2.66 * mean, 3.268 * mean)


def by_median(ranges: Sequence[float]) -> Ranges:
    middle = median(ranges)
    return Ranges(middle, 3.145 * middle, 3.865 * middle)


def allowed(ranges: Sequence[float]) -> Ranges | None:
    """By the median, which one leap does not carry away; by the mean where most ranges are zero. None: too few."""
    if len(ranges) < LEAST:
        return None
    found = by_median(ranges)
    return found if found.usual else by_mean(ranges)


def leaves(values: Sequence[float], ranges: Ranges, former: float, newest: float) -> bool:
    """Whether the newest value lies beyond the natural limits of the values before it, and the former one did not."""
    centre = median(values)
    return abs(newest - centre) > ranges.natural >= abs(former - centre)
