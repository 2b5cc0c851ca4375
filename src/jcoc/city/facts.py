"""A city's folder of facts: city.toml and the tables beside it, read and checked. Pure."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LEVELS = ("kota", "kecamatan", "kelurahan")
SITE_KINDS = ("operation_centre", "landfill", "school", "flood_point")
KOTA_JAMBI = Path(__file__).parent / "data" / "kota_jambi"


class FactsError(ValueError):
    """A table that cannot be used; the text names file, row, column and reason."""


def in_force(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies between two, both inclusive; no first: since before the record, no last: still."""
    return (first or day) <= day <= (last or day)


@dataclass(frozen=True)
class PlaceFact:
    code: str
    name: str
    level: str
    parent: str  # "" for the city
    valid_from: date | None  # None: since before the record
    valid_to: date | None  # None: still; both ends inclusive
    validity_note: str
    lon: float  # degrees, WGS 84
    lat: float
    area_km2: float | None
    source: str

    def valid_on(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class SuccessionFact:
    successor: str
    predecessor: str  # "" where unknown
    date: date
    source: str
    note: str


@dataclass(frozen=True)
class RiverFact:
    code: str
    name: str
    also_called: str
    catchment_km2: float | None
    source: str


@dataclass(frozen=True)
class SiteFact:
    code: str
    name: str
    kind: str
    place: str
    lon: float
    lat: float
    approximate: bool
    address: str
    source: str
    note: str


@dataclass(frozen=True)
class DayFact:
    date: date
    day_off: bool
    name: str
    source: str


@dataclass(frozen=True)
class CityFacts:
    code: str
    name: str
    places: tuple[PlaceFact, ...]
    successions: tuple[SuccessionFact, ...]
    rivers: tuple[RiverFact, ...]
    sites: tuple[SiteFact, ...]
    days: tuple[DayFact, ...]


class Row:
    """A row of a table, whose every complaint names the file, the row and the column."""

    def __init__(self, table: Path, number: int, cells: dict[str, str | None]) -> None:
        self._table, self._number, self._cells = table, number, cells

    def fault(self, column: str, reason: str) -> FactsError:
        return FactsError(f"{self._table.name}, row {self._number}, {column}: {reason}.")

    def text(self, column: str, *, required: bool = True) -> str:
        text = (self._cells.get(column) or "").strip()
        if required and not text:
            raise self.fault(column, "it is empty")
        return text

    def number(self, column: str, lowest: float, highest: float) -> float:
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.fault(column, f"{text!r} is not a number") from None
        if not lowest <= value <= highest:
            raise self.fault(column, f"{value:g} does not lie between {lowest:g} and {highest:g}")
        return value

    def optional_number(self, column: str, lowest: float, highest: float) -> float | None:
        return self.number(column, lowest, highest) if self.text(column, required=False) else None

    def day(self, column: str) -> date:
        text = self.text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.fault(column, f"{text!r} is not a date of the form 2023-01-31") from None

    def optional_day(self, column: str) -> date | None:
        return self.day(column) if self.text(column, required=False) else None

    def yes(self, column: str) -> bool:
        text = self.text(column)
        if text not in ("yes", "no"):
            raise self.fault(column, f"{text!r} is neither yes nor no")
        return text == "yes"

    def one_of(self, column: str, known: Callable[[str], bool], what: str, *, required: bool = True) -> str:
        text = self.text(column, required=required)
        if text and not known(text):
            raise self.fault(column, f"{text!r} is not {what}")
        return text


def table_rows(path: Path, columns: str, keys: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file that must have these columns (space-separated) and no row's keys twice."""
    if not path.exists():
        raise FactsError(f"{path.name} is missing in {path.parent}.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns.split() if column not in (reader.fieldnames or ())]
            if missing:
                raise FactsError(f"{path.name} lacks the column {missing[0]!r}.")
            seen: dict[tuple[str, ...], int] = {}
            for number, cells in enumerate(reader, start=2):
                row = Row(path, number, cells)
                if None in cells:
                    raise FactsError(f"{path.name}, row {number}: it has more cells than the header.")
                key = tuple(row.text(column, required=False) for column in keys)
                if (first := seen.setdefault(key, number)) != number:
                    raise row.fault(keys[0], f"{' '.join(key).strip()!r} stands already in row {first}")
                yield row
    except UnicodeDecodeError as error:
        raise FactsError(f"{path.name} is not UTF-8 text (byte {error.start}).") from None


def _places(folder: Path, city: str) -> tuple[PlaceFact, ...]:
    columns = "code name level parent valid_from valid_to validity_note lon lat area_km2 source"
    level_of: dict[str, str] = {}
    places = []
    for row in table_rows(folder / "places.csv", columns, ("code",)):
        level = row.one_of("level", LEVELS.__contains__, f"one of {', '.join(LEVELS)}")
        code = row.text("code")
        if level == "kota":
            if code != city:
                raise row.fault("code", f"the city of this folder is {city}, not {code}")
            parent = ""
        else:
            above = LEVELS[LEVELS.index(level) - 1]
            parents = {code for code, of in level_of.items() if of == above}
            parent = row.one_of("parent", parents.__contains__, f"a {above} above it")
        valid_from, valid_to = row.optional_day("valid_from"), row.optional_day("valid_to")
        if valid_from and valid_to and valid_to < valid_from:
            raise row.fault("valid_to", "the last day lies before the first")
        level_of[code] = level
        places.append(
            PlaceFact(
                code=code,
                name=row.text("name"),
                level=level,
                parent=parent,
                valid_from=valid_from,
                valid_to=valid_to,
                validity_note=row.text("validity_note", required=False),
                lon=row.number("lon", -180, 180),
                lat=row.number("lat", -90, 90),
                area_km2=row.optional_number("area_km2", 1e-6, 1e6),
                source=row.text("source"),
            )
        )
    if city not in level_of:
        raise FactsError(f"places.csv has no row for the city {city} itself.")
    return tuple(places)


def read_city(folder: Path) -> CityFacts:
    """Read a city's folder. :class:`FactsError` at the first thing that is wrong.

    city.toml names the city's code; places.csv lists parents before their children; succession.csv,
    rivers.csv, sites.csv and calendar.csv may have no rows but must exist.
    """
    toml = folder / "city.toml"
    if not toml.exists():
        raise FactsError(f"{folder} is no city's folder: it has no city.toml.")
    try:
        head = tomllib.loads(toml.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FactsError(f"city.toml cannot be read: {error}.") from None
    for key in ("code", "name"):
        if not isinstance(head.get(key), str) or not head[key]:
            raise FactsError(f"city.toml lacks {key}.")
    places = _places(folder, head["code"])
    known = {place.code for place in places}.__contains__
    a_place = "a place of places.csv"
    return CityFacts(
        code=head["code"],
        name=head["name"],
        places=places,
        successions=tuple(
            SuccessionFact(
                successor=row.one_of("successor", known, a_place),
                predecessor=row.one_of("predecessor", known, a_place, required=False),
                date=row.day("date"),
                source=row.text("source"),
                note=row.text("note", required=False),
            )
            for row in table_rows(
                folder / "succession.csv",
                "successor predecessor date source note",
                ("successor", "predecessor"),
            )
        ),
        rivers=tuple(
            RiverFact(
                code=row.text("code"),
                name=row.text("name"),
                also_called=row.text("also_called", required=False),
                catchment_km2=row.optional_number("catchment_km2", 0, 1e7),
                source=row.text("source"),
            )
            for row in table_rows(
                folder / "rivers.csv", "code name also_called catchment_km2 source", ("code",)
            )
        ),
        sites=tuple(
            SiteFact(
                code=row.text("code"),
                name=row.text("name"),
                kind=row.one_of("kind", SITE_KINDS.__contains__, f"one of {', '.join(SITE_KINDS)}"),
                place=row.one_of("place", known, a_place),
                lon=row.number("lon", -180, 180),
                lat=row.number("lat", -90, 90),
                approximate=row.yes("approximate"),
                address=row.text("address", required=False),
                source=row.text("source"),
                note=row.text("note", required=False),
            )
            for row in table_rows(
                folder / "sites.csv",
                "code name kind place lon lat approximate address source note",
                ("code",),
            )
        ),
        days=tuple(
            DayFact(
                date=row.day("date"),
                day_off=row.yes("day_off"),
                name=row.text("name"),
                source=row.text("source"),
            )
            for row in table_rows(folder / "calendar.csv", "date day_off name source", ("date",))
        ),
    )
