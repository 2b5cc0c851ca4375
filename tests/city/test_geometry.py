from __future__ import annotations

import json

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from jcoc.city.geometry import (
    Plane,
    clean_coverage,
    dissolve,
    holes,
    hull_of_area,
    label_point,
    simplify_coverage,
    split_line,
    voronoi_cells,
    width,
)
from support import shared_data

OUTLINE = shapely.Polygon([(0, 0), (1000, 0), (1000, 400), (400, 400), (400, 1000), (0, 1000)])  # an L
inside = st.tuples(st.integers(1, 999), st.integers(1, 999)).filter(
    lambda p: OUTLINE.contains(shapely.Point(p))
)


@given(st.lists(inside, min_size=1, max_size=40, unique=True))
def test_voronoi_cells_partition_the_outline_and_each_holds_its_own_point(
    points: list[tuple[int, int]],
) -> None:
    cells = voronoi_cells([(float(x), float(y)) for x, y in points], OUTLINE)
    assert sum(cell.area for cell in cells) == pytest.approx(OUTLINE.area, rel=1e-9)
    assert shapely.union_all(cells).symmetric_difference(OUTLINE).area == pytest.approx(0, abs=1e-3)
    for point, cell in zip(points, cells, strict=True):
        assert cell.distance(shapely.Point(point)) < 1e-6


@given(
    st.lists(inside, min_size=2, max_size=20, unique=True),
    st.lists(inside, min_size=1, max_size=20, unique=True),
)
def test_a_point_of_a_cell_is_nearest_to_the_cells_point(
    points: list[tuple[int, int]], probes: list[tuple[int, int]]
) -> None:
    cells = voronoi_cells([(float(x), float(y)) for x, y in points], OUTLINE)
    for probe in probes:
        distances = np.hypot(*(np.array(points) - np.array(probe)).T)
        for index, cell in enumerate(cells):
            if cell.contains(shapely.Point(probe)):
                assert distances[index] == pytest.approx(distances.min(), abs=1e-6)


def test_two_places_at_one_point_have_no_cells() -> None:
    with pytest.raises(ValueError, match="same centroid"):
        voronoi_cells([(1.0, 1.0), (1.0, 1.0)], OUTLINE)


def test_areas_of_the_plane_are_those_on_the_ellipsoid() -> None:
    box = shapely.box(103.5, -1.7, 103.7, -1.5)
    geodesic = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(box, 0.001))[0])
    assert Plane(103.6, -1.6).to_metres(shapely.segmentize(box, 0.001)).area == pytest.approx(
        geodesic, rel=1e-6
    )


@given(st.floats(103.2, 104.0), st.floats(-2.0, -1.2))
def test_degrees_survive_the_way_to_metres_and_back(lon: float, lat: float) -> None:
    plane = Plane(103.6, -1.6)
    back = plane.to_degrees(plane.to_metres(shapely.Point(lon, lat)))
    assert (back.x, back.y) == pytest.approx((lon, lat), abs=1e-8)  # a millimetre


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=2, max_size=12, unique=True),
    st.floats(50, 3000),
)
def test_stretches_add_up_to_the_line_and_none_is_too_long(
    points: list[tuple[int, int]], piece: float
) -> None:
    line = shapely.LineString(points)
    parts = split_line(line, piece)
    assert parts[0][0] == 0
    assert parts[-1][1] == pytest.approx(line.length)
    assert [end for _, end, _ in parts[:-1]] == [start for start, _, _ in parts[1:]]
    for start, end, part in parts:
        assert end - start <= piece * (1 + 1e-6)
        assert part.length == pytest.approx(end - start, abs=1e-6)


def test_a_hull_is_widened_to_the_citys_area() -> None:
    points = [(0.0, 0.0), (6000.0, 0.0), (6000.0, 8000.0), (0.0, 8000.0)]
    outline = hull_of_area(points, 100e6)
    assert outline.area == pytest.approx(100e6, rel=0.01)
    assert outline.contains(shapely.MultiPoint(points))
    small = hull_of_area(points, 10e6)  # less than the hull has
    assert small.contains(shapely.MultiPoint(points))


def test_slivers_are_closed_and_wide_gaps_stay() -> None:
    left, right = shapely.box(0, 0, 100, 100), shapely.box(95, 0, 200, 100)
    around = (
        shapely.box(0, 100, 200, 300)
        .difference(shapely.box(50, 101, 150, 110))
        .difference(shapely.box(50, 150, 150, 250))
    )
    clean = clean_coverage([left, right, around], 15)
    assert shapely.coverage_is_valid(np.array(clean))
    assert [round(hole.area) for hole in holes(dissolve(clean))] == [100 * 100]


def test_the_width_of_a_sliver_is_that_of_its_widest_place() -> None:
    assert width(shapely.box(0, 0, 1000, 7)) == pytest.approx(7, rel=0.01)


def test_a_label_stands_inside_a_curved_place() -> None:
    assert OUTLINE.contains(shapely.Point(label_point(OUTLINE)))


def test_the_simplified_city_is_still_a_coverage() -> None:
    features = json.loads(shared_data("kota_jambi_kelurahan.geojson").read_bytes())["features"]
    degrees = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    plane = Plane.about(degrees)
    clean = clean_coverage([plane.to_metres(polygon) for polygon in degrees], 15)
    simple = simplify_coverage(clean, 50)
    assert shapely.coverage_is_valid(np.array(simple))
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(clean).sum()
    assert not holes(dissolve(clean))
