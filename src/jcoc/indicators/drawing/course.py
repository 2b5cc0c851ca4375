"""The course of a value against its target path, as coordinates for SVG. Pure.

Values stand at the last day of their period, where a target of that period stands too. A period without a value
breaks the line: a bridged gap would claim what nobody counted. A dashed line leads to what is provisional, and to and
from what was made of few readings.

The values have most of the room. Of a target years ahead, or far above or below, the path is drawn as far as the frame
of the values goes, and the target is told at its edge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from jcoc.indicators.drawing.aims import visible
from jcoc.indicators.drawing.axis import decimals, spread, ticks
from jcoc.indicators.periods import Period, PeriodType, containing, following
from jcoc.indicators.standing import Path, expected

#: Marks that a course shows all of; of a longer one those where something changes, and some between.
MARKS = 36
#: Shares of the values' span of time by which the path may begin before them and go on after them; a period at least.
BEFORE, AFTER = 0.08, 0.25
#: Ranges of the values by which it may lie above or below them.
OFF = 1.5
#: From the last tick with a word under the axis the one before is so far away at least.
_APART = 88


@dataclass(frozen=True, slots=True)
class Point:
    period: Period
    value: float
    origin: str
    provisional: bool
    few: bool = False  # readings

    @property
    def loose(self) -> bool:
        return self.provisional or self.few


@dataclass(frozen=True, slots=True)
class Mark:
    """A point as it is drawn."""

    point: Point
    x: float
    y: float
    left: float  # where the strip that answers to a pointer begins
    width: float
    shown: bool  # whether it has a mark of its own


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: float = 0.0
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """The path's last target, where it lies outside of the picture, and where its words end."""

    period: Period
    value: float
    way: str  # right, up or down
    x: float
    y: float


@dataclass(frozen=True, slots=True)
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
    loose: tuple[str, ...] = ()  # those that lead to a provisional one, and to or from one of few readings
    path: tuple[str, ...] = ()  # of the target, as far as it is in the picture
    path_points: tuple[tuple[float, float], ...] = ()
    ahead: Ahead | None = None

    @property
    def end_words(self) -> float:
        """From here on a word under the axis ends at the edge, to stay in the picture."""
        return self.right - 20


@dataclass(frozen=True, slots=True)
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
    first, last = _window(points, path)
    values = [point.value for point in points]
    room = OFF * (max(values) - min(values) or abs(max(values)) * 0.1 or 1.0)
    seen = visible(path, first, last, min(values) - room, max(values) + room)
    numbers = values + [value for line in seen for _day, value in line]
    rungs = ticks(min(numbers), max(numbers), 5 if frame.height > 280 else 4)
    right, bottom = float(frame.width - frame.right), float(frame.height - frame.bottom)
    span = (last - first).days

    def x(day: float) -> float:
        share = (day - first.toordinal()) / span if span else 0.5
        return round(frame.left + share * (right - frame.left), 1)

    def y(value: float) -> float:
        share = (value - rungs[0]) / (rungs[-1] - rungs[0])
        return round(bottom - share * (bottom - frame.top), 1)

    marks = _marks(points, [x(point.period.end.toordinal()) for point in points], y, frame.left, right)
    firm, loose = _lines(marks)
    corners = {corner for line in seen for corner in line}
    end = seen[-1][-1] if seen else None
    ahead = None
    if aim := _aim(path, last, points[-1], end):
        period, value, way = aim
        line = [y(value) for _day, value in seen[-1]] if seen else [frame.top]
        at = _height(way, line, y(values[-1]), (frame.top, bottom))
        ahead = Ahead(period, value, way, right, at)
    named = _named(points[0].period.type, first, last, frame.words)
    across = [Tick(x(period.end.toordinal()), period=period) for period in named]
    return Course(
        frame.width,
        frame.height,
        frame.left,
        frame.top,
        right,
        bottom,
        tuple(tick for tick in across if tick is across[-1] or across[-1].at - tick.at >= _APART),
        tuple(Tick(y(value), value=value) for value in rungs),
        decimals(rungs[1] - rungs[0]),
        marks,
        firm,
        loose,
        tuple(_joined([(x(day), y(value)) for day, value in line]) for line in seen),
        tuple((x(day.toordinal()), y(value)) for day, value in path if (day.toordinal(), value) in corners),
        ahead,
    )


def _window(points: Sequence[Point], path: Path) -> tuple[date, date]:
    """The first and the last day of the picture."""
    first, last = points[0].period.end, points[-1].period.end
    span, least = (last - first).days, points[-1].period.days
    before, after = (timedelta(days=max(round(share * span), least)) for share in (BEFORE, AFTER))
    days = [day for day, _value in path]
    return max(min([first, *days]), first - before), min(max([last, *days]), last + after)


def _aim(
    path: Path, last: date, newest: Point, end: tuple[float, float] | None
) -> tuple[Period, float, str] | None:
    """The path's last target and the way to it, where it is not in the picture, in which the path ends so."""
    if not path:
        return None
    day, value = path[-1]
    period = containing(newest.period.type, day)
    if end is None or end[0] < last.toordinal():
        asked = expected(path, last)
        return period, value, "up" if (value if asked is None else asked) > newest.value else "down"
    return (period, value, "right") if day > last else None


def _height(way: str, line: Sequence[float], newest: float, frame: tuple[float, float]) -> float:
    """Of the words at the edge: on the side that the path does not come from; of a level one the values' other side."""
    top, bottom = frame
    match way:
        case "up":
            return top + 12
        case "down":
            return bottom - 8
    before, end = line[-2], line[-1]
    above = before > end if abs(before - end) >= 1 else newest > end
    if end - top < 24 or bottom - end < 24:
        above = end - top >= 24
    return end - 9 if above else end + 18


def _marks(
    points: Sequence[Point], across: Sequence[float], y: Callable[[float], float], left: float, right: float
) -> tuple[Mark, ...]:
    found = []
    every = -(-len(points) // MARKS)
    for i, (point, at) in enumerate(zip(points, across, strict=True)):
        begin = left if i == 0 else (across[i - 1] + at) / 2
        end = right if i == len(points) - 1 else (at + across[i + 1]) / 2
        before = points[i - 1] if i else None
        changes = before is None or (before.origin, before.loose) != (point.origin, point.loose)
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
        dashed = mark.point.loose or before.point.few
        lines = loose if dashed else firm
        if kind is not dashed:
            lines.append([(before.x, before.y)])
        lines[-1].append((mark.x, mark.y))
        kind = dashed
    return tuple(_joined(line) for line in firm), tuple(_joined(line) for line in loose)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _named(type_: PeriodType, first: date, last: date, most: int) -> list[Period]:
    """Periods with a word below the axis: of those that end in the picture, at equal distance."""
    periods = [containing(type_, first)]
    while (after := following(periods[-1])).end <= last:
        periods.append(after)
    return [periods[i] for i in spread(len(periods), most)]


# ---- The small line of a list ------------------------------------------------------------------------------------

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 112, 30, 4


@dataclass(frozen=True, slots=True)
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
