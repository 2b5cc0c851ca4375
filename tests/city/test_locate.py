from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from city.small_city import SIDE, SOUTH, SQUARES, WEST, ring
from jcoc.city import locate
from jcoc.city.locate import NOWHERE, Locator
from support import shared_data

CODES = list(SQUARES)
LOCATOR = Locator(CODES, [shapely.Polygon(ring(*cell)) for cell in SQUARES.values()])


def test_points_are_found_and_those_outside_are_not() -> None:
    lon = np.array([WEST + 0.5 * SIDE, WEST + 1.5 * SIDE, WEST - 1, WEST + 1.5 * SIDE])
    lat = np.array([SOUTH + 0.5 * SIDE, SOUTH + 0.5 * SIDE, SOUTH, SOUTH + 2.5 * SIDE])
    assert list(LOCATOR.code(lon, lat)) == ["99.01.01.1001", "99.01.02.1001", None, None]


def test_a_point_on_a_border_belongs_to_the_first_of_its_places() -> None:
    corner = LOCATOR.index(np.array([WEST + SIDE]), np.array([SOUTH + SIDE]))
    assert corner.tolist() == [0]


def test_nan_and_infinity_are_nowhere() -> None:
    odd = np.array([np.nan, np.inf, -np.inf, WEST + SIDE / 2])
    assert LOCATOR.index(odd, np.full(4, SOUTH + SIDE / 2)).tolist() == [NOWHERE] * 3 + [0]


def test_no_points_are_no_places() -> None:
    assert LOCATOR.code(np.array([]), np.array([])).tolist() == []


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="as many"):
        LOCATOR.index(np.zeros(2), np.zeros(3))


def test_chunks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    lon, lat = WEST + random.random(1000) * 3 * SIDE, SOUTH + random.random(1000) * 3 * SIDE
    whole = LOCATOR.index(lon, lat)
    monkeypatch.setattr(locate, "CHUNK", 7)
    assert np.array_equal(LOCATOR.index(lon, lat), whole)


@pytest.fixture(scope="module")
def kelurahan() -> list[shapely.Geometry]:
    features = json.loads(shared_data("kota_jambi_kelurahan.geojson").read_bytes())["features"]
    return [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]


@given(
    arrays.arrays(float, (30, 2), elements=st.floats(0, 1, allow_nan=False)).map(
        lambda unit: unit * [0.2, 0.2] + [103.5, -1.72]
    )
)
@settings(max_examples=50)
def test_locate_agrees_with_asking_every_polygon(
    kelurahan: list[shapely.Geometry], points: np.ndarray
) -> None:
    found = Locator([str(i) for i in range(len(kelurahan))], kelurahan).index(points[:, 0], points[:, 1])
    for (lon, lat), index in zip(points, found, strict=True):
        holding = [i for i, polygon in enumerate(kelurahan) if polygon.intersects(shapely.Point(lon, lat))]
        assert index == (holding[0] if holding else NOWHERE)


def test_threads_may_share_a_locator() -> None:
    random = np.random.default_rng(3)
    lon, lat = WEST + random.random(5000) * 3 * SIDE, SOUTH + random.random(5000) * 3 * SIDE
    expected = LOCATOR.index(lon, lat)
    fresh = Locator(CODES, [shapely.Polygon(ring(*cell)) for cell in SQUARES.values()])
    with ThreadPoolExecutor(8) as threads:
        for answer in threads.map(lambda _: fresh.index(lon, lat), range(16)):
            assert np.array_equal(answer, expected)
