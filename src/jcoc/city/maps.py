"""What the map shows: GeoJSON bytes (RFC 7946), made once for each revision of the city's tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import shapely

from jcoc.city.geometry import (
    MAP_DIGITS,
    Plane,
    dissolve,
    hull_of_area,
    label_point,
    rounded,
    simplify_coverage,
    voronoi_cells,
)
from jcoc.city.models import Boundary, Level, MapRevision, Place, RiverStretch, Site

#: About the root of the triangle areas given up, in metres: a pixel of a city-wide map on a wide screen.
SIMPLIFY_METRES = 15.0


@dataclass(frozen=True)
class Outline:
    """A place as it is drawn: degrees, and whether somebody surveyed it or the outline is a stand-in."""

    place: Place
    polygon: shapely.Geometry
    approximate: bool


@dataclass(frozen=True)
class MapFile:
    body: bytes
    etag: str


def outlines(level: str, day: date, simplify: float = 0.0) -> list[Outline]:
    """Every kecamatan or kelurahan in force on a day, in order of code; simplified to so many metres.

    Where there is no boundary for that day the outline is the Voronoi cell of the centroid, clipped to what
    the city's outline leaves over, and marked approximate. A kecamatan is what its kelurahan add up to, so that
    their borders agree on every scale, unless it has a boundary of its own.
    """
    result: list[Outline] = []
    for city in Place.objects.valid_on(day).of_level(Level.KOTA):
        kelurahan = _simplified(_kelurahan(city, day), simplify)
        if level == Level.KELURAHAN:
            result += kelurahan
        else:
            surveyed, united = _kecamatan(city, day, kelurahan)
            result += _simplified(surveyed, simplify) + united
    return sorted(result, key=lambda outline: outline.place.code)


def _simplified(drawn: list[Outline], tolerance: float) -> list[Outline]:
    if not drawn or not tolerance:
        return drawn
    plane = Plane.about(outline.polygon for outline in drawn)
    polygons = simplify_coverage([plane.to_metres(outline.polygon) for outline in drawn], tolerance)
    return [
        replace(outline, polygon=plane.to_degrees(polygon))
        for outline, polygon in zip(drawn, polygons, strict=True)
    ]


def _boundaries(places: list[Place], day: date) -> dict[int, Boundary]:
    found = Boundary.objects.valid_on(day).filter(place__in=[place.pk for place in places])
    return {boundary.place_id: boundary for boundary in found.order_by("valid_from")}


def _surveyed(place: Place, boundary: Boundary) -> Outline:
    return Outline(place, shapely.from_geojson(boundary.geometry), boundary.approximate)


def _kelurahan(city: Place, day: date) -> list[Outline]:
    places = list(
        Place.objects.valid_on(day)
        .of_level(Level.KELURAHAN)
        .filter(parent__parent=city)
        .select_related("parent")
        .order_by("code")
    )
    known = _boundaries(places, day)
    drawn = {place.pk: _surveyed(place, known[place.pk]) for place in places if place.pk in known}
    missing = [place for place in places if place.pk not in drawn]
    if missing:
        drawn |= _cells(city, places, missing, [outline.polygon for outline in drawn.values()])
    return [drawn[place.pk] for place in places if not drawn[place.pk].polygon.is_empty]


def _cells(
    city: Place, places: list[Place], missing: list[Place], taken: list[shapely.Geometry]
) -> dict[int, Outline]:
    plane = Plane(city.lon, city.lat)
    centroids = {p.pk: plane.to_metres(shapely.Point(p.lon, p.lat)).coords[0][:2] for p in places}
    # A city keeps its outline when its kelurahan are split: one of another day is better than a guess.
    boundary = Boundary.objects.filter(place=city).order_by("valid_from").last()
    if boundary:
        outline = plane.to_metres(shapely.from_geojson(boundary.geometry))
    else:
        area = None if city.area_km2 is None else city.area_km2 * 1e6
        outline = hull_of_area(list(centroids.values()), area)
    if taken:
        outline = outline.difference(plane.to_metres(dissolve(taken)))
    cells = voronoi_cells([centroids[p.pk] for p in missing], outline)
    return {
        place.pk: Outline(place, plane.to_degrees(cell), True)
        for place, cell in zip(missing, cells, strict=True)
    }


def _kecamatan(city: Place, day: date, kelurahan: list[Outline]) -> tuple[list[Outline], list[Outline]]:
    """The kecamatan that have a boundary of their own, and those that are the sum of their kelurahan."""
    places = list(
        Place.objects.valid_on(day).of_level(Level.KECAMATAN).filter(parent=city).select_related("parent")
    )
    known = _boundaries(places, day)
    surveyed, united = [], []
    for place in places:
        parts = [outline for outline in kelurahan if outline.place.parent_id == place.pk]
        if place.pk in known and not (known[place.pk].dissolved and parts):
            surveyed.append(_surveyed(place, known[place.pk]))
        elif parts:
            union = dissolve([outline.polygon for outline in parts])
            united.append(Outline(place, union, any(outline.approximate for outline in parts)))
    return surveyed, united


def _places_collection(level: str, day: date) -> list[dict[str, Any]]:
    drawn = outlines(level, day, SIMPLIFY_METRES)
    if not drawn:
        return []
    plane = Plane.about(outline.polygon for outline in drawn)
    features = []
    for outline in drawn:
        place = outline.place
        label = plane.to_degrees(shapely.Point(label_point(plane.to_metres(outline.polygon))))
        features.append(
            _feature(
                rounded(outline.polygon, MAP_DIGITS),
                code=place.code,
                name=place.name,
                approximate=outline.approximate,
                parent=place.parent.code if place.parent else "",
                label=[round(label.x, MAP_DIGITS), round(label.y, MAP_DIGITS)],
            )
        )
    return features


def _rivers_collection() -> list[dict[str, Any]]:
    return [
        _feature(
            rounded(shapely.from_geojson(stretch.line), MAP_DIGITS),
            code=stretch.code,
            name=stretch.river.name,
            river=stretch.river.code,
            from_m=round(stretch.from_m),
            to_m=round(stretch.to_m),
            approximate=stretch.approximate,
        )
        for stretch in RiverStretch.objects.select_related("river")
    ]


def _sites_collection() -> list[dict[str, Any]]:
    return [
        _feature(
            rounded(shapely.Point(site.lon, site.lat), MAP_DIGITS),
            code=site.code,
            name=site.name,
            kind=site.kind,
            approximate=site.approximate,
            simulated=site.simulated,
            note=site.note,
        )
        for site in Site.objects.all()
    ]


def _feature(geometry: shapely.Geometry, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": properties["code"],
        "properties": properties,
        "geometry": shapely.geometry.mapping(geometry),
    }


COLLECTIONS: dict[str, Callable[[date], list[dict[str, Any]]]] = {
    "kelurahan": lambda day: _places_collection(Level.KELURAHAN, day),
    "kecamatan": lambda day: _places_collection(Level.KECAMATAN, day),
    "rivers": lambda _day: _rivers_collection(),
    "sites": lambda _day: _sites_collection(),
}


def revision() -> int:
    return MapRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


@lru_cache(maxsize=32)
def map_file(name: str, day: date, at_revision: int) -> MapFile:
    """The named collection as it stands at that revision; the caller passes revision()."""
    collection = {"type": "FeatureCollection", "features": COLLECTIONS[name](day)}
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return MapFile(body, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
