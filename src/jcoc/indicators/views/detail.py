"""One indicator: its course against the target, its places in a period as map and table, its method."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jcoc.city.maps import revision
from jcoc.city.models import Level, Place
from jcoc.indicators import lookup, wording
from jcoc.indicators.choosing import choose
from jcoc.indicators.declaration import Direction, PlaceLevel
from jcoc.indicators.drawing.course import NARROW, WIDE, Course, Point, course
from jcoc.indicators.drawing.places import shapes
from jcoc.indicators.drawing.shades import shades
from jcoc.indicators.judging import Told, few_readings, told, weighs_hours
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import PeriodType, containing
from jcoc.indicators.standing import Path
from jcoc.indicators.views.common import READERS, indicator_of, may_correct
from jcoc.trail.access import allow

CHANGES = 5
SORTS = ("name", "value")
WITHIN = (Level.KECAMATAN, Level.KELURAHAN)


@allow(*READERS)
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    indicator = indicator_of(request, code)
    path = lookup.paths([indicator.pk]).get(indicator.pk, ())
    place = _place(request, indicator)
    values = lookup.course_of(indicator, place) if place else []
    few = few_readings(values, hourly=weighs_hours(indicator))
    doubted = lookup.doubted(indicator)
    history = (
        [told(indicator, place, value, path, doubted=doubted, few=few) for value in reversed(values)]
        if place
        else []
    )
    context: dict[str, Any] = {
        "indicator": indicator,
        "place": place,
        "newest": history[0] if history else None,
        "history": history,
        "cut": len(values) == lookup.COURSE,
        "charts": _charts(history, path),
        "origins": sorted({value.origin for value in values if value.value is not None}),
        "loose": any(value.provisional for value in values),
        "few": bool(few),
        "path": path,
        "aim": (containing(PeriodType(indicator.period_type), path[-1][0]), path[-1][1]) if path else None,
        "changes": lookup.last_changes(indicator, CHANGES),
        "period_type": wording.PERIOD_TYPES[PeriodType(indicator.period_type)],
        "direction": wording.DIRECTIONS[Direction(indicator.direction)],
        "corrects": may_correct(request, indicator),
        "within": _within(request, indicator, path, history[0].period.start if history else None, doubted),
    }
    return render(request, "indicators/detail.html", context)


def _place(request: HttpRequest, indicator: Indicator) -> Place | None:
    """The place that is asked for; else the city, or the first place that the indicator is told for."""
    asked = request.GET.get("place", "")
    places = Place.objects.select_related("parent").filter(level__in=indicator.levels)
    chosen = Q(code=asked) if asked else Q(pk__in=[])
    found: list[Place] = list(places.filter(chosen | Q(level=Level.KOTA)).order_by("code"))
    for place in reversed(found):
        if place.code == asked or place.level == Level.KOTA:
            return place
    with_values = (
        Value.objects.filter(indicator=indicator).order_by("place__code").values_list("place", flat=True)
    )
    return places.filter(pk__in=with_values[:1]).first()


def _charts(history: list[Told], path: Path) -> list[tuple[str, Course]]:
    points = [
        Point(row.period, row.value.value, row.value.origin, row.value.provisional, row.few)
        for row in reversed(history)
        if row.value and row.value.value is not None
    ]
    drawn = (("wide", course(points, path, WIDE)), ("narrow", course(points, path, NARROW)))
    return [(name, each) for name, each in drawn if each]


def _within(
    request: HttpRequest, indicator: Indicator, path: Path, head: date | None, doubted: frozenset[int]
) -> dict[str, Any] | None:
    """The places of a period, at first of the head's; None for an indicator that is told for the whole city alone."""
    levels = [level for level in indicator.levels if level != PlaceLevel.KOTA]
    asked = request.GET
    choice = choose(indicator, asked.get("period", ""), asked.get("year", ""), head) if levels else None
    if choice is None:
        return None
    period = choice.period
    values = lookup.values_in(indicator, period.start)
    places = lookup.places_on(period.end, WITHIN)
    rows = {
        place.pk: told(indicator, place, values.get(place.pk), path, period, doubted=doubted)
        for place in places
        if place.level in levels or place.level == Level.KECAMATAN
    }
    finest = [row for row in rows.values() if row.place.level == levels[-1]]
    drawn = [row.value.value for row in finest if row.value and row.value.value is not None]
    steps = shades(drawn, indicator.decimals)
    for row in finest:
        if row.value and row.value.value is not None:
            row.step = steps.of(row.value.value)
    query, sort = asked.get("q", "").strip(), asked.get("sort", "")
    found = _ordered([row for row in rows.values() if row.place.level in levels], query, sort)
    return {
        "period": period,
        "choice": choice,
        "rows": [row for row in found if row.value],
        "untold": _untold([row for row in found if not row.value]),
        "silent": sum(not row.value for row in found),
        "groups": _groups(rows, levels, query) if not sort else None,
        "query": query,
        "sort": sort,
        "told": len(drawn),
        "all": len(finest),
        "levels": levels,
        "shades": steps,
        "legend_digits": steps.digits,
        "map": _map(rows, period.end) if levels[-1] == Level.KELURAHAN else None,
    }


def _ordered(rows: list[Told], query: str, sort: str) -> list[Told]:
    found = [row for row in rows if query.lower() in row.place.name.lower()]
    key = sort.lstrip("-")
    if key == "value":
        known = [row for row in found if row.value and row.value.value is not None]
        known.sort(key=lambda row: row.value.value if row.value and row.value.value is not None else 0.0)
        return (known[::-1] if sort.startswith("-") else known) + [row for row in found if row not in known]
    if key == "name":
        found.sort(key=lambda row: row.place.name, reverse=sort.startswith("-"))
    return found


def _groups(rows: dict[int, Told], levels: list[str], query: str) -> list[tuple[Told, list[Told]]]:
    """Each kecamatan with its kelurahan that have a value; those that the search leaves."""
    wanted = query.lower()
    found = []
    for row in rows.values():
        if row.place.level != Level.KECAMATAN:
            continue
        own = wanted in row.place.name.lower()
        inside = [
            other
            for other in rows.values()
            if other.place.parent_id == row.place.pk and (own or wanted in other.place.name.lower())
        ]
        inside = [other for other in inside if other.value]
        if inside or (own and row.value and Level.KECAMATAN in levels):
            found.append((row, inside))
    return found


def _untold(rows: list[Told]) -> list[tuple[str, list[str]]]:
    """The names of the places that nothing is told of, by the kecamatan they lie in."""

    def lies_in(row: Told) -> str:
        place = row.place
        return place.parent.name if place.parent and place.level == Level.KELURAHAN else ""

    rows = sorted(rows, key=lambda row: (lies_in(row), row.place.name))
    return [(name, [row.place.name for row in those]) for name, those in groupby(rows, lies_in)]


def _map(rows: dict[int, Told], day: date) -> dict[str, Any] | None:
    drawn = shapes(day, timezone.localdate(), revision())
    if drawn is None:
        return None
    by_code = {row.place.code: row for row in rows.values()}
    return {"drawn": drawn, "places": [(shape, by_code.get(shape.code)) for shape in drawn.places]}
