"""A course for the Batanghari where no axis was imported: along the border of the approximate cells.

The river parts the kecamatan Pelayangan and Danau Teluk from the rest of the city, so the border between their
cells and the others' lies near it. It is drawn as approximate and says where it comes from.
"""

from __future__ import annotations

import numpy as np
import shapely
from django.utils import timezone

from jcoc.city.axes import Stretch
from jcoc.city.geometry import STORED_DIGITS, Plane, dissolve, rounded, split_line
from jcoc.city.maps import outlines
from jcoc.city.models import Level, River, RiverStretch
from jcoc.city.services import import_stretches

BATANGHARI = "batanghari"
BEYOND_THE_RIVER = ("Pelayangan", "Danau Teluk")
SOURCE = "Peragaan: mengikuti batas sel perkiraan di utara kota, bukan sumbu sungai hasil survei."
STRETCH_M = 500.0
ROUNDS = 4


def draw_batanghari() -> None:
    """Give the Batanghari approximate stretches, unless it has some."""
    if not River.objects.filter(code=BATANGHARI).exists():
        return
    if RiverStretch.objects.filter(river__code=BATANGHARI).exists():
        return
    kecamatan = outlines(Level.KECAMATAN, timezone.localdate())
    north = dissolve([o.polygon for o in kecamatan if o.place.name in BEYOND_THE_RIVER])
    south = dissolve([o.polygon for o in kecamatan if o.place.name not in BEYOND_THE_RIVER])
    plane = Plane.about([north, south])
    course = border(plane.to_metres(north), plane.to_metres(south))
    import_stretches(
        [
            Stretch(
                BATANGHARI, start, end, shapely.to_geojson(rounded(plane.to_degrees(part), STORED_DIGITS))
            )
            for start, end, part in split_line(course, STRETCH_M)
        ],
        SOURCE,
        approximate=True,
    )


def border(north: shapely.Geometry, south: shapely.Geometry) -> shapely.LineString:
    """The longest line that two neighbours share (metres), its corners rounded by Chaikin's corner cutting.

    Source: G. Chaikin, An algorithm for high speed curve generation, 1974.
    """
    # The cells' corners may differ by rounding: what lies within a metre of the other side is shared.
    shared = shapely.line_merge(shapely.intersection(north.boundary, south.buffer(1.0)))
    line = max(shapely.get_parts(shared), key=lambda part: part.length)
    points = np.asarray(shapely.simplify(line, 50.0).coords)
    for _ in range(ROUNDS):
        first, second = points[:-1], points[1:]
        cut = np.stack([0.75 * first + 0.25 * second, 0.25 * first + 0.75 * second], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return shapely.LineString(points)
