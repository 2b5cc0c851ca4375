"""The only writer of the city's tables."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import shapely

from jcoc.city.axes import Stretch
from jcoc.city.boundaries import Checked
from jcoc.city.facts import CityFacts
from jcoc.city.faults import Severity
from jcoc.city.geometry import dissolve
from jcoc.city.models import (
    Boundary,
    BoundaryImport,
    CalendarDay,
    MapRevision,
    Place,
    PlaceQuerySet,
    River,
    RiverStretch,
    Site,
    Succession,
)
from jcoc.trail.audit.recording import create_many, writing


def touch_maps() -> None:
    """Say that what the maps show has changed. Call it in the transaction of the change."""
    MapRevision.objects.update_or_create(pk=1, defaults={"number": secrets.randbits(62)})


@writing("city.load")
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
    create_many(
        Succession,
        (
            Succession(
                successor=places[row.successor],
                predecessor=places.get(row.predecessor),
                date=row.date,
                source=row.source,
                note=row.note,
            )
            for row in facts.successions
            if row.successor not in told
        ),
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


@dataclass(frozen=True)
class BoundaryFile:
    """Where boundaries come from."""

    name: str
    sha256: str
    source: str = ""
    licence: str = ""
    approximate: bool = False


@writing("city.boundaries_import")
def import_boundaries(
    checked: Checked, level: str, day: date, file: BoundaryFile
) -> tuple[BoundaryImport, dict[str, int]]:
    """Store the outlines of a check without errors, and dissolve them into the levels above.

    They hold from the first day on which the places in force on `day` were the places in force. A parent is
    dissolved where all its children of that day have an outline. Returns the import and rows by level.
    """
    if checked.count(Severity.ERROR) or not checked.outlines:
        raise ValueError("A file with errors is not imported.")
    current = Place.objects.valid_on(day)
    places = {place.code: place for place in current.select_related("parent")}
    outlines = {places[code].pk: shapely.from_geojson(text) for code, text in checked.outlines}
    starts = [place.valid_from for place in places.values() if place.level == level and place.valid_from]
    first_day = max(starts, default=None)
    done = BoundaryImport.objects.create(
        file_name=file.name,
        sha256=file.sha256,
        level=level,
        source=file.source,
        licence=file.licence,
        faults=[fault.to_json() for fault in checked.faults],
    )
    put = partial(_put, done=done, first_day=first_day, approximate=file.approximate)
    written = {level: put(outlines, dissolved=False)}
    while above := _dissolved(current, outlines):
        level, outlines = above
        written[level] = put(outlines, dissolved=True)
    touch_maps()
    return done, written


def _dissolved(
    current: PlaceQuerySet, outlines: Mapping[int, shapely.Geometry]
) -> tuple[str, dict[int, shapely.Geometry]] | None:
    """The level above and the outlines of its places all of whose children have one; None at the top."""
    children: dict[int, list[int]] = {}
    level = ""
    for place in current.filter(parent__children__in=outlines).select_related("parent").distinct():
        if place.parent_id and place.parent:
            children.setdefault(place.parent_id, []).append(place.pk)
            level = place.parent.level
    united = {
        parent: dissolve([outlines[child] for child in found])
        for parent, found in children.items()
        if all(child in outlines for child in found)
    }
    return (level, united) if united else None


def _put(
    outlines: Mapping[int, shapely.Geometry],
    *,
    done: BoundaryImport,
    first_day: date | None,
    approximate: bool,
    dissolved: bool,
) -> int:
    """Set outlines into the time line of their places: an earlier one ends the day before, a later one stays."""
    earliest = date.min
    written = 0
    for place, polygon in outlines.items():
        line = list(Boundary.objects.filter(place=place))
        same = [b for b in line if b.valid_from == first_day]
        if dissolved and any(not b.dissolved for b in same):
            continue  # surveyed as such: better than what its parts add up to
        for boundary in same:
            boundary.delete()
        later = [b.valid_from for b in line if b.valid_from and b.valid_from > (first_day or earliest)]
        for boundary in line:
            ends = boundary.valid_to is None or (first_day and boundary.valid_to >= first_day)
            if first_day and ends and (boundary.valid_from or earliest) < first_day:
                boundary.valid_to = first_day - timedelta(days=1)
                boundary.save(update_fields=["valid_to"])
        Boundary.objects.create(
            place_id=place,
            geometry=shapely.to_geojson(polygon),
            approximate=approximate,
            dissolved=dissolved,
            valid_from=first_day,
            valid_to=min(later) - timedelta(days=1) if later else None,
            imported_in=done,
        )
        written += 1
    return written


@writing("city.stretches_import")
def import_stretches(stretches: Sequence[Stretch], source: str, *, approximate: bool) -> int:
    """Replace the stretches of the rivers that are given; how many there are now."""
    rivers = River.objects.in_bulk({stretch.river for stretch in stretches}, field_name="code")
    RiverStretch.objects.filter(river__in=rivers.values()).delete()
    number: dict[str, int] = {}
    for stretch in stretches:
        number[stretch.river] = number.get(stretch.river, 0) + 1
        RiverStretch.objects.create(
            code=f"{stretch.river}-{number[stretch.river]:02d}",
            river=rivers[stretch.river],
            line=stretch.line,
            from_m=stretch.from_m,
            to_m=stretch.to_m,
            approximate=approximate,
            source=source,
        )
    touch_maps()
    return len(stretches)


def save_succession(succession: Succession) -> None:
    """Keep a succession that is valid by full_clean(). A known predecessor takes the place of "not known"."""
    with writing("city.succession_save"):
        if succession.predecessor is not None:
            unknown = Succession.objects.filter(successor=succession.successor, predecessor=None)
            unknown.exclude(pk=succession.pk).delete()
        succession.save()


@writing("city.succession_remove")
def remove_succession(succession: Succession) -> None:
    succession.delete()


@writing("city.site_set")
def set_site(
    code: str,
    *,
    name: str,
    kind: str,
    place: Place,
    lon: float,
    lat: float,
    source: str,
    approximate: bool,
    simulated: bool = False,
    note: str = "",
) -> Site:
    """Create a site or bring it up to date."""
    site, _ = Site.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "place": place,
            "lon": lon,
            "lat": lat,
            "approximate": approximate,
            "simulated": simulated,
            "source": source,
            "note": note,
        },
    )
    touch_maps()
    return site
