"""Where the city lies, for the first view of the map."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import shapely
from django.utils import timezone

from jcoc.city.maps import outlines, revision
from jcoc.city.models import Level, Place


def city_outline() -> dict[str, Any]:
    """Centre (lon, lat) and bounds (west, south, east, north) of the city; bounds None while it has no places."""
    return _city_outline(timezone.localdate(), revision())


@lru_cache(maxsize=2)
def _city_outline(day: date, at_revision: int) -> dict[str, Any]:
    city = Place.objects.valid_on(day).filter(level=Level.KOTA).first()
    drawn = outlines(Level.KELURAHAN, day)
    bounds = shapely.total_bounds([outline.polygon for outline in drawn]).round(6).tolist() if drawn else None
    return {
        "centre": [city.lon, city.lat] if city else [0, 0],
        "bounds": bounds,
    }
