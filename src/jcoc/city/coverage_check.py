"""How outlines fit together and to the facts: overlaps, gaps, centroids, areas. Pure; metres of one plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from jcoc.city.facts import PlaceFact
from jcoc.city.faults import Fault, Limits
from jcoc.city.geometry import Plane, holes, polygons_of, width


class Named(NamedTuple):
    number: int  # of the feature in its file, from 1
    place: PlaceFact


def check_coverage(
    features: Sequence[Named], polygons: Sequence[shapely.Geometry], plane: Plane, limits: Limits
) -> list[Fault]:
    """What is wrong with valid polygons, polygons[i] being the outline of features[i] in the plane."""
    faults = []
    for feature, polygon in zip(features, polygons, strict=True):
        faults += _against_facts(feature, polygon, plane, limits)
    tree = shapely.STRtree(np.array(polygons, dtype=object))
    return faults + _overlaps(features, polygons, tree, limits) + _gaps(features, polygons, tree, limits)


def _against_facts(feature: Named, polygon: shapely.Geometry, plane: Plane, limits: Limits) -> list[Fault]:
    number, place = feature
    faults = []
    known = plane.to_metres(shapely.Point(place.lon, place.lat))
    distance = float(known.distance(polygon.centroid))
    if not polygon.covers(known) and distance > limits.centroid_distance:
        values: dict[str, object] = {"name": place.name, "metres": round(distance)}
        faults.append(Fault("centroid", number, place.code, values))
    area = polygon.area / 1e6
    if place.area_km2 and abs(area - place.area_km2) > limits.area_difference * place.area_km2:
        values = {"name": place.name, "area": round(area, 3), "known": place.area_km2}
        faults.append(Fault("area", number, place.code, values))
    return faults


def _overlaps(
    features: Sequence[Named], polygons: Sequence[shapely.Geometry], tree: shapely.STRtree, limits: Limits
) -> list[Fault]:
    faults = []
    pairs = tree.query(polygons, predicate="intersects").T
    for i, j in sorted((int(a), int(b)) for a, b in pairs if a < b):
        parts = polygons_of(shapely.intersection(polygons[i], polygons[j]))
        area = sum(part.area for part in parts)
        if area < limits.smallest_area:
            continue
        widest = max(map(width, parts))
        values = {
            "name": features[i].place.name,
            "other": features[j].place.name,
            "area": round(area),
            "width": round(widest, 1),
        }
        rule = "overlap" if widest > limits.sliver_width else "overlap_sliver"
        faults.append(Fault(rule, features[i].number, features[i].place.code, values))
    return faults


def _gaps(
    features: Sequence[Named], polygons: Sequence[shapely.Geometry], tree: shapely.STRtree, limits: Limits
) -> list[Fault]:
    faults = []
    for gap in holes(shapely.union_all(polygons)):
        if gap.area < limits.smallest_area:
            continue
        # The union may move a vertex by a rounding error: touching is not enough to be a neighbour.
        around = sorted(tree.query(gap, predicate="dwithin", distance=0.01).tolist())
        widest = width(gap)
        values = {
            "area": round(gap.area),
            "width": round(widest, 1),
            "names": ", ".join(features[i].place.name for i in around),
        }
        rule = "gap" if widest > limits.sliver_width else "gap_sliver"
        faults.append(Fault(rule, features[around[0]].number, features[around[0]].place.code, values))
    return faults
