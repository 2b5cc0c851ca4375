"""The overview in the reader's words: what the page and the sheet both show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.indicators import said, wording
from jcoc.indicators.drawing.course import Spark, spark
from jcoc.indicators.leader.gathering import Gathered
from jcoc.indicators.leader.overview import KEPT, Bucket, DimensionCount, Figure, Since
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.standing import Move, expected
from jcoc.web import formats

BUCKETS = {
    Bucket.REACHED: gettext_lazy("reached"),
    Bucket.ON_PATH: gettext_lazy("on path"),
    Bucket.BEHIND: gettext_lazy("behind"),
    Bucket.NO_TARGET: gettext_lazy("without target"),
    Bucket.NO_VALUE: gettext_lazy("without value"),
}
MOVES = {
    Move.BETTER: gettext_lazy("better"),
    Move.WORSE: gettext_lazy("worse"),
}
SINCE = {
    Since.PERIOD: gettext_lazy("Since the last period"),
    Since.YEAR: gettext_lazy("Since a year ago"),
}
#: From a million on a number is told in words.
LARGE = (
    (1e6, gettext_lazy("million")),
    (1e9, gettext_lazy("billion")),
    (1e12, gettext_lazy("trillion")),
)
#: Points of the small line beside a move.
_TREND = 13


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of one of the lists; the texts are ready to be shown."""

    code: str
    name: str
    dimension: str
    owner: str
    value: str
    period: str
    age: str
    origin: str
    origin_word: str
    source: str
    provisional: bool
    few: bool  # readings
    asked: str = ""
    gap: str = ""
    attained: int = 0  # per cent of what was asked, or the asked value's of what is too much
    move: str = ""
    move_word: str = ""
    up: bool = False
    change: str = ""
    former: str = ""
    usual: bool = False  # a move that is no news
    unusual: str = ""
    why: str = ""
    trend: Spark | None = None


@dataclass(frozen=True)
class Part:
    """Of a bar: how many are in a bucket, and where that part lies, in per cent of the bar."""

    bucket: Bucket
    word: str
    count: int
    at: float
    width: float


@dataclass(frozen=True)
class Tile:
    """A dimension, or all six together."""

    count: DimensionCount
    parts: list[Part]


def tile(count: DimensionCount) -> Tile:
    parts, at = [], 0.0
    for bucket, many in count.buckets.items():
        width = 100 * many / count.indicators if count.indicators else 0.0
        parts.append(Part(bucket, str(BUCKETS[bucket]), many, round(at, 2), round(width, 2)))
        at += width
    return Tile(count, parts)


def behind(gathered: Gathered, today: date) -> list[Row]:
    return [_row(each, gathered, today) for each in gathered.overview.behind]


def kept(gathered: Gathered, today: date) -> list[Row]:
    return [_row(each, gathered, today) for each in gathered.overview.kept]


def moved(gathered: Gathered, today: date) -> list[Row]:
    """The most unusual first; a usual move that no digit of its indicator shows is none to be told."""
    figures = gathered.overview.moved
    return [_row(each, gathered, today) for each in figures if each.unusual or not _hidden(each, gathered)]


def _hidden(figure: Figure, gathered: Gathered) -> bool:
    digits = gathered.indicators[figure.code].decimals
    return figure.change is not None and wording.figure(figure.change, digits) == wording.figure(0, digits)


def silent(gathered: Gathered, today: date) -> list[Row]:
    """What is old, the longest silent first, then what never had a number."""
    return [_row(each, gathered, today) for each in (*gathered.overview.old, *gathered.overview.without)]


def sources(rows: Iterable[Row]) -> list[str]:
    """Where the figures of these rows come from, each once."""
    return list(dict.fromkeys(row.source for row in rows if row.source))


def told(value: float | None, indicator: Indicator) -> str:
    """A value with its unit, short enough to be taken in at a glance; the indicator's page has every digit."""
    fitting = [(step, word) for step, word in LARGE if value is not None and abs(value) >= step]
    if value is None or not fitting:
        return wording.told(value, indicator)
    step, word = fitting[-1]
    number = f"{wording.figure(value / step, 1)}{wording.NARROW}{word}"
    symbol = indicator.unit_symbol
    if wording.unit_leads(indicator):
        return symbol + number
    return f"{number}{wording.NARROW}{symbol}" if symbol else number


