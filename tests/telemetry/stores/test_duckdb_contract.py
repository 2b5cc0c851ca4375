"""The DuckDB store keeps the contract; and what is its own: the file and who may open it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from jcoc.telemetry.stores.contract import StoreError
from jcoc.telemetry.stores.duckdb import DuckDBStore
from telemetry.stores.contract_suite import OpenStore, StoreContract, at, put
from telemetry.stores.model import Row


class TestDuckDBContract(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[OpenStore]:
        yield lambda: DuckDBStore(tmp_path / "observations.duckdb")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "observations.duckdb"


def test_a_second_process_is_refused_in_a_sentence(path: Path) -> None:
    store = DuckDBStore(path)
    code = f"from jcoc.telemetry.stores.duckdb import DuckDBStore as S, Path; S(Path({str(path)!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    store.close()
    assert other.returncode == 1
    assert "StoreError: The observations in" in other.stderr
    assert "are open in another process" in other.stderr


def test_a_second_store_in_one_process_is_refused(path: Path) -> None:
    store = DuckDBStore(path)
    with pytest.raises(StoreError, match="already open in this process"):
        DuckDBStore(path)
    store.close()
    DuckDBStore(path).close()


def test_a_newer_form_is_refused_and_left_alone(path: Path) -> None:
    DuckDBStore(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    content = path.read_bytes()
    with pytest.raises(StoreError, match=r"written by a newer jcoc \(form 99; this one knows up to 1\)"):
        DuckDBStore(path)
    assert path.read_bytes() == content


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("not a database" * 1000)
    with pytest.raises(StoreError, match="not a valid DuckDB database"):
        DuckDBStore(text)
    with duckdb.connect(str(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE something (x INTEGER)")
    with pytest.raises(StoreError, match="not one of jcoc's"):
        DuckDBStore(tmp_path / "other")
    with pytest.raises(StoreError):
        DuckDBStore(tmp_path / "missing" / "folder")


def test_settled_days_lie_sorted_and_summaries_agree(path: Path) -> None:
    store = DuckDBStore(path)
    put(store, *(Row(stream, at(hour), float(hour)) for hour in range(60) for stream in (3, 1, 2)))
    store.settle(date(2026, 3, 3))
    put(store, Row(1, at(23), 99.0), Row(2, at(3.5), 1.0), Row(3, at(0), -1.0))
    store.delete(2, at(20), at(24))
    store.close()
    with duckdb.connect(str(path)) as connection:
        rows = connection.execute(
            "SELECT phenomenon_time::DATE, datastream, phenomenon_time FROM settled ORDER BY rowid"
        ).fetchall()
        assert rows == sorted(rows)
        assert len(rows) == 3 * 48 - 2 - 4
        summaries = connection.execute(
            "SELECT day, datastream, count, phenomenon_time, result FROM day_summary ORDER BY ALL"
        ).fetchall()
        assert (
            summaries
            == connection.execute(
                "SELECT phenomenon_time::DATE, datastream, count(*), max(phenomenon_time), "
                "arg_max(result, phenomenon_time) FROM settled GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        )
