"""The course of a value against its target path, as coordinates for SVG. Pure.

Values stand at the last day of their period, where a target of that period stands too. A period without a value
breaks the line: a bridged gap would claim what nobody counted. What is provisional is reached by a dashed line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jcoc.indicators.drawing.axis import decimals, spread, ticks
from jcoc.indicators.periods import Period, containing, following
from jcoc.indicators.standing import Path

#: Marks that a course shows all of; of a longer one those where something changes, and some between.
MARKS = 36


@dataclass(frozen=True)
class Point:
    period: Period
    value: float
    origin: str
    provisional: bool


@dataclass(frozen=True)
class Mark:
    """A point as it is drawn."""

    point: Point
    x: float
    y: float
    left: float  # where the strip that answers to a pointer begins
    width: float
    shown: bool  # whether it has a mark of its own


@dataclass(frozen=True)
class Tick:
    at: float
    value: float = 0.0
    period: Period | None = None


@dataclass(frozen=True)
class Course:
    width: int
    height: int
    left: float
    top: float
    right: float
    bottom: float
    across: tuple[Tick, ...]
    upward: tuple[Tick, ...]
    digits: int
    marks: tuple[Mark, ...] = ()
    firm: tuple[str, ...] = ()  # lines between final values, as "x,y x,y …"
    loose: tuple[str, ...] = ()  # lines that lead to a provisional one
    path: str = ""  # the target
    path_points: tuple[tuple[float, float], ...] = ()

    @property
    def end_words(self) -> float:
        """From here on a word under the axis ends at its tick, to stay in the picture."""
        return self.right - 20


@dataclass(frozen=True)
class Frame:
    width: int
    height: int
    left: int
    top: int = 14
    right: int = 18
    bottom: int = 34
    words: int = 7  # under the axis at most


WIDE = Frame(820, 330, left=64)
NARROW = Frame(340, 250, left=50, right=12, words=3)


def course(points: Sequence[Point], path: Path, frame: Frame) -> Course | None:
    """None where there is no number to draw; points are in the order of time."""
    if not points:
        return None
    days = [point.period.end for point in points] + [day for day, _value in path]
    first, last = min(days), max(days)
    numbers = [point.value for point in points] + [value for _day, value in path]
    rungs = ticks(min(numbers), max(numbers), 5 if frame.height > 280 else 4)
    right, bottom = float(frame.width - frame.right), float(frame.height - frame.bottom)
    span = (last - first).days

    def x(day: date) -> float:
        share = (day - first).days / span if span else 0.5
        return round(frame.left + share * (right - frame.left), 1)

    def y(value: float) -> float:
        share = (value - rungs[0]) / (rungs[-1] - rungs[0])
        return round(bottom - share * (bottom - frame.top), 1)

    marks = _marks(points, [x(point.period.end) for point in points], y, frame.left, right)
    firm, loose = _lines(marks)
    drawn_path = tuple((x(day), y(value)) for day, value in path)
    return Course(
        frame.width,
        frame.height,
        frame.left,
        frame.top,
        right,
        bottom,
        tuple(Tick(x(period.end), period=period) for period in _named(points, path, frame.words)),
        tuple(Tick(y(value), value=value) for value in rungs),
        decimals(rungs[1] - rungs[0]),
        marks,
        firm,
        loose,
        _joined([*drawn_path, (right, drawn_path[-1][1])]) if drawn_path else "",
        drawn_path,
    )


def _marks(
    points: Sequence[Point], across: Sequence[float], y: Callable[[float], float], left: float, right: float
) -> tuple[Mark, ...]:
    found = []
    every = -(-len(points) // MARKS)
    for i, (point, at) in enumerate(zip(points, across, strict=True)):
        begin = left if i == 0 else (across[i - 1] + at) / 2
        end = right if i == len(points) - 1 else (at + across[i + 1]) / 2
        before = points[i - 1] if i else None
        changes = before is None or (before.origin, before.provisional) != (point.origin, point.provisional)
        lonely = not (_joins(before, point) or (i + 1 < len(points) and _joins(point, points[i + 1])))
        shown = changes or lonely or (len(points) - 1 - i) % every == 0
        found.append(Mark(point, at, y(point.value), round(begin, 1), round(max(end - begin, 1), 1), shown))
    return tuple(found)


def _joins(before: Point | None, point: Point) -> bool:
    return before is not None and following(before.period) == point.period


def _lines(marks: Sequence[Mark]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    firm: list[list[tuple[float, float]]] = []
    loose: list[list[tuple[float, float]]] = []
    kind: bool | None = None
    for before, mark in pairwise(marks):
        if not _joins(before.point, mark.point):
            kind = None
            continue
        lines = loose if mark.point.provisional else firm
        if kind is not mark.point.provisional:
            lines.append([(before.x, before.y)])
        lines[-1].append((mark.x, mark.y))
        kind = mark.point.provisional
    return tuple(_joined(line) for line in firm), tuple(_joined(line) for line in loose)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _named(points: Sequence[Point], path: Path, most: int) -> list[Period]:
    """Periods with a word below the axis: from the first to the last, at equal distance."""
    days = [points[0].period.end, points[-1].period.end, *(day for day, _value in path)]
    last = max(days)
    periods = [containing(points[0].period.type, min(days))]
    while periods[-1].end < last:
        periods.append(following(periods[-1]))
    return [periods[i] for i in spread(len(periods), most)]


# ---- The small line of a list ------------------------------------------------------------------------------------

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 112, 30, 4


@dataclass(frozen=True)
class Spark:
    line: str
    end: tuple[float, float]
    target: str  # "x,y x,y …"; empty where there is none near enough


def spark(values: Sequence[float], asked: Sequence[float | None] = ()) -> Spark | None:
    """A step a value; what the path asks for each is dotted. None for fewer than two values."""
    if len(values) < 2:
        return None
    known = [number for number in asked if number is not None]
    low, high = min(values), max(values)
    # A target far away would flatten the line, whose form is all that so small a picture can tell.
    far = (high - low or abs(high) or 1.0) * 1.5
    if known and (max(known) > high + far or min(known) < low - far):
        known = []
    low, high = min([low, *known]), max([high, *known])
    rise = high - low

    def at(i: int, value: float) -> tuple[float, float]:
        share = (value - low) / rise if rise else 0.5
        x = i / (len(values) - 1) * (SPARK_WIDTH - 2 * SPARK_EDGE) + SPARK_EDGE
        return round(x, 1), round(SPARK_HEIGHT - SPARK_EDGE - share * (SPARK_HEIGHT - 2 * SPARK_EDGE), 1)

    drawn = [at(i, value) for i, value in enumerate(values)]
    target = [at(i, value) for i, value in enumerate(asked) if value is not None] if known else []
    return Spark(_joined(drawn), drawn[-1], _joined(target) if len(target) > 1 else "")
