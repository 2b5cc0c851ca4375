from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from city.small_city import DAY, PLACES, collection, squares, write_folder
from jcoc.city.boundaries import check
from jcoc.city.facts import CityFacts, read_city
from jcoc.city.models import BoundaryImport
from jcoc.city.services import BoundaryFile, import_boundaries, load_city


@pytest.fixture
def facts(tmp_path: Path) -> CityFacts:
    return read_city(write_folder(tmp_path / "city"))


@pytest.fixture
def city(db: None, facts: CityFacts) -> Iterator[CityFacts]:
    """The made-up city in the database, without boundaries."""
    load_city(facts)
    yield facts


@pytest.fixture
def surveyed(city: CityFacts) -> BoundaryImport:
    """The made-up city with the boundaries of its four squares."""
    result = check(collection(squares()), PLACES, "kelurahan", DAY)
    file = BoundaryFile("squares.geojson", "0" * 64, source="made up", licence="CC0")
    return import_boundaries(result, "kelurahan", DAY, file)[0]


@pytest.fixture
def another_city(facts: CityFacts) -> CityFacts:
    """A second city with other codes and the same shape."""

    def other(code: str) -> str:
        return code.replace("99.01", "98.01")

    places = tuple(
        dataclasses.replace(place, code=other(place.code), parent=other(place.parent), lon=place.lon + 1)
        for place in facts.places
    )
    return dataclasses.replace(
        facts, code="98.01", name="Kota Lain", places=places, successions=(), rivers=(), sites=(), days=()
    )
