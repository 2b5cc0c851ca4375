"""Which place a point lies in. Pure."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import shapely

#: Points looked up at once: a bound on memory, not a setting.
CHUNK = 100_000

NOWHERE = -1


class Locator:
    """Looks points up among polygons. Made once for a set of boundaries, used for any number of points."""

    def __init__(self, codes: Sequence[str], polygons: Sequence[shapely.Geometry]) -> None:
        """codes[i] is the place of polygons[i]; coordinates are WGS 84 degrees, longitude first."""
        if len(codes) != len(polygons):
            raise ValueError("Every polygon needs a code.")
        self.codes = np.array([*codes, None], dtype=object)
        self._polygons = np.array(polygons, dtype=object)
        self._tree = shapely.STRtree(self._polygons)
        # Asking prepared polygons is four times as fast; their inner index is built by the first who asks,
        # which two threads must not do at once.
        shapely.prepare(self._polygons)
        self._lock = threading.Lock()

    def index(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """For each point the index of its polygon, or NOWHERE; shape and order of lon and lat.

        A point on the border of several belongs to the first of them. NaN and infinity are nowhere.
        """
        lon, lat = np.asarray(lon, float).ravel(), np.asarray(lat, float).ravel()
        if lon.shape != lat.shape:
            raise ValueError("There are not as many longitudes as latitudes.")
        found = np.full(lon.shape, NOWHERE)
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for start in range(0, len(usable), CHUNK):
            chosen = usable[start : start + CHUNK]
            points, polygons = self._tree.query(shapely.points(lon[chosen], lat[chosen]))
            with self._lock:
                holds = shapely.intersects_xy(
                    self._polygons[polygons], lon[chosen[points]], lat[chosen[points]]
                )
            points, polygons = points[holds], polygons[holds]
            # Written from the last polygon to the first, so that the first is what stays.
            order = np.argsort(-polygons, kind="stable")
            found[chosen[points[order]]] = polygons[order]
        return found

    def code(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """For each point the code of its place, or None."""
        return self.codes[self.index(lon, lat)]
