"""The city-wide values that the overview is made of, in as many statements however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jcoc.city.models import Level
from jcoc.indicators import lookup
from jcoc.indicators.declaration import Direction
from jcoc.indicators.judging import few_readings, grows_with_days, weighs_hours
from jcoc.indicators.leader.overview import COURSE, Course, Overview, Point, Since, make, year_before
from jcoc.indicators.models import Indicator, Origin, Value
from jcoc.trail.visibility import Reader

#: Of a period under way there is one value at most; what an agency hands in ahead of time may be another.
_UNFINISHED = 2


@dataclass(frozen=True)
class Gathered:
    overview: Overview
    indicators: dict[str, Indicator]
    values: dict[
        tuple[str, date], Value
    ]  # code, first day of the period → the value, of all that were looked at
    begun: frozenset[str]  # indicators that have a value of a period under way


def gather(reader: Reader | None, since: Since, today: date) -> Gathered:
    told = Indicator.objects.visible(reader).in_use().order_by("code")
    indicators = [each for each in told if Level.KOTA in each.levels]
    keys = [each.pk for each in indicators]
    newest, paths = lookup.newest_of_city(keys, COURSE + _UNFINISHED), lookup.paths(keys)
    over = {key: [value for value in values if value.end < today] for key, values in newest.items()}
    before = _year_before(indicators, over) if since is Since.YEAR else {}
    courses: list[Course] = []
    kept: dict[tuple[str, date], Value] = {}
    for each in indicators:
        values = over.get(each.pk, [])[-COURSE:]
        year_ago = before.get(each.pk)
        partly = few_readings([*values, *([year_ago] if year_ago else [])], hourly=weighs_hours(each))
        kept |= {(each.code, value.start): value for value in (*values, *([year_ago] if year_ago else []))}
        courses.append(
            Course(
                code=each.code,
                dimension=each.dimension,
                direction=Direction(each.direction),
                path=paths.get(each.pk, ()),
                points=[_point(each, value, partly) for value in values],
                year_before=_point(each, year_ago, partly) if year_ago else None,
                grows=grows_with_days(each),
            )
        )
    return Gathered(
        overview=make(courses, since, today),
        indicators={each.code: each for each in indicators},
        values=kept,
        begun=frozenset(
            each.code for each in indicators if any(v.end >= today for v in newest.get(each.pk, ()))
        ),
    )


def _year_before(indicators: list[Indicator], over: dict[int, list[Value]]) -> dict[int, Value]:
    """The value of the same period a year before the newest number of each."""
    wanted = {}
    for each in indicators:
        numbers = [value for value in over.get(each.pk, ()) if value.value is not None]
        if numbers:
            wanted[each.pk] = year_before(each.period_of(numbers[-1].start)).start
    found = Value.objects.current().filter(
        place__level=Level.KOTA, indicator__in=wanted, start__in=set(wanted.values()), value__isnull=False
    )
    return {value.indicator_id: value for value in found if value.start == wanted[value.indicator_id]}


def _point(indicator: Indicator, value: Value, few: Collection[date]) -> Point:
    period = indicator.period_of(value.start)
    return Point(period, value.value, value.origin == Origin.PUBLISHED, value.start in few)
