"""Which kelurahan a point lies in: 100,000 points, and what 1, 10 and 100 times as many cost.

The polygons are ../shared/data/kota_jambi_kelurahan.geojson where that file is, else the approximate cells of the
project's own facts, which are simpler; the result says which. Points are drawn evenly over the city's bounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from jcoc.city.boundaries import check
from jcoc.city.facts import KOTA_JAMBI, PlaceFact, read_city
from jcoc.city.geometry import Plane, hull_of_area, voronoi_cells
from jcoc.city.locate import NOWHERE, Locator

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "kota_jambi_kelurahan.geojson"
POINTS = 100_000
SIZES = (1, 10, 100)
REPEATS = {1: 7, 10: 3, 100: 1}
DAY = date(2026, 1, 1)


def polygons(places: tuple[PlaceFact, ...]) -> tuple[list[str], list[shapely.Geometry], str]:
    """Codes, outlines in degrees, and what they are."""
    if REAL.exists():
        outlines = check(REAL.read_bytes(), places, "kelurahan", DAY).outlines
        codes = [code for code, _ in outlines]
        return codes, [shapely.from_geojson(text) for _, text in outlines], "the 68 real boundaries"
    kelurahan = [place for place in places if place.level == "kelurahan" and place.valid_on(DAY)]
    plane = Plane.about(shapely.Point(place.lon, place.lat) for place in kelurahan)
    points = [plane.to_metres(shapely.Point(place.lon, place.lat)).coords[0] for place in kelurahan]
    cells = voronoi_cells(points, hull_of_area(points, 170e6))
    return [place.code for place in kelurahan], [plane.to_degrees(cell) for cell in cells], "68 Voronoi cells"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    codes, outlines, what = polygons(read_city(KOTA_JAMBI).places)
    begin = time.perf_counter()
    locator = Locator(codes, outlines)
    making = time.perf_counter() - begin
    west, south, east, north = shapely.total_bounds(outlines)
    rows = [{"what": f"making the look-up of {what}", "measured": f"{making * 1000:.1f}", "unit": "ms"}]
    random = np.random.default_rng(1)
    for times in SIZES:
        count = POINTS * times
        lon, lat = random.uniform(west, east, count), random.uniform(south, north, count)
        taken = []
        for _ in range(REPEATS[times]):
            begin = time.perf_counter()
            found = locator.index(lon, lat)
            taken.append(time.perf_counter() - begin)
        median = sorted(taken)[len(taken) // 2]
        inside = np.count_nonzero(found != NOWHERE) / count
        rows.append(
            {
                "what": f"{count:,} points ({inside:.0%} of them in the city)",
                "measured": f"{median:.3f}",
                "unit": f"s ({count / median / 1e6:.2f} M points/s)",
                "to_reach": "< 1 s" if times == 1 else "in proportion",
            }
        )
    result = {
        "title": "Point → kelurahan",
        "rows": rows,
        "notes": [
            f"shapely's STRtree over {what}, {shapely.get_num_coordinates(outlines).sum():,} vertices; making the "
            f"points included; looked up 100,000 at a time, so memory does not grow; median of "
            f"{', '.join(f'{REPEATS[t]} runs at {t}×' for t in SIZES)}."
        ],
    }
    for row in rows:
        print(f"{row['what']:<50} {row['measured']} {row['unit']}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
