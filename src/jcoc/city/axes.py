"""Reading a file of river axes and cutting them into stretches. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from jcoc.city.boundaries import NAME_PROPERTIES, read_collection
from jcoc.city.facts import FactsError
from jcoc.city.faults import Fault
from jcoc.city.geometry import STORED_DIGITS, Plane, rounded, split_line

RIVER_PROPERTIES = ("river", "sungai", *NAME_PROPERTIES)


@dataclass(frozen=True)
class Stretch:
    river: str  # the code of the river
    from_m: float  # along the axis, from its first point
    to_m: float
    line: str  # GeoJSON text, degrees


def read_stretches(
    data: bytes, rivers: Mapping[str, Sequence[str]], piece: float, river: str | None = None
) -> list[Stretch]:
    """The axes of a GeoJSON file in equal stretches of at most piece metres.

    rivers: the names of each known river by its code. A feature is of the river that is given, or else of the
    one whose name its river, sungai, name or nama property begins with. :class:`FactsError` with a sentence.
    """
    faults: list[Fault] = []
    collection = read_collection(data, faults)
    if faults:
        raise FactsError(faults[0].say())
    if river is not None and river not in rivers:
        raise FactsError(f"There is no river {river!r}; there are {', '.join(sorted(rivers))}.")
    stretches: list[Stretch] = []
    seen: dict[str, int] = {}
    for number, item in enumerate(collection, start=1):
        line = _line(item, number)
        code = river or _river(item, number, rivers)
        if code in seen:
            raise FactsError(f"Feature {number}: {code} has its axis already in feature {seen[code]}.")
        seen[code] = number
        plane = Plane.about([line])
        for start, end, part in split_line(plane.to_metres(line), piece):
            text = shapely.to_geojson(rounded(plane.to_degrees(part), STORED_DIGITS))
            stretches.append(Stretch(code, start, end, text))
    return stretches


def _line(item: Any, number: int) -> shapely.LineString:
    geometry = item.get("geometry") if isinstance(item, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind != "LineString":
        raise FactsError(f"Feature {number}: its geometry must be a LineString, not {kind or '—'}.")
    try:
        line = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError) as error:
        raise FactsError(
            f"Feature {number}: its geometry cannot be read: {str(error).splitlines()[0]}."
        ) from None
    line = shapely.remove_repeated_points(line)
    if line.is_empty or line.length == 0:
        raise FactsError(f"Feature {number}: its line has no length.")
    west, south, east, north = line.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise FactsError(f"Feature {number}: its coordinates are not WGS 84 degrees, longitude first.")
    return line


def _river(item: dict[str, Any], number: int, rivers: Mapping[str, Sequence[str]]) -> str:
    properties = item.get("properties")
    texts = [
        str(properties[name]).casefold()
        for name in RIVER_PROPERTIES
        if isinstance(properties, dict) and properties.get(name)
    ]
    for text in texts:
        matching = [
            (len(name), code)
            for code, names in rivers.items()
            for name in (code, *names)
            if name and text.removeprefix("sungai ").startswith(name.casefold())
        ]
        if matching:
            return max(matching)[1]
    raise FactsError(f"Feature {number}: no known river is named; name it with --river.")
