"""Copies of the store at one moment, while it is written to, settled and folded together."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from jcoc.telemetry.stores.contract import OBSERVATIONS, StoreError
from jcoc.telemetry.stores.duckdb import DuckDBStore
from jcoc.telemetry.stores.duckdb_copy import HeldFile, facts_of

START = datetime(2026, 3, 1, tzinfo=UTC)


def batch(first: int, count: int) -> pa.Table:
    """Observations number `first` and following, a second apart, of ten datastreams in turn."""
    numbers = np.arange(first, first + count)
    at = (numbers * 1_000_000 + int(START.timestamp()) * 1_000_000).astype("datetime64[us]")
    columns = {
        "datastream": pa.array(numbers % 10 + 1, pa.int64()),
        "phenomenon_time": pa.array(at, OBSERVATIONS.field("phenomenon_time").type),
        "result": pa.array(numbers.astype(float)),
        "quality": pa.array(np.zeros(count, np.int32)),
    }
    return pa.table(
        {field.name: columns.get(field.name, pa.nulls(count, field.type)) for field in OBSERVATIONS},
        schema=OBSERVATIONS,
    )


def copied(held: HeldFile, into: Path) -> dict[str, object]:
    into.mkdir()
    try:
        names, facts = held.copy(into, lambda _size: None)
    finally:
        held.release()
    assert names == ["observations.duckdb"]
    assert [path.name for path in into.iterdir()] == names  # the log is folded in
    return facts


def test_copies_under_load_are_each_a_beginning_of_what_was_written(tmp_path: Path) -> None:
    """Batches of many sizes, beyond the engine's row group, while days are settled and the log is folded in."""
    store = DuckDBStore(tmp_path / "observations.duckdb", checkpoint_at=256 * 1024)
    answered, stop = [0], threading.Event()

    def write() -> None:
        first = 0
        for size in [1, 1000, 130_000, 10, 4000] * 1000:
            if stop.is_set():
                return
            store.append(batch(first, size)).result()
            first += size
            answered[0] = first

    def settle() -> None:
        while not stop.is_set():
            store.settle(date(2027, 1, 1))
            stop.wait(0.05)

    threads = [threading.Thread(target=work) for work in (write, settle)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            before = answered[0]
            with store.settled():
                held = store.hold()
            facts = copied(held, tmp_path / str(number))
            after = answered[0]
            rows = facts["rows"]
            assert isinstance(rows, int)
            assert before <= rows <= after + 130_000
            kept = DuckDBStore(tmp_path / str(number) / "observations.duckdb")
            newest = (
                kept.window([int((rows - 1) % 10 + 1)], order="desc", limit=1)["result"][0].as_py()
                if rows
                else -1
            )
            assert newest == rows - 1
            kept.close()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        store.close()


def test_nothing_is_folded_together_while_it_is_held(tmp_path: Path) -> None:
    store = DuckDBStore(tmp_path / "observations.duckdb", checkpoint_at=1)
    log = tmp_path / "observations.duckdb.wal"
    held = store.hold()
    store.append(batch(0, 5000)).result()
    store.append(batch(5000, 5000)).result()
    assert log.stat().st_size > 5000
    assert copied(held, tmp_path / "copy")["rows"] == 0
    held.release()  # a second time changes nothing
    store.append(batch(10_000, 10)).result()
    store.append(batch(10_010, 10)).result()
    store.close()
    assert facts_of(tmp_path / "observations.duckdb")["rows"] == 10_020


def test_what_was_replaced_is_in_the_copy(tmp_path: Path) -> None:
    store = DuckDBStore(tmp_path / "observations.duckdb")
    store.append(batch(0, 100)).result()
    corrected = batch(0, 100).set_column(4, OBSERVATIONS.field(4), pa.array(np.full(100, -1.0)))
    store.append(corrected).result()
    facts = copied(store.hold(close=True), tmp_path / "copy")
    assert (facts["rows"], facts["revisions"]) == (100, 100)
    appended: Future[object] = store.append(batch(0, 1))  # type: ignore[assignment]
    with pytest.raises(StoreError, match="closed"):
        appended.result()


@pytest.mark.parametrize("damage", ["fold", "cut", "other"])
def test_a_copy_that_is_not_what_was_held_is_refused(tmp_path: Path, damage: str) -> None:
    store = DuckDBStore(tmp_path / "observations.duckdb")
    store.append(batch(0, 5000)).result()
    held = store.hold()
    (into := tmp_path / "copy").mkdir()
    if damage == "fold":
        with store._file.cursor() as cursor:
            cursor.execute("CHECKPOINT")
    elif damage == "cut":
        held.file_length += 1
    else:
        held.counts[1] += 1
    sentences: dict[str, str] = {
        "fold": "folded together|shorter",
        "cut": "became shorter",
        "other": "other observations",
    }
    with pytest.raises(StoreError, match=sentences[damage]):
        held.copy(into, lambda _size: None)
    held.release()
    store.close()
