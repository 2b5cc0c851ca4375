"""Two cities that a programme must run on: Kota Jambi, and one of which it cannot know a name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from jcoc.city.facts import KOTA_JAMBI, CityFacts, PlaceFact, read_city
from jcoc.city.services import load_city
from jcoc.contract.services import bring_in
from jcoc.telemetry import runtime as runtimes
from jcoc.telemetry.directory import Directory
from jcoc.telemetry.ingest.pipeline import Pipeline
from jcoc.telemetry.live import LiveHub
from jcoc.telemetry.stores.duckdb import DuckDBStore


def _place(code: str, name: str, level: str, parent: str, at: tuple[float, float]) -> PlaceFact:
    return PlaceFact(code, name, level, parent, None, None, "", *at, None, "made up for tests")


SECOND = CityFacts(
    code="98.01",
    name="Kota Kedua",
    places=(
        _place("98.01", "Kota Kedua", "kota", "", (120.50, -5.50)),
        _place("98.01.01", "Utara", "kecamatan", "98.01", (120.50, -5.48)),
        _place("98.01.02", "Selatan", "kecamatan", "98.01", (120.50, -5.52)),
        _place("98.01.01.1001", "Bukit", "kelurahan", "98.01.01", (120.49, -5.48)),
        _place("98.01.01.1002", "Lembah", "kelurahan", "98.01.01", (120.51, -5.48)),
        _place("98.01.02.1001", "Pantai", "kelurahan", "98.01.02", (120.50, -5.52)),
    ),
    successions=(),
    rivers=(),
    sites=(),
    days=(),
)


def first() -> CityFacts:
    return read_city(KOTA_JAMBI)


@contextmanager
def centre_of(city: CityFacts, *, keep: bool = False) -> Iterator[None]:
    """A city in an empty centre with a store of observations; what is written is taken back unless it is to be kept."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _runtime(Path(folder)),
        nullcontext() if keep else transaction.atomic(),
    ):
        load_city(city)
        bring_in(timezone.localdate())
        runtimes.current().directory.refresh()
        yield
        if not keep:
            transaction.set_rollback(True)


@contextmanager
def _runtime(folder: Path) -> Iterator[None]:
    store, directory = DuckDBStore(folder / "observations.duckdb"), Directory()
    running = runtimes.Runtime(store, directory, Pipeline(store, directory), LiveHub(store, directory))
    runtimes.set_current(running)
    try:
        yield
    finally:
        runtimes.set_current(None)
        running.hub.close()
        store.close()
