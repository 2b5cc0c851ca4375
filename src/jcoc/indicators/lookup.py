"""What the pages read of indicators, in as few queries as one page needs however many rows there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from jcoc.city.models import Level, Place
from jcoc.indicators.declaration import Direction
from jcoc.indicators.models import Flag, Indicator, Target, Value
from jcoc.indicators.standing import Path, Standing, standing

#: A day's indicator has thousands of values: of the newest so many a page draws the course, the download has all.
COURSE = 400


def paths(indicators: Collection[int]) -> dict[int, Path]:
    """The target path of each; an indicator without a target is left out."""
    found: dict[int, list[tuple[date, float]]] = defaultdict(list)
    rows = Target.objects.filter(indicator__in=indicators).order_by("indicator", "start")
    for indicator, end, value in rows.values_list("indicator_id", "end", "value"):
        found[indicator].append((end, value))
    return dict(found)


def standing_of(indicator: Indicator, value: Value, path: Path) -> Standing:
    return standing(value.value, value.end, path, Direction(indicator.direction))


def newest_of_city(indicators: Collection[int], each: int) -> dict[int, list[Value]]:
    """The newest city-wide values of each indicator, so many at most, the newest last."""
    numbered = Value.objects.current().filter(indicator__in=indicators, place__level=Level.KOTA)
    numbered = numbered.annotate(
        nth=Window(RowNumber(), partition_by=F("indicator"), order_by=F("start").desc())
    )
    found: dict[int, list[Value]] = defaultdict(list)
    for value in numbered.filter(nth__lte=each).order_by("indicator", "start"):  # type: ignore[misc]
        found[value.indicator_id].append(value)
    return dict(found)


def course_of(indicator: Indicator, place: Place) -> list[Value]:
    """The newest values of a place, the newest last."""
    newest = Value.objects.current().filter(indicator=indicator, place=place).order_by("-start")[:COURSE]
    return list(reversed(newest))


def places_on(day: date, levels: Iterable[str]) -> list[Place]:
    """The places of a period that ends on that day, with what they lie in."""
    found = Place.objects.valid_on(day).filter(level__in=list(levels)).select_related("parent")
    return list(found.order_by("code"))


def values_in(indicator: Indicator, start: date) -> dict[int, Value]:
    """The values of a period by the key of their place."""
    found = Value.objects.current().filter(indicator=indicator, start=start)
    return {value.place_id: value for value in found}


def doubted(indicator: Indicator) -> frozenset[int]:
    """Keys of the values that a recomputation disagrees with and nobody has answered for."""
    found = Flag.objects.open().filter(value__indicator=indicator)
    return frozenset(found.values_list("value", flat=True))


def last_changes(indicator: Indicator, most: int) -> Sequence[Value]:
    """The newest revisions of values that stood before."""
    later = Value.objects.filter(indicator=indicator, revision__gt=1).select_related("place", "indicator")
    return list(later.order_by("-made", "-pk")[:most])
