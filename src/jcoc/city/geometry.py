"""Plane geometry of a city: areas, clean coverages, Voronoi cells, stretches of a line. Pure.

Input and output are shapely geometries; degrees are WGS 84, longitude first. Lengths are metres and areas
square metres in the local plane of :class:`Plane`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyproj
import shapely

#: Digits kept of a degree: 7 are a centimetre (stored), 6 are a decimetre (sent to a map).
STORED_DIGITS = 7
MAP_DIGITS = 6


@dataclass(frozen=True)
class Plane:
    """A Lambert azimuthal equal-area plane about a point.

    Areas are exact; within 50 km of the point lengths are wrong by less than 1 in 100,000 (J. P. Snyder, Map
    Projections: A Working Manual, USGS 1987, chapter 24).
    """

    lon: float
    lat: float

    @classmethod
    def about(cls, geometries: Iterable[shapely.Geometry]) -> Plane:
        """The plane about the middle of these geometries' bounds."""
        west, south, east, north = shapely.total_bounds(list(geometries))
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValueError("There is no geometry to lay a plane about.")
        return cls(round((west + east) / 2, 3), round((south + north) / 2, 3))

    @cached_property
    def _transformer(self) -> pyproj.Transformer:
        laea = f"+proj=laea +lon_0={self.lon} +lat_0={self.lat} +datum=WGS84 +units=m"
        return pyproj.Transformer.from_crs("EPSG:4326", laea, always_xy=True)

    def _move(self, coordinates: np.ndarray, direction: str) -> np.ndarray:
        return np.column_stack(
            self._transformer.transform(coordinates[:, 0], coordinates[:, 1], direction=direction)
        )

    def to_metres(self, geometry: Any) -> Any:
        """A geometry in degrees, or an array of them, in metres."""
        return shapely.transform(geometry, partial(self._move, direction="FORWARD"))

    def to_degrees(self, geometry: Any) -> Any:
        """The way back."""
        return shapely.transform(geometry, partial(self._move, direction="INVERSE"))


def rounded(geometry: Any, digits: int) -> Any:
    """A geometry, or an array of them, with rounded coordinates. Shared vertices stay shared."""
    return shapely.transform(geometry, lambda coordinates: coordinates.round(digits))


def polygons_of(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of a geometry that have an area; lines and points are left out."""
    parts = shapely.get_parts(geometry)
    found = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    for part in parts:
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            found += polygons_of(part)
    return found


def width(polygon: shapely.Polygon) -> float:
    """The diameter of the widest circle within a polygon."""
    return 2 * float(shapely.maximum_inscribed_circle(polygon).length)


def holes(union: shapely.Geometry) -> list[shapely.Polygon]:
    """The holes of an area."""
    return [
        shapely.Polygon(ring)
        for polygon in polygons_of(union)
        for ring in polygon.interiors
        if shapely.Polygon(ring).area > 0
    ]


def clean_coverage(polygons: Sequence[shapely.Geometry], sliver_width: float) -> list[shapely.Geometry]:
    """The polygons, in metres, as a coverage: no overlaps, no gaps narrower than sliver_width.

    Every edge that two polygons share then has the same vertices in both.
    """
    return list(shapely.coverage_clean(np.array(polygons, dtype=object), gap_width=sliver_width))


def simplify_coverage(polygons: Sequence[shapely.Geometry], tolerance: float) -> list[shapely.Geometry]:
    """A coverage with fewer vertices, still a coverage; tolerance is the root of the areas given up."""
    return list(shapely.coverage_simplify(np.array(polygons, dtype=object), tolerance))


def dissolve(polygons: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """The union of polygons of a clean coverage; of any others too, only slower."""
    array = np.array(polygons, dtype=object)
    return shapely.coverage_union_all(array) if shapely.coverage_is_valid(array) else shapely.union_all(array)


def hull_of_area(points: Sequence[tuple[float, float]], area: float | None) -> shapely.Geometry:
    """A rough outline of a city known by points only, in metres: their hull, widened until it has the area.

    Where the area is not known, or the hull has it already, the hull is widened by a tenth of its size.
    """
    hull = shapely.MultiPoint(points).convex_hull
    west, south, east, north = hull.bounds
    size = max(east - west, north - south, 1000.0)
    if area is None or hull.buffer(size * 0.01).area >= area:
        return hull.buffer(size * 0.1)
    low, high = 0.0, math.sqrt(area)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if hull.buffer(middle).area < area else (low, middle)
    return hull.buffer(high)


def voronoi_cells(points: Sequence[tuple[float, float]], outline: shapely.Geometry) -> list[shapely.Geometry]:
    """The part of the outline that is nearer to each point than to the others, in the order of the points.

    The cells share no inner point and together are the outline. ValueError where two points are the same.
    """
    if len(set(points)) < len(points):
        raise ValueError("Two places have the same centroid.")
    if len(points) == 1:
        return [outline]
    around = shapely.union_all([outline, shapely.MultiPoint(points)]).envelope
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=around, ordered=True)
    )
    return list(shapely.intersection(cells, outline))


def split_line(line: shapely.LineString, piece: float) -> list[tuple[float, float, shapely.LineString]]:
    """A line, in metres, as equal parts no longer than piece: (from, to, part) in metres along it."""
    from shapely.ops import substring

    count = max(1, math.ceil(line.length / piece - 1e-9))
    ends = np.linspace(0, line.length, count + 1)
    return [(a, b, substring(line, a, b)) for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]


def label_point(polygon: shapely.Geometry) -> tuple[float, float]:
    """Where a label stands best: the middle of the widest circle within the largest part."""
    largest = max(polygons_of(polygon), key=lambda part: part.area)
    start = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    return float(start[0]), float(start[1])
