from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import shapely
from django.test import Client

from jcoc.city import services
from jcoc.city.axes import Stretch
from jcoc.city.facts import KOTA_JAMBI, CityFacts, read_city
from jcoc.city.models import BoundaryImport, Place, Succession
from jcoc.people.services import add_account
from jcoc.trail.audit.guard import unguarded
from support import PASSWORD

LAYERS = ("kelurahan", "kecamatan", "rivers", "sites")


@pytest.fixture
def operator(db: None) -> Client:
    return log_in("operator")


@pytest.fixture
def administrator(db: None) -> Client:
    return log_in("administrator")


def log_in(role: str) -> Client:
    add_account(role, PASSWORD, [role])
    client = Client()
    assert client.login(username=role, password=PASSWORD)
    return client


def features(client: Client, layer: str, query: str = "") -> dict[str, dict[str, Any]]:
    response = client.get(f"/map/{layer}.geojson{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    document = json.loads(response.content)
    assert document["type"] == "FeatureCollection"
    return {feature["properties"]["code"]: feature for feature in document["features"]}


@pytest.mark.parametrize("layer", LAYERS)
def test_nobody_sees_a_layer_without_log_in(db: None, layer: str) -> None:
    assert Client().get(f"/map/{layer}.geojson").status_code == 401


@pytest.mark.parametrize("layer", LAYERS)
def test_a_map_without_a_city_is_empty(operator: Client, layer: str) -> None:
    assert features(operator, layer) == {}


def test_without_boundaries_places_are_approximate_cells_that_hold_their_centroid(
    operator: Client, city: CityFacts
) -> None:
    found = features(operator, "kelurahan")
    assert len(found) == 4
    for place in city.places:
        if place.code in found:
            shown = found[place.code]
            assert shown["properties"]["approximate"] is True
            assert shapely.from_geojson(json.dumps(shown["geometry"])).contains(
                shapely.Point(place.lon, place.lat)
            )
    kecamatan = features(operator, "kecamatan")
    assert {code: f["properties"]["name"] for code, f in kecamatan.items()} == {
        "99.01.01": "Barat", "99.01.02": "Timur",
    }  # fmt: skip
    assert all(f["properties"]["approximate"] for f in kecamatan.values())


def test_with_boundaries_places_are_not_approximate(operator: Client, surveyed: BoundaryImport) -> None:
    for layer in ("kelurahan", "kecamatan"):
        found = features(operator, layer)
        assert not any(f["properties"]["approximate"] for f in found.values())
        polygons = [shapely.from_geojson(json.dumps(f["geometry"])) for f in found.values()]
        assert sum(polygon.area for polygon in polygons) == pytest.approx(4e-4, rel=1e-3)
        assert shapely.coverage_is_valid(polygons)


def test_a_place_without_boundary_fills_what_the_others_leave(
    operator: Client, surveyed: BoundaryImport
) -> None:
    with unguarded():
        surveyed.boundaries.filter(place__code="99.01.02.1002").delete()
    services.touch_maps()
    found = features(operator, "kelurahan")
    assert [code for code, f in found.items() if f["properties"]["approximate"]] == ["99.01.02.1002"]
    cell = shapely.from_geojson(json.dumps(found["99.01.02.1002"]["geometry"]))
    assert cell.area == pytest.approx(1e-4, rel=1e-3)
    kecamatan = features(operator, "kecamatan")
    assert kecamatan["99.01.02"]["properties"]["approximate"] is True
    assert kecamatan["99.01.01"]["properties"]["approximate"] is False


def test_kota_jambi_is_shown_with_the_places_of_the_day(operator: Client) -> None:
    services.load_city(read_city(KOTA_JAMBI))
    assert len(features(operator, "kelurahan")) == 68
    assert len(features(operator, "kelurahan", "?on=2022-12-31")) == 62
    assert len(features(operator, "kecamatan", "?on=2022-12-31")) == 11


def test_a_day_that_is_none_is_refused_by_name(operator: Client, city: CityFacts) -> None:
    response = operator.get("/map/kelurahan.geojson?on=31-12-2022", headers={"Accept-Language": "en"})
    assert response.status_code == 400
    assert response.content.decode() == "on: “31-12-2022” is not a date of the form 2023-01-31."


def test_sites_say_their_kind_and_whether_they_are_simulated(operator: Client, city: CityFacts) -> None:
    place = Place.objects.get(code="99.01.01.1001")
    services.set_site(
        "F1", name="Titik 1", kind="flood_point", place=place, lon=103.6012345678, lat=-1.6,
        source="demo", approximate=True, simulated=True,
    )  # fmt: skip
    found = features(operator, "sites")
    assert found["F1"]["geometry"] == {"type": "Point", "coordinates": [103.601235, -1.6]}
    assert found["F1"]["properties"]["kind"] == "flood_point"
    assert found["F1"]["properties"]["simulated"] is True
    assert found["S1"]["properties"] | {"note": ""} == {
        "code": "S1", "name": "Sekolah Satu", "kind": "school", "approximate": False,
        "simulated": False, "note": "",
    }  # fmt: skip


def test_rivers_are_shown_by_stretch(operator: Client, city: CityFacts) -> None:
    line = '{"type":"LineString","coordinates":[[103.6,-1.62],[103.61,-1.61]]}'
    services.import_stretches([Stretch("kali", 0, 1500, line)], "made up", approximate=True)
    [stretch] = features(operator, "rivers").values()
    assert stretch["properties"] == {
        "code": "kali-01", "name": "Kali Uji", "river": "kali", "from_m": 0, "to_m": 1500, "approximate": True,
    }  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_sent_again_only_when_it_changed(
    operator: Client, city: CityFacts, layer: str, django_assert_max_num_queries: Any
) -> None:
    first = operator.get(f"/map/{layer}.geojson")
    assert "private" in first["Cache-Control"]
    headers = {"If-None-Match": first["ETag"]}
    with django_assert_max_num_queries(6):  # session, account, roles and the revision; never the map itself
        again = operator.get(f"/map/{layer}.geojson", headers=headers)
    assert again.status_code == 304
    assert again.content == b""


def test_a_change_gives_a_layer_another_etag(operator: Client, city: CityFacts) -> None:
    first = operator.get("/map/sites.geojson")["ETag"]
    place = Place.objects.get(code="99.01.01.1001")
    services.set_site("X", name="X", kind="school", place=place, lon=1, lat=1, source="x", approximate=False)
    response = operator.get("/map/sites.geojson", headers={"If-None-Match": first})
    assert response.status_code == 200
    assert response["ETag"] != first


def test_the_administrators_page_shows_validity_boundaries_faults_and_successions(
    administrator: Client, surveyed: BoundaryImport
) -> None:
    surveyed.faults = [
        {"rule": "overlap_sliver", "feature": 1, "code": "99.01.01.1001",
         "values": {"name": "Satu", "other": "Dua", "area": 12345, "width": 7.5}}
    ]  # fmt: skip
    with unguarded():
        surveyed.save()
    page = administrator.get("/places/", headers={"Accept-Language": "en"}).content.decode()
    assert "squares.geojson" in page
    assert "Satu overlaps Dua by a sliver of 12,345 m², at most 7.5 m wide." in page
    assert "0 warnings, 1 sliver closed" in page
    assert "until 31 Dec 2022" in page
    assert "not known" in page


def test_the_administrators_page_asks_as_often_for_many_places_as_for_few(
    administrator: Client, surveyed: BoundaryImport, django_assert_num_queries: Any
) -> None:
    administrator.get("/places/")  # a session's first page notes its use
    with django_assert_num_queries(9) as few:  # with the name of the city
        administrator.get("/places/")
    services.load_city(read_city(KOTA_JAMBI))
    with django_assert_num_queries(len(few.captured_queries)):
        administrator.get("/places/")


def test_a_predecessor_is_entered_changed_and_removed(administrator: Client, city: CityFacts) -> None:
    new, old = (Place.objects.get(code=f"99.01.02.100{n}") for n in (2, 3))
    unknown = Succession.objects.get()
    entry = {
        "successor": new.pk,
        "predecessor": old.pk,
        "date": "2023-01-01",
        "source": "Perda 1/2023",
        "note": "",
    }
    assert administrator.get("/places/succession/").status_code == 200
    assert administrator.post("/places/succession/", entry).status_code == 302
    assert not Succession.objects.filter(pk=unknown.pk).exists()
    kept = Succession.objects.get()
    assert (kept.predecessor, kept.date) == (old, date(2023, 1, 1))
    entry["source"] = "Perda 2/2023"
    assert administrator.get(f"/places/succession/{kept.pk}/").status_code == 200
    assert administrator.post(f"/places/succession/{kept.pk}/", entry).status_code == 302
    assert Succession.objects.get().source == "Perda 2/2023"
    assert administrator.post(f"/places/succession/{kept.pk}/remove/").status_code == 302
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"predecessor": "99.01.02.1002"}, "A place cannot come from itself."),
        ({"predecessor": "99.01.01"}, "Both must be of the same level."),
        ({"date": "kemarin"}, "Enter a valid date."),
        ({"source": ""}, "This field is required."),
        ({"predecessor": ""}, "That its predecessor is not known stands already."),
    ],
)
def test_a_bad_succession_is_refused_with_its_reason(
    administrator: Client, city: CityFacts, change: dict[str, str], sentence: str
) -> None:
    code = {place.code: str(place.pk) for place in Place.objects.all()}
    entry = {
        "successor": code["99.01.02.1002"],
        "predecessor": code["99.01.02.1003"],
        "date": "2023-01-01",
        "source": "x",
    }
    entry |= {name: code.get(value, value) for name, value in change.items()}
    response = administrator.post("/places/succession/", entry, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&#x27;", "'")
    assert [row.predecessor for row in Succession.objects.all()] == [None]


def test_operators_may_not_open_the_administrators_page(operator: Client) -> None:
    assert operator.get("/places/").status_code == 403
