"""The writer's thread goes on, whatever fails around it, and says when it cannot write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jcoc.telemetry.stores.contract import StoreError
from jcoc.telemetry.stores.duckdb import DuckDBStore
from telemetry.stores.contract_suite import STORED, at, put
from telemetry.stores.model import Row, batch_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    store = DuckDBStore(tmp_path / "observations.duckdb", checkpoint_at=1)
    yield store
    store.close()


def test_a_checkpoint_that_fails_ends_no_writing(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_path: Any) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "statvfs", gone)
    assert put(store, Row(1, at(1), 1.0)) == [STORED]
    assert put(store, Row(1, at(2), 2.0)) == [STORED]
    assert store.healthy()
    monkeypatch.undo()
    assert "Input/output error" in caplog.text


def test_a_store_whose_last_commit_failed_is_not_healthy(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.healthy()

    def fails(_tables: Any) -> Any:
        raise OSError(5, "Input/output error")

    commit = store._writer._commit
    monkeypatch.setattr(store._writer, "_commit", fails)
    with pytest.raises(StoreError, match="Input/output error"):
        store.append(batch_of([Row(1, at(1), 1.0)])).result(20)
    assert not store.healthy()
    monkeypatch.setattr(store._writer, "_commit", commit)
    assert put(store, Row(1, at(1), 1.0)) == [STORED]
    assert store.healthy()


def test_a_closed_store_is_not_healthy(tmp_path: Path) -> None:
    store = DuckDBStore(tmp_path / "observations.duckdb")
    store.close()
    assert not store.healthy()