def difference(amount: float, indicator: Indicator) -> str:
    """An amount, zero or more, by which two values differ: between two percentages lie points, and no per cent."""
    if indicator.unit_code != "%":
        return told(amount, indicator)
    return _("%(number)s points") % {"number": wording.figure(amount, indicator.decimals)}


def _row(figure: Figure, gathered: Gathered, today: date) -> Row:
    indicator = gathered.indicators[figure.code]
    newest = figure.newest
    value = gathered.values[figure.code, newest.period.start] if newest else None
    row = {
        "code": figure.code,
        "name": indicator.name,
        "dimension": indicator.dimension,
        "owner": indicator.owner,
        "value": told(newest.value, indicator) if newest else "–",
        "period": wording.period_short(newest.period) if newest else "",
        "age": _age(newest.period.end, today) if newest else "",
        "origin": value.origin if value else "",
        "origin_word": wording.origin_short(value.origin) if value else "",
        "source": (value.source_name or indicator.owner) if value else "",
        "provisional": bool(value and value.provisional),
        "few": bool(newest and newest.few),
        "why": _why(figure, gathered),
        "trend": _trend(figure),
    }
    return Row(**row, **_against(figure, indicator), **_movement(figure, indicator))  # type: ignore[arg-type]


def _against(figure: Figure, indicator: Indicator) -> dict[str, object]:
    if figure.newest is None or figure.newest.value is None:
        return {}
    if figure.asked is None:  # what is asked for in the end is reached before anything is
        return {"gap": str(BUCKETS[figure.bucket])} if figure.bucket in KEPT else {}
    gap = difference(abs(figure.newest.value - figure.asked), indicator)
    below = figure.newest.value < figure.asked
    words = _("%(gap)s too low") if below else _("%(gap)s too high")
    if figure.bucket in KEPT:
        words = _("%(gap)s to spare")
    return {
        "asked": told(figure.asked, indicator),
        "gap": words % {"gap": gap},
        "attained": 100 if figure.bucket in KEPT else round(100 * max(0.0, 1 - figure.gap)),
    }


def _movement(figure: Figure, indicator: Indicator) -> dict[str, object]:
    if figure.move in (None, Move.SAME) or figure.former is None or figure.change is None:
        return {}
    assert figure.move is not None
    change = difference(abs(figure.change), indicator)
    return {
        "move": figure.move.value,
        "move_word": str(MOVES.get(figure.move, "")),
        "up": figure.change > 0,
        "change": (_("up %(amount)s") if figure.change > 0 else _("down %(amount)s")) % {"amount": change},
        "former": (
            _("from %(value)s, %(period)s; days evened out")
            if figure.evened
            else _("from %(value)s, %(period)s")
        )
        % {
            "value": told(figure.former.value, indicator),
            "period": wording.period_short(figure.former.period),
        },
        "usual": figure.unusual is False,
        "unusual": _unusual(figure),
    }


def _unusual(figure: Figure) -> str:
    if figure.unusual is None or figure.steps is None:
        return _("no usual change yet")
    if not figure.unusual:
        return _("as usual")
    if math.isinf(figure.steps):
        return _("did not move before")
    if figure.leaves:
        return _("out of its usual range")
    return _("%(times)s × its usual change") % {"times": wording.figure(figure.steps, 1)}


def _age(end: date, today: date) -> str:
    """How long ago the period ended."""
    return _("{age} ago").format(age=formats.span(timedelta(days=(today - end).days)))


def _why(figure: Figure, gathered: Gathered) -> str:
    points = figure.course.points
    if points and points[-1].value is None:
        last: Value = gathered.values[figure.code, points[-1].period.start]
        period = wording.period_words(points[-1].period)
        return f"{period}: {said.told(last.note)}"
    if figure.newest is None:
        if figure.code in gathered.begun:
            return _("its first period is still under way")
        return _("no value of the whole city")
    return ""


def _trend(figure: Figure) -> Spark | None:
    told = [point for point in figure.course.points if point.value is not None and not point.few]
    points = told[-_TREND:]
    numbers = [point.value for point in points if point.value is not None]
    return spark(numbers, [expected(figure.course.path, point.period.end) for point in points])
