"""A file of boundaries against the made-up city and against the real one; every fault by feature and sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from city.small_city import DAY, PLACES, collection, feature, ring, squares
from jcoc.city.boundaries import Checked, check
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.faults import RULES, Fault, Severity
from support import shared_data


def checked(data: bytes, level: str = "kelurahan", day: date = DAY) -> Checked:
    return check(data, PLACES, level, day)


def said(result: Checked, severity: Severity = Severity.ERROR) -> list[tuple[int, str]]:
    return [(fault.feature, fault.say()) for fault in result.faults if fault.severity == severity]


def test_a_faultless_file_is_taken_as_it_is() -> None:
    result = checked(collection(squares()))
    assert result.faults == ()
    assert [code for code, _ in result.outlines] == sorted(f["properties"]["kode"] for f in squares())
    for (_, text), original in zip(result.outlines, squares(), strict=True):
        kept = shapely.from_geojson(text)
        assert kept.symmetric_difference(shapely.Polygon(original["geometry"]["coordinates"][0])).area < 1e-12


def test_the_code_may_stand_in_any_of_its_properties() -> None:
    features = squares()
    features[0]["properties"] = {"KODE": "99.01.01.1001", "NAMA": "satu"}
    features[1]["properties"] = {"code": "99.01.01.1002", "kode": 5}
    assert checked(collection(features, crs={"properties": {"name": "EPSG:4326"}})).faults == ()


WHOLE_FILES = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n", "The file is empty."),
    "broken": (
        b'{"type": "FeatureCollection", "features": [',
        "The file is not JSON: line 1, column 44: Expecting value.",
    ),
    "nan": (collection([{"x": float("nan")}]), "The file is not JSON: NaN is not JSON."),
    "latin-1": ('{"type": "Feature\xe9"}'.encode("latin-1"), "The file is not UTF-8 text: byte 17 cannot be read."),
    "deep": (b"[" * 200_000, "The file is not JSON"),
    "list": (b"[]", "The file is not a GeoJSON FeatureCollection."),
    "features": (b'{"type": "FeatureCollection"}', "The file is not a GeoJSON FeatureCollection."),
    "none": (collection([]), "The FeatureCollection has no feature."),
    "crs": (
        collection(squares(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}),
        "The coordinates are in urn:ogc:def:crs:EPSG::32748; they must be WGS 84 degrees, longitude first.",
    ),
    "large": (b" " * 50_000_001, "The file is larger than 50 MB."),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(name: str) -> None:
    data, sentence = WHOLE_FILES[name]
    result = checked(data)
    assert len(said(result)) == 1
    assert said(result)[0][0] == 0
    assert said(result)[0][1].startswith(sentence)
    assert result.outlines == ()


def _second(change: Callable[[dict[str, Any]], Any]) -> bytes:
    features = squares()
    features[1] = change(features[1])
    return collection(features)


def _geometry(geometry: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda item: item | {"geometry": geometry}


def _polygon(coordinates: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return _geometry({"type": "Polygon", "coordinates": coordinates})


SQUARE = ring(0, 1)
BOW = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
FEATURES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "self-crossing": (_polygon([BOW]), "Its outline is not valid: Self-intersection["),
    "no feature": (lambda item: 5, "This is not a GeoJSON Feature with properties."),
    "no properties": (lambda item: item | {"properties": None}, "This is not a GeoJSON Feature with properties."),
    "no code": (lambda item: item | {"properties": {"nama": "Dua"}}, "It has no Kemendagri code"),
    "unknown code": (lambda item: feature("99.01.01.7777", SQUARE), "99.01.01.7777 is not the code of a known place."),
    "other level": (lambda item: feature("99.01.01", SQUARE), "Barat is a kecamatan, not a kelurahan."),
    "out of force": (lambda item: feature("99.01.02.1003", SQUARE), "Lama was not in force on 2026-11-24."),
    "twice": (lambda item: feature("99.01.01.1001", SQUARE), "Satu stands already in feature 1."),
    "a line": (
        _geometry({"type": "LineString", "coordinates": SQUARE}),
        "Its geometry must be a Polygon or MultiPolygon, not LineString.",
    ),
    "no geometry": (_geometry(None), "Its geometry must be a Polygon or MultiPolygon, not —."),
    "no coordinates": (_geometry({"type": "Polygon"}), "Its geometry cannot be read"),
    "open ring": (_polygon([SQUARE[:-1]]), "Its geometry cannot be read"),
    "text": (_polygon([[["a", "b"]]]), "Its geometry cannot be read"),
    "empty": (_polygon([]), "Its geometry cannot be read: it has no points."),
    "infinite": (_polygon([[[1e999, 0], *SQUARE[1:]]]), "The file is not JSON: Infinity"),
    "metres": (
        _polygon([[[344000, 9820000], [345000, 9820000], [345000, 9821000], [344000, 9820000]]]),
        "Its coordinates are not WGS 84 degrees, longitude first: 9821000 occurs.",
    ),
    "swapped": (
        _polygon([[[lat, lon - 30] for lon, lat in SQUARE]]),
        "Dua lies 10,648 km from its known centroid; is latitude given first?",
    ),
    "overlap": (_polygon([ring(0, 0.9, 1, 1.1)]), "Satu overlaps Dua by 123,0"),
}  # fmt: skip


@pytest.mark.parametrize("name", FEATURES)
def test_a_bad_feature_is_refused_by_its_number_and_nothing_comes_out(name: str) -> None:
    change, sentence = FEATURES[name]
    result = checked(_second(change))
    [(number, text)] = said(result)
    assert text.startswith(sentence)
    assert number == {"overlap": 1, "infinite": 0}.get(name, 2)
    assert result.outlines == ()


def test_every_fault_of_a_file_is_reported_at_once() -> None:
    features = squares()
    features[0] = feature("99.01.01.1001", BOW)
    features[2]["properties"] = {}
    result = checked(collection(features))
    assert [number for number, _ in said(result)] == [1, 3]
    assert said(result, Severity.WARNING) == [(0, "Tiga has no feature.")]


def test_warnings_leave_outlines_to_import() -> None:
    features = squares()[:3]
    features[0]["properties"]["nama"] = "Lima"
    result = checked(collection(features))
    assert said(result) == []
    assert said(result, Severity.WARNING) == [
        (0, "Empat has no feature."),
        (1, "It is called Lima, but the code is Satu's."),
    ]
    assert len(result.outlines) == 3


def test_an_area_and_a_centroid_that_differ_from_the_facts_are_warned_of() -> None:
    features = squares()
    features[3] = feature("99.01.02.1002", ring(1, 1, 3, 1))  # three times as wide as it should be
    features[1] = feature("99.01.01.1002", ring(0, 2))  # a square too far north
    sentences = [text for _, text in said(checked(collection(features)), Severity.WARNING)]
    assert any(
        text.startswith("Empat measures 3.69") and text.endswith("says 1.231 km².") for text in sentences
    )
    assert any(text.startswith("The known centroid of Dua lies outside it, 1,10") for text in sentences)


def test_a_gap_is_warned_of_and_a_sliver_closed() -> None:
    features = squares()
    wide = [*ring(0.8, 0.8, 0.1, 0.1)]
    narrow = [*ring(0.5, 0.5, 0.01, 0.1)]
    features[0]["geometry"]["coordinates"] += [wide[::-1], narrow[::-1]]
    result = checked(collection(features))
    assert [text.split(",")[0] for _, text in said(result, Severity.REPAIRED)] == ["A sliver of 1"]
    [(number, text)] = said(result, Severity.WARNING)
    assert (number, "Satu" in text, text.startswith("A gap of 12,3")) == (1, True, True)
    union = shapely.union_all([shapely.from_geojson(text) for _, text in result.outlines])
    assert len(union.interiors) == 1


def test_an_overlap_no_wider_than_a_sliver_is_closed() -> None:
    features = squares()
    features[1] = feature("99.01.01.1002", ring(0, 0.99, 1, 1.01))  # 11 m into its neighbour
    result = checked(collection(features))
    assert {fault.rule for fault in result.faults} == {"overlap_sliver"}
    polygons = [shapely.from_geojson(text) for _, text in result.outlines]
    assert shapely.coverage_is_valid(np.array(polygons))
    assert sum(polygon.area for polygon in polygons) == pytest.approx(4e-4, rel=1e-6)


def test_an_unknown_level_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="'desa' is not one of"):
        checked(collection(squares()), level="desa")


def test_faults_survive_json() -> None:
    for fault in checked(_second(FEATURES["overlap"][0])).faults:
        assert Fault.from_json(json.loads(json.dumps(fault.to_json()))) == fault


def test_numbers_and_words_are_the_readers() -> None:
    fault = Fault("overlap", 1, "x", {"name": "A", "other": "B", "area": 12345, "width": 20.5})
    written = fault.say(
        lambda text: text.replace("overlaps", "menindih"), lambda n: f"{n:,}".replace(",", ".")
    )
    assert written == "A menindih B by 12.345 m², up to 20.5 m wide."


def test_every_rule_is_tested() -> None:
    """A rule of which no file here is an example would be a sentence that nobody has read."""
    files = [data for data, _ in WHOLE_FILES.values()]
    files += [_second(change) for change, _ in FEATURES.values()]
    seen = {fault.rule for data in files for fault in checked(data).faults}
    assert seen | {"other_name", "centroid", "gap", "gap_sliver", "overlap_sliver", "area"} == set(RULES)


def real() -> Any:
    return json.loads(shared_data("kota_jambi_kelurahan.geojson").read_bytes())


def check_real(document: Any) -> Checked:
    return check(json.dumps(document).encode(), read_city(KOTA_JAMBI).places, "kelurahan", DAY)


def test_the_real_boundaries_have_slivers_only() -> None:
    result = check_real(real())
    assert Counter(fault.rule for fault in result.faults) == {"gap_sliver": 187, "overlap_sliver": 112}
    polygons = [shapely.from_geojson(text) for _, text in result.outlines]
    assert len(polygons) == 68
    assert shapely.coverage_is_valid(np.array(polygons))
    assert all(polygon.is_valid for polygon in polygons)
    assert not shapely.coverage_union_all(polygons).interiors


def test_the_real_boundaries_are_not_those_of_2022() -> None:
    data = json.dumps(real()).encode()
    result = check(data, read_city(KOTA_JAMBI).places, "kelurahan", date(2022, 12, 31))
    assert len(said(result)) == 6
    assert all(text.endswith("was not in force on 2022-12-31.") for _, text in said(result))


def test_a_real_place_moved_and_another_removed_are_found() -> None:
    document = real()
    document["features"][0]["geometry"]["coordinates"] = [
        [[lon + 0.005, lat] for lon, lat in ring]
        for ring in document["features"][0]["geometry"]["coordinates"]
    ]
    removed = document["features"].pop(30)["properties"]["nama"]
    rules = Counter(fault.rule for fault in check_real(document).faults)
    assert rules["overlap"] >= 1
    assert rules["missing"] == 1
    assert (0, f"{removed} has no feature.") in said(check_real(document), Severity.WARNING)


def test_the_kecamatan_and_the_city_pass_too() -> None:
    for level in ("kecamatan", "kota"):
        data = shared_data(f"kota_jambi_{level}.geojson").read_bytes()
        result = check(data, read_city(KOTA_JAMBI).places, level, DAY)
        assert {fault.severity for fault in result.faults} <= {Severity.REPAIRED}
