"""The past that the first start makes up, and the time between two runs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from jcoc.demo import history
from jcoc.demo.catalogue import Stream
from jcoc.demo.simulation import Simulation
from jcoc.telemetry.directory import Snapshot, load
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.stores.duckdb import DuckDBStore

NOW = datetime(2026, 6, 1, 3, 17, 11, 500_000, tzinfo=UTC).timestamp()
DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    opened = DuckDBStore(tmp_path / "observations.duckdb")
    yield opened
    opened.close()


def instants(table: object) -> np.ndarray:
    return table["phenomenon_time"].cast("int64").to_numpy() / 1e6  # type: ignore[index]


def test_a_week_of_all_and_a_year_of_some(registered: list[Stream], store: DuckDBStore) -> None:
    snapshot = load(Snapshot.empty())
    simulation = Simulation(registered, "x")
    parts: list[float] = []
    many = history.fill(store, snapshot, simulation, NOW, parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert many == store.count()
    by_code = {
        code: int(snapshot.ids[slot]) for code, slot in snapshot.slots.items() if isinstance(code, str)
    }

    level = instants(store.window([by_code["sim-duga-asam-tma"]]))
    assert level.min() == pytest.approx(NOW - 365 * DAY, abs=3601)
    assert level.max() <= NOW
    assert np.diff(level).min() > 0
    recent = level[level > NOW - 7 * DAY]
    assert np.quantile(np.diff(recent), 0.9) == 600
    vehicles = instants(store.window([by_code["sim-simpang-01-kendaraan"]]))
    assert vehicles.min() == pytest.approx(NOW - 7 * DAY, abs=601)
    assert len(vehicles) > 950

    quality = store.latest()["quality"].to_numpy()
    assert not (quality & int(Flag.GAP | Flag.FLAT | Flag.LATE)).any()
    assert (quality == 0).mean() > 0.98
    assert (NOW - instants(store.latest()) < 3600).all()


def test_the_time_between_two_runs_is_filled_and_nothing_twice(
    registered: list[Stream], store: DuckDBStore
) -> None:
    snapshot = load(Snapshot.empty())
    simulation = Simulation(registered[:40], "x")
    history.fill(store, snapshot, simulation, NOW, lambda part: None)
    before = store.count()
    later = NOW + 5 * 3600
    many = history.fill(store, snapshot, simulation, later, lambda part: None)
    assert store.count() == before + many
    assert many == pytest.approx(40 * 31, rel=0.05)
    start = datetime.fromtimestamp(NOW, UTC) + timedelta(microseconds=1)
    gone = store.window([int(i) for i in snapshot.ids], start)
    assert gone.num_rows == many
    assert store.revisions([int(i) for i in snapshot.ids]).num_rows == 0


def test_a_fill_that_was_broken_off_goes_on(
    registered: list[Stream], store: DuckDBStore, tmp_path: Path
) -> None:
    snapshot = load(Snapshot.empty())
    simulation = Simulation(registered[:60], "x")

    class Interrupted(Exception):
        pass

    def stop_half_way(part: float) -> None:
        if part > 0.4:
            raise Interrupted

    with pytest.raises(Interrupted):
        history.fill(store, snapshot, simulation, NOW, stop_half_way)
    half = store.count()
    rest = history.fill(store, snapshot, simulation, NOW, lambda part: None)
    assert half > 0
    assert store.count() == half + rest
    whole = DuckDBStore(tmp_path / "whole.duckdb")
    try:
        assert history.fill(whole, snapshot, simulation, NOW, lambda part: None) == half + rest
        assert whole.counts() == store.counts()
    finally:
        whole.close()


def test_streams_that_a_newer_version_brings_get_their_past_too(
    registered: list[Stream], store: DuckDBStore
) -> None:
    snapshot = load(Snapshot.empty())
    history.fill(store, snapshot, Simulation(registered[:20], "x"), NOW, lambda part: None)
    history.fill(store, snapshot, Simulation(registered[:24], "x"), NOW + 600, lambda part: None)
    counts = [store.counts().get(int(snapshot.ids[snapshot.slots[s.code]]), 0) for s in registered[:24]]
    assert min(counts[20:]) > 950
