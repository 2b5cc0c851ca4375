"""The table of stations against the city it stands in."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from jcoc.city.facts import KOTA_JAMBI, FactsError, read_city
from jcoc.demo.catalogue import PREFIX, city_stations, more_stations, read_stations
from jcoc.demo.kinds import STATIONS
from jcoc.indicators.dimensions import CODES
from support import shared_data

DAY = date(2026, 6, 1)
FACTS = read_city(KOTA_JAMBI)


def test_each_dimension_has_streams_and_the_city_is_full() -> None:
    stations = city_stations(DAY)
    streams = [stream for station in stations for stream in station.streams]
    assert 150 <= len(stations) <= 230
    assert 300 <= len(streams) <= 400
    counts = Counter(stream.kind.dimension for stream in streams)
    assert set(counts) == set(CODES)
    assert min(counts.values()) >= 15
    assert Counter(station.type for station in stations)["flood_point"] == 18
    assert Counter(station.type for station in stations)["junction"] == 40
    assert {station.type for station in stations} == set(STATIONS)


def test_codes_are_unique_and_say_that_they_are_simulated() -> None:
    codes = [stream.code for station in city_stations(DAY, more=3000) for stream in station.streams]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith(PREFIX) for code in codes)


def test_places_hold_on_the_day() -> None:
    places = {place.code: place for place in FACTS.places}
    for station in city_stations(DAY):
        assert places[station.place].valid_on(DAY), station.code


def test_scattered_stations_lie_nearest_to_their_own_place() -> None:
    """So they lie in the Voronoi cell that the map draws where there are no boundaries."""
    peers = [p for p in FACTS.places if p.level == "kelurahan" and p.valid_on(DAY)]
    centroids = np.array([[p.lon, p.lat] for p in peers])
    stations = more_stations(FACTS, DAY, 2000)
    points = np.array([[s.lon, s.lat] for s in stations])
    nearest = ((points[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
    assert [peers[i].code for i in nearest] == [s.place for s in stations]


def test_most_stations_lie_within_the_surveyed_boundaries_too() -> None:
    collection = json.loads(shared_data("kota_jambi_kelurahan.geojson").read_text())
    outlines = [shapely.from_geojson(json.dumps(f["geometry"])) for f in collection["features"]]
    city = shapely.union_all(outlines)
    stations = city_stations(DAY)
    inside = shapely.contains_xy(city, [s.lon for s in stations], [s.lat for s in stations])
    assert inside.mean() > 0.97


def test_as_many_streams_more_as_asked_for() -> None:
    made = sum(len(STATIONS[station.type]) for station in more_stations(FACTS, DAY, 10_000))
    assert 10_000 <= made < 10_004


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "a,Pos A,weather_ship,15.71.01.1001,,,,1",
            "row 2, station: 'weather_ship' is not a type of station",
        ),
        ("a,Pos A,air,99.99,,,,1", "row 2, place: '99.99' is not a place of the city"),
        ("a,Pos A,air,15.71.01.1001,,,,many", "row 2, size: 'many' is not a number"),
        ("a,Pos A,air,15.71.01.1001,NOWHERE,,,1", "row 2, site: 'NOWHERE' is not a site of the city"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, row: str, sentence: str) -> None:
    table = tmp_path / "things.csv"
    table.write_text(f"code,name,station,place,site,lon,lat,size\n{row}\n")
    with pytest.raises(FactsError, match=sentence):
        read_stations(FACTS, DAY, table)
