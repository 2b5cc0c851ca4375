"""The stations of the demonstration and their streams: things.csv on a city's facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from jcoc.city.facts import KOTA_JAMBI, CityFacts, FactsError, PlaceFact, read_city, table_rows
from jcoc.demo.kinds import STATIONS, Kind
from jcoc.demo.models import noise

THINGS = Path(__file__).parent / "data" / "things.csv"
NOTE = "Simulasi peragaan: angka buatan, bukan hasil pengukuran."
#: No real sensor in the city has a code that begins so.
PREFIX = "sim-"
#: A point less than half way to the nearest other centroid lies in its own Voronoi cell.
REACH = 0.42
LARGEST_REACH_M = 900.0
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Station:
    code: str
    name: str
    type: str
    place: str  # code
    place_name: str
    lon: float
    lat: float
    size: float

    @property
    def streams(self) -> Iterator[Stream]:
        return (Stream(self, kind) for kind in STATIONS[self.type])


@dataclass(frozen=True)
class Stream:
    station: Station
    kind: Kind

    @property
    def code(self) -> str:
        return f"{self.station.code}-{self.kind.code}"

    @property
    def name(self) -> str:
        return f"{self.kind.observed_property}, {self.station.name}"


def read_stations(facts: CityFacts, day: date, path: Path = THINGS) -> tuple[Station, ...]:
    """The stations of a table. :class:`FactsError` names the row that cannot be used."""
    places = {place.code: place for place in facts.places}
    sites = {site.code: site for site in facts.sites}
    reach = _reaches([place for place in facts.places if place.valid_on(day)])
    stations = []
    columns = "code name station place site lon lat size"
    for row in table_rows(path, columns, ("code",)):
        kind = row.one_of("station", STATIONS.__contains__, "a type of station")
        place = places[row.one_of("place", places.__contains__, "a place of the city")]
        code = PREFIX + row.text("code")
        site = sites.get(row.one_of("site", sites.__contains__, "a site of the city", required=False))
        lon, lat = row.optional_number("lon", -180, 180), row.optional_number("lat", -90, 90)
        if site:
            lon, lat = site.lon, site.lat
        elif lon is None or lat is None:
            lon, lat = scattered(place, code, reach[place.code])
        size = row.number("size", 0, 1e6)
        stations.append(Station(code, row.text("name"), kind, place.code, place.name, lon, lat, size))
    return tuple(stations)


def scattered(place: PlaceFact, code: str, reach: float) -> tuple[float, float]:
    """A point near the place's centroid that is the code's own; reach in metres."""
    seed = noise.seed_of("point", code)
    away = reach * float(np.sqrt(0.08 + 0.92 * noise.uniform(seed, 1)))
    bearing = 2 * np.pi * float(noise.uniform(seed, 2))
    lat = place.lat + away * np.cos(bearing) / _METRES_PER_DEGREE
    lon = place.lon + away * np.sin(bearing) / _METRES_PER_DEGREE / np.cos(np.radians(place.lat))
    return round(float(lon), 6), round(float(lat), 6)


def _reaches(places: Sequence[PlaceFact]) -> dict[str, float]:
    """How far from a place's centroid a point may lie, in metres; only places of its level count as neighbours."""
    reaches: dict[str, float] = {}
    for level in {place.level for place in places}:
        peers = [place for place in places if place.level == level]
        lat = np.array([place.lat for place in peers])
        lon = np.array([place.lon for place in peers]) * np.cos(np.radians(lat.mean()))
        away = np.hypot(lat[:, None] - lat, lon[:, None] - lon) * _METRES_PER_DEGREE
        np.fill_diagonal(away, np.inf)
        nearest = away.min(axis=1)
        for place, distance in zip(peers, nearest, strict=True):
            reaches[place.code] = min(REACH * float(distance), LARGEST_REACH_M)
    return reaches


def more_stations(facts: CityFacts, day: date, streams: int) -> tuple[Station, ...]:
    """Stations in all the city's kelurahan with about that many streams together, to see the wall under load."""
    kelurahan = [place for place in facts.places if place.level == "kelurahan" and place.valid_on(day)]
    reach = _reaches(kelurahan)
    types = [name for name in STATIONS if name not in ("landfill", "call_centre", "river_main")]
    sizes = {
        "application": 200.0,
        "river_gauge": 25.0,
        "destination": 400.0,
        "market": 700.0,
        "school": 600.0,
    }
    stations: list[Station] = []
    made = 0
    for number in range(streams):
        if made >= streams:
            break
        kind = types[number % len(types)]
        place = kelurahan[int(noise.mix(noise.seed_of("more", number))) % len(kelurahan)]
        code = f"{PREFIX}x{number + 1:05d}"
        lon, lat = scattered(place, code, reach[place.code])
        name = f"Stasiun beban {number + 1:05d} {place.name}"
        stations.append(Station(code, name, kind, place.code, place.name, lon, lat, sizes.get(kind, 60.0)))
        made += len(STATIONS[kind])
    return tuple(stations)


def city_stations(day: date, more: int = 0) -> tuple[Station, ...]:
    """The demonstration's stations in Kota Jambi; `more` streams are added for load."""
    facts = read_city(KOTA_JAMBI)
    return read_stations(facts, day) + (more_stations(facts, day, more) if more else ())


__all__ = [
    "NOTE",
    "FactsError",
    "Station",
    "Stream",
    "city_stations",
    "more_stations",
    "read_stations",
    "scattered",
]
