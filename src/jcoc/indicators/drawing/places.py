"""The outlines of a day's places as SVG paths, made once for each revision of the city's tables."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jcoc.city.maps import map_file

WIDTH = 1000


@dataclass(frozen=True)
class Shape:
    code: str
    name: str
    path: str
    approximate: bool
    label: tuple[float, float]


@dataclass(frozen=True)
class MapShapes:
    width: int
    height: int
    places: tuple[Shape, ...]
    #: Kelurahan of today that did not exist on that day: where they leave a hole, nothing was told.
    later: tuple[Shape, ...]
    borders: tuple[Shape, ...]  # of the kecamatan
    rivers: tuple[str, ...]

    @property
    def approximate(self) -> bool:
        return any(shape.approximate for shape in self.places)


@lru_cache(maxsize=32)
def shapes(day: date, today: date, at_revision: int) -> MapShapes | None:
    """The kelurahan of a day; the caller passes today and city.maps.revision(). None where there are none."""
    kelurahan = _features("kelurahan", day, at_revision)
    if not kelurahan:
        return None
    there = {feature["properties"]["code"] for feature in kelurahan}
    later = [
        feature
        for feature in _features("kelurahan", today, at_revision)
        if feature["properties"]["code"] not in there
    ]
    plane = _Plane([*kelurahan, *later])
    return MapShapes(
        WIDTH,
        plane.height,
        tuple(plane.shape(feature) for feature in kelurahan),
        tuple(plane.shape(feature) for feature in later),
        tuple(plane.shape(feature) for feature in _features("kecamatan", day, at_revision)),
        tuple(plane.path(feature["geometry"]) for feature in _features("rivers", day, at_revision)),
    )


def _features(name: str, day: date, at_revision: int) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(map_file(name, day, at_revision).body)["features"]
    return features


def _rings(geometry: dict[str, Any]) -> Iterable[list[list[float]]]:
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "Polygon" | "MultiLineString":
            yield from coordinates
        case "MultiPolygon":
            for polygon in coordinates:
                yield from polygon
        case "LineString":
            yield coordinates


class _Plane:
    """Degrees to the units of a picture; over a city the Earth is flat enough."""

    def __init__(self, features: list[dict[str, Any]]) -> None:
        points = [point for each in features for ring in _rings(each["geometry"]) for point in ring]
        self.west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, self.north = min(p[1] for p in points), max(p[1] for p in points)
        self.narrow = math.cos(math.radians((south + self.north) / 2))
        self.scale = WIDTH / ((east - self.west) * self.narrow or 1)
        self.height = max(round((self.north - south) * self.scale), 1)

    def at(self, point: list[float]) -> tuple[float, float]:
        x = (point[0] - self.west) * self.narrow * self.scale
        return round(x, 1), round((self.north - point[1]) * self.scale, 1)

    def path(self, geometry: dict[str, Any]) -> str:
        close = "" if "Line" in geometry["type"] else "Z"
        return "".join(
            "M" + "L".join(f"{x:g} {y:g}" for x, y in (self.at(point) for point in ring)) + close
            for ring in _rings(geometry)
        )

    def shape(self, feature: dict[str, Any]) -> Shape:
        properties = feature["properties"]
        return Shape(
            properties["code"],
            properties["name"],
            self.path(feature["geometry"]),
            properties["approximate"],
            self.at(properties["label"]),
        )
