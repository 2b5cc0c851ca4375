"""What of a target path lies in a picture. Pure."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from jcoc.indicators.standing import Path, expected

Corner = tuple[float, float]  # the day's ordinal, the value


def visible(path: Path, first: date, last: date, low: float, high: float) -> list[list[Corner]]:
    """The path's lines from the first day to the last, between two values; after its end it goes on level."""
    if not path or path[0][0] > last:
        return []
    begins = max(path[0][0], first)
    days = [begins, *(day for day, _value in path if begins < day < last), last]
    corners = [(float(day.toordinal()), expected(path, day) or 0.0) for day in days]
    found: list[list[Corner]] = []
    for one, other in pairwise(corners):
        part = _between(one, other, low, high)
        if part and found and found[-1][-1] == part[0]:
            found[-1].append(part[1])
        elif part:
            found.append(list(part))
    return found


def _between(one: Corner, other: Corner, low: float, high: float) -> tuple[Corner, Corner] | None:
    """What of a line lies between two values."""
    rise = other[1] - one[1]
    if not rise:
        return (one, other) if low <= one[1] <= high else None
    enters, leaves = sorted(((low - one[1]) / rise, (high - one[1]) / rise))
    begins, ends = max(0.0, enters), min(1.0, leaves)
    if begins >= ends:
        return None

    def at(share: float) -> Corner:
        if share in (0.0, 1.0):  # a corner stays the very one that it is
            return other if share else one
        return one[0] + share * (other[0] - one[0]), one[1] + share * rise

    return at(begins), at(ends)
