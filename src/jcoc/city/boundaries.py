"""Reading a file of boundaries and checking it against the places that are known. Pure.

check() is what a compute worker runs: bytes and facts in, faults and clean outlines out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyproj
import shapely

from jcoc.city.coverage_check import Named, check_coverage
from jcoc.city.facts import LEVELS, PlaceFact
from jcoc.city.faults import Fault, Limits, Severity
from jcoc.city.geometry import STORED_DIGITS, Plane, clean_coverage, rounded

#: A file that is larger is no file of a city's boundaries.
LARGEST_FILE = 50_000_000

#: Names that files give to the Kemendagri code and to the name, first come first served.
CODE_PROPERTIES = ("code", "kode", "kode_wilayah", "kd_wilayah", "kemendagri")
NAME_PROPERTIES = ("name", "nama", "nama_wilayah")

#: How a crs member (of the GeoJSON of 2008) may name WGS 84 in degrees, longitude first.
WGS84 = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "OGC:CRS84", "CRS84")


@dataclass(frozen=True)
class Feature:
    number: int  # from 1, in the order of the file
    code: str
    name: str
    polygon: shapely.Geometry  # degrees


@dataclass(frozen=True)
class Checked:
    """What the check found, and the outlines as they may be stored: (code, GeoJSON text in degrees)."""

    faults: tuple[Fault, ...]
    outlines: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def count(self, severity: Severity) -> int:
        return sum(fault.severity == severity for fault in self.faults)


def check(
    data: bytes, places: Sequence[PlaceFact], level: str, day: date, limits: Limits | None = None
) -> Checked:
    """Check a GeoJSON file against the places of a level in force on a day.

    Outlines come back only where there is no error: a clean coverage, slivers closed.
    """
    if level not in LEVELS:
        raise ValueError(f"{level!r} is not one of {', '.join(LEVELS)}.")
    limits = limits or Limits()
    faults: list[Fault] = []
    features = read_features(data, faults)
    features = _match(features, places, level, day, faults)
    expected = {place.code: place for place in places if place.level == level and place.valid_on(day)}
    if features:
        _find_missing(features, places, expected, faults)
    features = _near(features, expected, limits, faults)
    if features:
        plane = Plane.about(shapely.Point(place.lon, place.lat) for place in expected.values())
        metres = [plane.to_metres(feature.polygon) for feature in features]
        named = [Named(feature.number, expected[feature.code]) for feature in features]
        faults += check_coverage(named, metres, plane, limits)
        if not any(fault.severity == Severity.ERROR for fault in faults):
            clean = clean_coverage(metres, limits.sliver_width)
            outlines = [_stored(plane.to_degrees(polygon)) for polygon in clean]
            codes = [feature.code for feature in features]
            return Checked(_sorted(faults), tuple(sorted(zip(codes, outlines, strict=True))))
    return Checked(_sorted(faults))


def _sorted(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (-fault.severity, fault.feature)))


def _stored(polygon: shapely.Geometry) -> str:
    short = rounded(polygon, STORED_DIGITS)
    return str(shapely.to_geojson(short if short.is_valid else polygon))


def read_features(data: bytes, faults: list[Fault]) -> list[Feature]:
    """The polygons of a GeoJSON FeatureCollection; what cannot be read becomes a fault."""
    collection = read_collection(data, faults)
    features = []
    for number, item in enumerate(collection, start=1):
        properties = item.get("properties") if isinstance(item, dict) else None
        if not isinstance(properties, dict) or item.get("type") != "Feature":
            faults.append(Fault("not_feature", number))
            continue
        lowered = {str(key).lower(): value for key, value in properties.items()}
        code = _first(lowered, CODE_PROPERTIES)
        polygon = _polygon(item.get("geometry"), number, code, faults)
        if not code:
            faults.append(Fault("no_code", number, values={"names": ", ".join(CODE_PROPERTIES)}))
        elif polygon is not None:
            features.append(Feature(number, code, _first(lowered, NAME_PROPERTIES), polygon))
    return features


def _first(properties: dict[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = properties.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def read_collection(data: bytes, faults: list[Fault]) -> list[Any]:
    """The features of a GeoJSON FeatureCollection in WGS 84, as they stand in the file."""
    if len(data) > LARGEST_FILE:
        faults.append(Fault("too_large", values={"megabytes": LARGEST_FILE // 1_000_000}))
        return []
    if not data.strip():
        faults.append(Fault("empty_file"))
        return []
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        faults.append(Fault("not_utf8", values={"byte": error.start}))
        return []
    except json.JSONDecodeError as error:
        faults.append(
            Fault("broken_json", values={"line": error.lineno, "column": error.colno, "reason": error.msg})
        )
        return []
    except (ValueError, RecursionError) as error:
        faults.append(Fault("not_json", values={"reason": str(error)}))
        return []
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        faults.append(Fault("not_collection"))
        return []
    features = document.get("features")
    if not isinstance(features, list):
        faults.append(Fault("not_collection"))
        return []
    if not features:
        faults.append(Fault("no_features"))
    crs = document.get("crs")
    if crs is not None:
        properties = crs.get("properties") if isinstance(crs, dict) else None
        named = str(properties.get("name", "")) if isinstance(properties, dict) else ""
        if named not in WGS84:
            faults.append(Fault("wrong_crs", values={"crs": named or "?"}))
            return []
    return features


def _polygon(geometry: Any, number: int, code: str, faults: list[Fault]) -> shapely.Geometry | None:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        faults.append(Fault("not_polygon", number, code, {"kind": str(kind or "—")}))
        return None
    try:
        polygon = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError) as error:
        reason = str(error).splitlines()[0]
        faults.append(Fault("unreadable", number, code, {"reason": reason}))
        return None
    if polygon.is_empty:
        faults.append(Fault("unreadable", number, code, {"reason": "it has no points"}))
        return None
    west, south, east, north = polygon.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        worst = max((abs(west), west), (abs(east), east), (abs(south), south), (abs(north), north))[1]
        faults.append(Fault("not_degrees", number, code, {"value": f"{worst:.10g}"}))
        return None
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon)
        faults.append(Fault("invalid", number, code, {"reason": reason}))
        return None
    return polygon


def _match(
    features: list[Feature], places: Sequence[PlaceFact], level: str, day: date, faults: list[Fault]
) -> list[Feature]:
    """The features whose code is that of a place of this level and day, each once."""
    known = {place.code: place for place in places}
    first: dict[str, Feature] = {}
    for feature in features:
        place = known.get(feature.code)
        if place is None:
            faults.append(Fault("unknown_code", feature.number, feature.code, {"code": feature.code}))
        elif place.level != level:
            values: dict[str, Any] = {"name": place.name, "level": place.level, "wanted": level}
            faults.append(Fault("wrong_level", feature.number, feature.code, values))
        elif not place.valid_on(day):
            values = {"name": place.name, "day": day.isoformat()}
            faults.append(Fault("not_in_force", feature.number, feature.code, values))
        elif feature.code in first:
            values = {"name": place.name, "first": first[feature.code].number}
            faults.append(Fault("duplicate", feature.number, feature.code, values))
        else:
            first[feature.code] = feature
            if feature.name and feature.name.casefold() != place.name.casefold():
                values = {"name": feature.name, "known": place.name}
                faults.append(Fault("other_name", feature.number, feature.code, values))
    return list(first.values())


def _near(
    features: list[Feature], expected: dict[str, PlaceFact], limits: Limits, faults: list[Fault]
) -> list[Feature]:
    """The features that lie where their place is known to lie; the others would spoil the plane."""
    globe = pyproj.Geod(ellps="WGS84")
    near = []
    for feature in features:
        place = expected[feature.code]
        middle = feature.polygon.centroid
        distance = globe.inv(place.lon, place.lat, middle.x, middle.y)[2]
        if distance > limits.far_away:
            values = {"name": place.name, "km": round(distance / 1000)}
            faults.append(Fault("far_away", feature.number, feature.code, values))
        else:
            near.append(feature)
    return near


def _find_missing(
    features: list[Feature],
    places: Sequence[PlaceFact],
    expected: dict[str, PlaceFact],
    faults: list[Fault],
) -> None:
    """Places of the file's cities that have no usable feature and are not named by a fault already."""
    above = {place.code: place.parent for place in places}

    def city(code: str) -> str:
        while above[code]:
            code = above[code]
        return code

    cities = {city(feature.code) for feature in features}
    there = {feature.code for feature in features} | {fault.code for fault in faults}
    for code, place in expected.items():
        if code not in there and city(code) in cities:
            faults.append(Fault("missing", 0, code, {"name": place.name}))
