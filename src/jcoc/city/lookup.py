"""What other rings ask of the city: which place a point lies in, which days are worked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from jcoc.city.calendar import OwnDay, WorkingCalendar
from jcoc.city.facts import PlaceFact
from jcoc.city.locate import Locator
from jcoc.city.maps import outlines, revision
from jcoc.city.models import CalendarDay, Level, Place


def locator(day: date, level: str = Level.KELURAHAN) -> Locator:
    """Looks points up among the places of a level on a day, as the map draws them that day."""
    return _locator(day, str(level), revision())


@lru_cache(maxsize=16)
def _locator(day: date, level: str, at_revision: int) -> Locator:
    drawn = [outline for outline in outlines(level, day) if not outline.polygon.is_empty]
    return Locator([outline.place.code for outline in drawn], [outline.polygon for outline in drawn])


def working_calendar() -> WorkingCalendar:
    """The calendar with the city's own days."""
    return WorkingCalendar({d.date: OwnDay(d.day_off, d.name) for d in CalendarDay.objects.all()})


def kecamatan_names() -> dict[str, str]:
    """The name of the kecamatan of each kelurahan, by the kelurahan's code."""
    places = Place.objects.filter(level=Level.KELURAHAN)
    return {code: name or "" for code, name in places.values_list("code", "parent__name")}


def place_facts() -> tuple[PlaceFact, ...]:
    """Every place as the pure modules know it, parents before children."""
    return tuple(
        PlaceFact(
            code=place.code,
            name=place.name,
            level=place.level,
            parent=place.parent.code if place.parent else "",
            valid_from=place.valid_from,
            valid_to=place.valid_to,
            validity_note=place.validity_note,
            lon=place.lon,
            lat=place.lat,
            area_km2=place.area_km2,
            source=place.source,
        )
        for place in Place.objects.select_related("parent").order_by("code")
    )
