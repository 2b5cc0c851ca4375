"""What a leader has to know of all indicators at once: which are behind, which moved, which say nothing. Pure.

**Which values.** City-wide ones of periods that are over: half a month's sum is no fall. A value is compared with the
one before it, or with the same period a year ago. One of few readings, which a sensor began or fell silent in, is
compared with nothing.

**What moved most.** A move is news where an individuals chart (individuals.py) says so: the change is larger than the
upper limit of the course's moving ranges, or it carries the value out of its natural process limits. First stand
those; then the moves of indicators too young to tell (fewer than four earlier steps); last, and said to be so, what is
usual. Indicators of different units are ranked by how unusual their move is for themselves: the change divided by the
*usual step*, the median of the absolute changes before it; the young ones by the change's share of the larger of its
two values. An indicator that never moved before has a usual step of zero: its move stands first of all. A move of long
ago, since which two further periods have passed, is no news.

**Like with like.** Beside a change since the last period stand the changes between neighbouring periods; beside one
since a year ago those since a year ago, and no limits of values, which a season alone may leave. Where there are too
few of them nothing is said of how unusual it is. What grows with the days of its period (a sum or a count of rows or
readings) is compared as if each period had as many days as the newest: 31 days of what 30 had are no rise. What an
agency hands in is compared as it stands, since nothing tells whether it is a sum of the period or a stock at its end.

**What is furthest behind.** By the gap's share of the larger of value and asked value, which needs no history, is
never infinite and treats both directions alike: 30 where 20 were asked for at most misses as much as 20 where 30 were
asked for at least. It presumes a true zero; of a temperature it says little.

**What keeps to its target.** The least to spare first, as the same share: that is what may fall behind next.

**What is old.** A figure since whose period two further ones have passed without a number, and that somebody owes the
next of: who computes or hands it in. What was published is a fact of its time and late for nobody, unless it makes a
series: three neighbouring periods up to its newest say that a further one was to be expected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from jcoc.indicators.declaration import Direction
from jcoc.indicators.dimensions import CODES
from jcoc.indicators.leader.individuals import Ranges, allowed, leaves
from jcoc.indicators.periods import Period, PeriodType, containing, following
from jcoc.indicators.standing import Move, Path, Standing, expected, moved, standing

#: Values of a course that are looked at, the newest included.
COURSE = 25
#: Published figures of so many neighbouring periods are a series.
SERIES = 3


class Since(StrEnum):
    PERIOD = "period"
    YEAR = "year"


class Bucket(StrEnum):
    """Each indicator is in one of them."""

    REACHED = "reached"
    ON_PATH = "on-path"
    BEHIND = "behind"
    NO_TARGET = "no-target"  # none, none yet, or no way is better
    NO_VALUE = "no-value"


#: Where an indicator should be.
KEPT = (Bucket.REACHED, Bucket.ON_PATH)


@dataclass(frozen=True)
class Point:
    period: Period
    value: float | None
    published: bool = False
    few: bool = False  # readings


@dataclass(frozen=True, kw_only=True)
class Course:
    """An indicator's city-wide values of periods that are over, oldest first; the same period a year ago beside."""

    code: str
    dimension: str
    direction: Direction
    path: Path
    points: Sequence[Point]
    year_before: Point | None = None
    grows: bool = False  # with the days of its period


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is to be said of one indicator."""

    course: Course
    bucket: Bucket
    newest: Point | None = None  # the newest that is a number
    former: Point | None = None
    move: Move | None = None  # none: there is nothing to compare with
    change: float | None = None
    evened: bool = False  # the former value was taken for as many days as the newest has
    unusual: bool | None = None  # None: there is too little to tell it by
    steps: float | None = None  # the change in usual steps; infinite where it never moved before
    leaves: bool = False  # its natural limits, by a change that is none beyond its own
    share: float = 0.0  # the change's share of the larger value
    asked: float | None = None  # by the path, at the end of the newest period
    gap: float = 0.0  # share that a value is behind, or has to spare where it keeps to its path
    past: bool = False  # since its newest period two further ones have passed
    old: bool = False  # and a further figure was to be expected

    @property
    def code(self) -> str:
        return self.course.code


@dataclass(frozen=True)
class DimensionCount:
    code: str
    buckets: dict[Bucket, int]  # all of them, in their order
    old: int

    @property
    def indicators(self) -> int:
        return sum(self.buckets.values())

    @property
    def judged(self) -> int:
        return sum(self.buckets[each] for each in (*KEPT, Bucket.BEHIND))

    @property
    def kept(self) -> int:
        """How many are where they should be."""
        return sum(self.buckets[each] for each in KEPT)


@dataclass(frozen=True)
class Overview:
    figures: tuple[Figure, ...]
    dimensions: tuple[DimensionCount, ...]  # the six, in their order
    behind: tuple[Figure, ...]  # the furthest first
    kept: tuple[Figure, ...]  # reached or on path, the least to spare first
    moved: tuple[Figure, ...]  # the most unusual first, what is usual last
    old: tuple[Figure, ...]  # the longest silent first
    without: tuple[Figure, ...]  # no number at all

    @property
    def news(self) -> int:
        """How many moves are beyond what is usual."""
        return sum(bool(each.unusual) for each in self.moved)

    @property
    def total(self) -> DimensionCount:
        buckets = {each: sum(one.buckets[each] for one in self.dimensions) for each in Bucket}
        return DimensionCount("", buckets, sum(one.old for one in self.dimensions))


def make(courses: Iterable[Course], since: Since, today: date) -> Overview:
    figures = tuple(figure(course, since, today) for course in courses)
    return Overview(
        figures=figures,
        dimensions=tuple(
            _count(code, [each for each in figures if each.course.dimension == code]) for code in CODES
        ),
        behind=tuple(
            sorted((each for each in figures if each.bucket is Bucket.BEHIND), key=lambda f: (-f.gap, f.code))
        ),
        kept=tuple(
            sorted((each for each in figures if each.bucket in KEPT), key=lambda f: (f.gap, f.code)),
        ),
        moved=tuple(
            sorted((each for each in figures if _news(each)), key=_by_unusualness),
        ),
        old=tuple(sorted((each for each in figures if each.old), key=_by_silence)),
        without=tuple(each for each in figures if each.newest is None),
    )


def figure(course: Course, since: Since, today: date) -> Figure:
    numbers = [point for point in course.points if point.value is not None]
    if not numbers:
        return Figure(course=course, bucket=Bucket.NO_VALUE)
    newest = numbers[-1]
    assert newest.value is not None
    stands = standing(newest.value, newest.period.end, course.path, course.direction)
    asked = expected(course.path, newest.period.end) if course.direction is not Direction.NEITHER else None
    past = following(newest.period, 2).end < today
    made = Figure(
        course=course,
        bucket=Bucket.NO_TARGET if stands is Standing.NONE else Bucket(stands.value),
        newest=newest,
        asked=asked,
        gap=apart(newest.value, asked) if stands is not Standing.NONE and asked is not None else 0.0,
        past=past,
        old=past and _owed(numbers),
    )
    whole = [point for point in numbers[:-1] if not point.few]
    former = course.year_before if since is Since.YEAR else (whole[-1] if whole else None)
    if former is None or former.value is None or former.few or newest.few:
        return made
    return replace(made, former=former, **_compared(course, newest, former, since))


def _compared(course: Course, newest: Point, former: Point, since: Since) -> dict[str, Any]:
    before = course.points[: course.points.index(newest)]
    days = newest.period.days if course.grows else None
    now, then = evened(newest, days), evened(former, days)
    change = now - then
    ranges = allowed(steps(before, since, days))
    left = unusual = None
    if ranges is not None:
        values = [evened(point, days) for point in before if point.value is not None and not point.few]
        far = abs(change) > ranges.upper and not math.isclose(abs(change), ranges.upper, rel_tol=1e-9)
        left = not far and since is Since.PERIOD and leaves(values, ranges, then, now)
        unusual = far or left
    return {
        "move": moved(then, now, course.direction),
        "change": change,
        "evened": days is not None and former.period.days != days,
        "unusual": unusual,
        "steps": in_steps(change, ranges),
        "leaves": bool(left),
        "share": apart(now, then),
    }


def evened(point: Point, days: int | None) -> float:
    """The value as it would be of so many days; as it is where there is nothing to even out."""
    assert point.value is not None
    return point.value if days is None else point.value * days / point.period.days


def _owed(numbers: Sequence[Point]) -> bool:
    """Whether a further figure is to be expected after the newest."""
    if not numbers[-1].published:
        return True
    latest = numbers[-SERIES:]
    return len(latest) == SERIES and all(_neighbours(before, after) for before, after in pairwise(latest))


def _neighbours(before: Point, after: Point) -> bool:
    return after.period.start == before.period.end + timedelta(days=1)


def steps(points: Sequence[Point], since: Since, days: int | None = None) -> list[float]:
    """The absolute changes between neighbouring periods, or between each and the same one a year before."""
    known = {point.period: point for point in points if point.value is not None and not point.few}
    found = []
    for period, point in known.items():
        other = known.get(year_before(period) if since is Since.YEAR else following(period, -1))
        if other is not None:
            after, before = evened(point, days), evened(other, days)
            found.append(0.0 if math.isclose(after, before, rel_tol=1e-9) else abs(after - before))
    return found


def in_steps(change: float, ranges: Ranges | None) -> float | None:
    """The change in usual steps."""
    if ranges is None:
        return None
    if ranges.usual > 0:
        return abs(change) / ranges.usual
    return math.inf if change else 0.0


def apart(one: float, other: float) -> float:
    """The share of the larger of the two by which they differ, from 0 to 1, and up to 2 where their signs differ."""
    larger = max(abs(one), abs(other))
    return abs(one / larger - other / larger) if larger else 0.0


def year_before(period: Period) -> Period:
    """The same period a year ago; of a week, the one 52 weeks ago."""
    if period.type is PeriodType.WEEK:
        return containing(period.type, period.start - timedelta(weeks=52))
    try:
        day = period.start.replace(year=period.start.year - 1)
    except ValueError:  # 29 February
        day = period.start.replace(year=period.start.year - 1, day=28)
    return containing(period.type, day)


def _news(figure: Figure) -> bool:
    return figure.move not in (None, Move.SAME) and not figure.past


def _by_unusualness(figure: Figure) -> tuple[int, float, str]:
    if figure.steps is None:
        return 1, -figure.share, figure.code
    return (0 if figure.unusual else 2), -figure.steps, figure.code


def _by_silence(figure: Figure) -> tuple[date, str]:
    assert figure.newest is not None
    return figure.newest.period.end, figure.code


def _count(code: str, figures: Sequence[Figure]) -> DimensionCount:
    buckets = {bucket: sum(each.bucket is bucket for each in figures) for bucket in Bucket}
    return DimensionCount(code, buckets, sum(each.old for each in figures))
