from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from django.db import IntegrityError, transaction

from city.small_city import DAY, PLACES, collection, feature, ring, squares
from jcoc.city import lookup, services
from jcoc.city.axes import Stretch
from jcoc.city.boundaries import Checked, check
from jcoc.city.facts import KOTA_JAMBI, CityFacts, read_city
from jcoc.city.maps import revision
from jcoc.city.models import (
    Boundary,
    BoundaryImport,
    CalendarDay,
    Level,
    Place,
    River,
    RiverStretch,
    Site,
    Succession,
)
from jcoc.trail.audit.guard import unguarded
from support import shared_data

pytestmark = pytest.mark.postgres

FILE = services.BoundaryFile("x.geojson", "0" * 64)


def polygon(code: str, day: date = DAY) -> shapely.Geometry:
    return shapely.from_geojson(Boundary.objects.valid_on(day).get(place__code=code).geometry)


def test_loading_twice_changes_nothing_and_loses_nothing(city: CityFacts) -> None:
    def rows() -> list[object]:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Place, Succession, River, Site, CalendarDay)
        ]

    before = rows()
    services.load_city(city)
    assert rows() == before


def test_loading_brings_a_changed_fact_up_to_date(city: CityFacts) -> None:
    places = [dataclasses.replace(p, name="Sebelas") if p.name == "Satu" else p for p in city.places]
    services.load_city(dataclasses.replace(city, places=tuple(places)))
    assert Place.objects.get(code="99.01.01.1001").name == "Sebelas"
    assert Place.objects.count() == 8


def test_loading_keeps_the_predecessor_that_an_administrator_entered(city: CityFacts) -> None:
    old, new = (Place.objects.get(code=f"99.01.02.100{n}") for n in (3, 2))
    services.save_succession(
        Succession(successor=new, predecessor=old, date=date(2023, 1, 1), source="Perda")
    )
    services.load_city(city)
    assert [row.predecessor for row in Succession.objects.all()] == [old]


def test_kota_jambi_in_the_database_has_62_then_68(db: None) -> None:
    services.load_city(read_city(KOTA_JAMBI))
    kelurahan = Place.objects.of_level(Level.KELURAHAN)
    assert kelurahan.valid_on(date(2022, 12, 31)).count() == 62
    assert kelurahan.valid_on(date(2023, 1, 31)).count() == 68
    assert Place.objects.valid_on(date(2022, 12, 31)).of_level(Level.KECAMATAN).count() == 11


