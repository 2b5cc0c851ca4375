from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pyproj
import pytest
import shapely

from city.small_city import collection
from jcoc.city.axes import read_stretches
from jcoc.city.facts import FactsError
from support import shared_data

RIVERS = {"kali": ("Kali Uji", "Kali Lama"), "kali-kecil": ("Kali Uji Kecil", "")}
LINE = [[103.6, -1.62], [103.61, -1.61], [103.63, -1.61]]


def axis(name: Any = "Kali Uji", coordinates: Any = LINE, kind: str = "LineString") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"nama": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def test_an_axis_becomes_stretches_measured_along_it() -> None:
    stretches = read_stretches(collection([axis()]), RIVERS, 1000)
    length = pyproj.Geod(ellps="WGS84").line_length(*zip(*LINE, strict=True))
    assert {stretch.river for stretch in stretches} == {"kali"}
    assert len(stretches) == 4
    assert stretches[-1].to_m == pytest.approx(length, rel=1e-4)
    ends = [shapely.get_coordinates(shapely.from_geojson(stretch.line)) for stretch in stretches]
    for before, after in pairwise(ends):
        assert before[-1].tolist() == after[0].tolist()


@pytest.mark.parametrize("name", ["Kali Uji (turunan)", "kali lama", "Sungai Kali Uji"])
def test_a_river_is_known_by_the_beginning_of_its_name(name: str) -> None:
    assert read_stretches(collection([axis(name)]), RIVERS, 9e9)[0].river == "kali"


def test_the_longest_name_wins() -> None:
    assert read_stretches(collection([axis("Kali Uji Kecil")]), RIVERS, 9e9)[0].river == "kali-kecil"


@pytest.mark.parametrize(
    ("features", "river", "sentence"),
    [
        ([axis("Musi")], None, "Feature 1: no known river is named; name it with --river."),
        ([axis(None)], None, "Feature 1: no known river is named"),
        ([axis()], "musi", "There is no river 'musi'; there are kali, kali-kecil."),
        ([axis(), axis()], None, "Feature 2: kali has its axis already in feature 1."),
        ([axis(kind="Polygon")], None, "Feature 1: its geometry must be a LineString, not Polygon."),
        ([7], None, "Feature 1: its geometry must be a LineString, not —."),
        ([axis(coordinates=[[1, 2]])], None, "Feature 1: its geometry cannot be read"),
        ([axis(coordinates=[LINE[0], LINE[0]])], None, "Feature 1: its line has no length."),
        (
            [axis(coordinates=[[344000, 9820000], [345000, 9820000]])],
            None,
            "Feature 1: its coordinates are not",
        ),
        ([], None, "The FeatureCollection has no feature."),
    ],
)
def test_a_bad_file_is_refused(features: list[Any], river: str | None, sentence: str) -> None:
    with pytest.raises(FactsError) as error:
        read_stretches(collection(features), RIVERS, 1000, river)
    assert str(error.value).startswith(sentence)


def test_the_real_batanghari_is_as_long_as_on_the_ellipsoid() -> None:
    data = shared_data("sungai_batanghari_turunan.geojson").read_bytes()
    real = json.loads(data)["features"][0]
    length = pyproj.Geod(ellps="WGS84").line_length(*zip(*real["geometry"]["coordinates"], strict=True))
    stretches = read_stretches(data, {"batanghari": ("Batanghari",)}, 1000)
    assert stretches[-1].to_m == pytest.approx(length, rel=1e-6)
    # The file's own figure is that of a sphere with 111.32 km a degree: a little too long.
    assert length / 1000 == pytest.approx(real["properties"]["panjang_km"], rel=0.005)
    assert len(stretches) == 12
