"""The only writer of the city's tables."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from jcoc.city.facts import CityFacts
from jcoc.city.models import CalendarDay, MapRevision, Place, River, Site, Succession


def touch_maps() -> None:
    """Say that what the maps show has changed. Call it in the transaction of the change."""
    MapRevision.objects.get_or_create(pk=1)
    MapRevision.objects.filter(pk=1).update(number=F("number") + 1)


@transaction.atomic
def load_city(facts: CityFacts) -> dict[str, int]:
    """Bring a city's facts into the database; rows of the table that stand already are brought up to date.

    Successions that an administrator has entered stay: the table only adds a successor that has no row yet.
    Nothing is removed, since other rings may refer to it. Returns how many rows of each kind there are.
    """
    places: dict[str, Place] = {}
    for place in facts.places:
        places[place.code], _ = Place.objects.update_or_create(
            code=place.code,
            defaults={
                "name": place.name,
                "level": place.level,
                "parent": places.get(place.parent),
                "valid_from": place.valid_from,
                "valid_to": place.valid_to,
                "validity_note": place.validity_note,
                "lon": place.lon,
                "lat": place.lat,
                "area_km2": place.area_km2,
                "source": place.source,
            },
        )
    told = set(Succession.objects.values_list("successor__code", flat=True))
    Succession.objects.bulk_create(
        Succession(
            successor=places[row.successor],
            predecessor=places.get(row.predecessor),
            date=row.date,
            source=row.source,
            note=row.note,
        )
        for row in facts.successions
        if row.successor not in told
    )
    for river in facts.rivers:
        River.objects.update_or_create(
            code=river.code,
            defaults={
                "name": river.name,
                "also_called": river.also_called,
                "catchment_km2": river.catchment_km2,
                "city": places[facts.code],
                "source": river.source,
            },
        )
    for site in facts.sites:
        Site.objects.update_or_create(
            code=site.code,
            defaults={
                "name": site.name,
                "kind": site.kind,
                "place": places[site.place],
                "lon": site.lon,
                "lat": site.lat,
                "approximate": site.approximate,
                "address": site.address,
                "source": site.source,
                "note": site.note,
            },
        )
    for day in facts.days:
        CalendarDay.objects.update_or_create(
            date=day.date, defaults={"day_off": day.day_off, "name": day.name, "source": day.source}
        )
    touch_maps()
    return {
        "places": len(facts.places),
        "successions": len(facts.successions),
        "rivers": len(facts.rivers),
        "sites": len(facts.sites),
        "days": len(facts.days),
    }