def test_a_validity_that_ends_before_it_begins_is_refused(city: CityFacts) -> None:
    place = Place.objects.get(code="99.01.02.1003")
    place.valid_from = date(2023, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic(), unguarded():
        place.save()


def test_boundaries_are_dissolved_into_kecamatan_and_city(surveyed: BoundaryImport) -> None:
    assert dict(Boundary.objects.values_list("place__level", "dissolved")) == {
        "kota": True, "kecamatan": True, "kelurahan": False,
    }  # fmt: skip
    halves = [polygon("99.01.01"), polygon("99.01.02")]
    assert polygon("99.01").symmetric_difference(shapely.union_all(halves)).area < 1e-12
    assert polygon("99.01").area == pytest.approx(4e-4)


def test_a_kecamatan_with_a_place_missing_is_not_dissolved(city: CityFacts) -> None:
    result = check(collection(squares()[:3]), PLACES, "kelurahan", DAY)
    _done, written = services.import_boundaries(result, "kelurahan", DAY, FILE)
    assert written == {"kelurahan": 3, "kecamatan": 1}
    assert not Boundary.objects.filter(place__code__in=["99.01", "99.01.02"]).exists()


def test_a_second_import_takes_the_place_of_the_first(surveyed: BoundaryImport) -> None:
    moved = [feature("99.01.01.1001", ring(0, 0, 1, 0.98)), *squares()[1:]]
    moved[1] = feature("99.01.01.1002", ring(0, 0.98, 1, 1.02))
    result = check(collection(moved), PLACES, "kelurahan", DAY)
    services.import_boundaries(result, "kelurahan", DAY, FILE)
    assert Boundary.objects.count() == 7
    assert polygon("99.01.01.1001").area == pytest.approx(0.98e-4)


def test_a_surveyed_kecamatan_is_not_overwritten_by_what_its_parts_add_up_to(city: CityFacts) -> None:
    surveyed = [feature("99.01.01", ring(0, 0, 1, 1.99)), feature("99.01.02", ring(1, 0, 1, 2))]
    result = check(collection(surveyed), PLACES, "kecamatan", DAY)
    services.import_boundaries(result, "kecamatan", DAY, FILE)
    parts = check(collection(squares()), PLACES, "kelurahan", DAY)
    _done, written = services.import_boundaries(parts, "kelurahan", DAY, FILE)
    assert written == {"kelurahan": 4, "kecamatan": 0, "kota": 1}
    assert polygon("99.01.01").area == pytest.approx(1.99e-4)


def test_boundaries_hold_from_the_day_their_places_did_and_end_the_older_ones(
    db: None, facts: CityFacts
) -> None:
    split = date(2023, 1, 1)
    places = [
        dataclasses.replace(p, valid_from=split) if p.code == "99.01.02.1002" else p for p in facts.places
    ]
    services.load_city(dataclasses.replace(facts, places=tuple(places)))
    old_squares = [*squares()[:3], feature("99.01.02.1003", ring(1, 1))]
    old_day = split - timedelta(days=1)
    # The newer boundaries first: the order of imports must not matter.
    for features, day in [(squares(), DAY), (old_squares, old_day)]:
        result = check(collection(features), places, "kelurahan", day)
        services.import_boundaries(result, "kelurahan", day, FILE)
    spans = {
        (b.place.code, b.valid_from, b.valid_to)
        for b in Boundary.objects.filter(place__parent__code="99.01.02").select_related("place")
    }
    assert spans == {
        ("99.01.02.1001", None, old_day),
        ("99.01.02.1001", split, None),
        ("99.01.02.1002", split, None),
        ("99.01.02.1003", None, None),
    }
    assert Boundary.objects.valid_on(old_day).filter(place__code="99.01.02.1001").count() == 1


def test_a_file_with_errors_cannot_be_stored(city: CityFacts) -> None:
    result = check(b"", PLACES, "kelurahan", DAY)
    with pytest.raises(ValueError, match="errors"):
        services.import_boundaries(result, "kelurahan", DAY, FILE)
    with pytest.raises(ValueError, match="errors"):
        services.import_boundaries(Checked(()), "kelurahan", DAY, FILE)
    assert not BoundaryImport.objects.exists()


def test_an_import_that_fails_half_way_leaves_nothing(
    city: CityFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "touch_maps", fail)
    result = check(collection(squares()), PLACES, "kelurahan", DAY)
    with pytest.raises(OSError, match="full"):
        services.import_boundaries(result, "kelurahan", DAY, FILE)
    assert not BoundaryImport.objects.exists()
    assert not Boundary.objects.exists()


def test_two_cities_do_not_disturb_each_other(surveyed: BoundaryImport, another_city: CityFacts) -> None:
    services.load_city(another_city)
    moved = [
        feature(
            item["properties"]["kode"].replace("99.01", "98.01"),
            [[lon + 1, lat] for lon, lat in item["geometry"]["coordinates"][0]],
        )
        for item in squares()
    ]
    result = check(collection(moved), lookup.place_facts(), "kelurahan", DAY)
    assert result.faults == ()
    services.import_boundaries(result, "kelurahan", DAY, FILE)
    assert Boundary.objects.filter(place__code__startswith="99").count() == 7
    assert Boundary.objects.filter(place__code__startswith="98").count() == 7
    found = lookup.locator(DAY).code(np.array([103.605, 104.605]), np.array([-1.615, -1.615]))
    assert list(found) == ["99.01.01.1001", "98.01.01.1001"]


def test_stretches_of_a_river_are_replaced_as_a_whole(city: CityFacts) -> None:
    line = '{"type":"LineString","coordinates":[[103.6,-1.62],[103.61,-1.61]]}'
    for count in (3, 2):
        stretches = [Stretch("kali", n * 500.0, n * 500.0 + 500, line) for n in range(count)]
        services.import_stretches(stretches, "made up", approximate=True)
    assert list(RiverStretch.objects.values_list("code", "from_m")) == [("kali-01", 0), ("kali-02", 500)]


def test_changes_of_the_map_change_its_revision(city: CityFacts) -> None:
    before = revision()
    place = Place.objects.get(code="99.01.01.1001")
    services.set_site(
        "F1", name="Titik 1", kind="flood_point", place=place, lon=103.6, lat=-1.6,
        source="demo", approximate=True, simulated=True,
    )  # fmt: skip
    assert revision() != before


def test_points_are_located_in_approximate_cells_too(city: CityFacts) -> None:
    codes = lookup.locator(DAY).code(np.array([103.605, 103.615]), np.array([-1.615, -1.605]))
    assert list(codes) == ["99.01.01.1001", "99.01.02.1002"]


def test_the_calendar_knows_the_citys_own_days(city: CityFacts) -> None:
    assert lookup.working_calendar().day_off_name(date(2026, 5, 28)) == "Hari Kota Uji"


def test_the_real_boundaries_locate_every_known_school(db: None) -> None:
    facts = read_city(KOTA_JAMBI)
    services.load_city(facts)
    data = shared_data("kota_jambi_kelurahan.geojson").read_bytes()
    result = check(data, lookup.place_facts(), "kelurahan", DAY)
    _done, written = services.import_boundaries(result, "kelurahan", DAY, FILE)
    assert written == {"kelurahan": 68, "kecamatan": 11, "kota": 1}
    assert Boundary.objects.get(place__code="15.71").valid_from == date(2023, 1, 1)
    schools = [site for site in facts.sites if site.kind == "school" and not site.approximate]
    lon, lat = np.array([s.lon for s in schools]), np.array([s.lat for s in schools])
    assert list(lookup.locator(DAY).code(lon, lat)) == [s.place for s in schools]
