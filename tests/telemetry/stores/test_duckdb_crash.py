"""Power cuts, kill -9 and full disks: what was acknowledged stays, a commit is whole or not there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jcoc.telemetry.stores.contract import StoreFull
from jcoc.telemetry.stores.duckdb import DuckDBStore
from support import missing_program, small_disk
from telemetry.stores.contract_suite import at, put
from telemetry.stores.crash_writer import BATCH, START, STEP
from telemetry.stores.model import Row, numbers_of, rows_of

TESTS = Path(__file__).parents[2]
NAME = "observations.duckdb"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])}


# A log cut short


def snapshot(folder: Path, to: Path) -> Path:
    """The files of a store that is open, as a kill -9 would leave them."""
    to.mkdir()
    for name in (NAME, NAME + ".wal"):
        if (folder / name).exists():
            shutil.copy(folder / name, to / name)
    return to / NAME


def log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "step"), [("append", 1), ("correction", 41), ("settle", 97)])
def test_a_log_cut_at_any_byte_of_the_last_commit_opens(tmp_path: Path, kind: str, step: int) -> None:
    """Every byte of an append; of the longer commits each step-th, and the ends. (All bytes of them pass too.)"""
    store = DuckDBStore(tmp_path / NAME)
    put(store, Row(1, at(1), 1.0), Row(2, at(1), 1.0), Row(1, at(30), 3.0))
    store.settle(at(0, 2).date())
    put(store, Row(1, at(2), 2.0))
    before = snapshot(tmp_path, tmp_path / "before")
    old = state(store)
    if kind == "append":
        put(store, Row(1, at(3), 4.0), Row(3, at(4), None, json='"word"'))
    elif kind == "correction":
        put(store, Row(1, at(1), 1.5), Row(1, at(30), 3.5), Row(2, at(9), 1.0))
    else:
        store.settle(at(0, 3).date())
    new = state(store)
    after = snapshot(tmp_path, tmp_path / "after")
    store.close()

    start, log = log_of(before).stat().st_size, log_of(after).read_bytes()
    assert log[:start] == log_of(before).read_bytes()
    assert len(log) > start
    work = tmp_path / "work"
    for length in sorted({*range(start, len(log) + 1, step), start + 1, len(log) - 1, len(log)}):
        work.mkdir()
        shutil.copy(after, work / NAME)
        (work / (NAME + ".wal")).write_bytes(log[:length])
        store = DuckDBStore(work / NAME)
        expected = new if length == len(log) else old
        assert state(store) == expected, f"cut after {length} of {len(log)} bytes"
        if length in (start, start + 1, (start + len(log)) // 2, len(log) - 1):
            # What is written after the cut must outlive a second crash.
            put(store, Row(5, at(50), 5.0))
            grown = state(store)
            again = snapshot(work, work / "again")
            store.close()
            store = DuckDBStore(again)
            assert state(store) == grown
            assert store.count([5]) == 1
        store.close()
        shutil.rmtree(work)


def state(store: DuckDBStore) -> tuple[Any, ...]:
    streams = list(range(10))
    return (
        rows_of(store.window(streams)),
        rows_of(store.revisions(streams).drop_columns(["replaced"])),
        rows_of(store.latest()),
        store.counts(),
    )


def test_a_log_cut_within_a_batch_larger_than_a_row_group(tmp_path: Path) -> None:
    """Such a batch is written into the file itself; the log only points to it."""
    rows = 300_000
    batch = numbers_of(np.arange(rows) % 1000, np.arange(rows), np.random.default_rng(1).random(rows))
    store = DuckDBStore(tmp_path / NAME)
    put(store, Row(1, at(1), 1.0))
    start = log_of(tmp_path / NAME).stat().st_size
    store.append(batch).result(30)
    after = snapshot(tmp_path, tmp_path / "after")
    store.close()
    log = log_of(after).read_bytes()
    work = tmp_path / "work"
    cuts = sorted(
        {start, start + 1, len(log) - 1, len(log), *random.Random(1).choices(range(start, len(log)), k=25)}
    )
    for length in cuts:
        work.mkdir()
        shutil.copy(after, work / NAME)
        (work / (NAME + ".wal")).write_bytes(log[:length])
        store = DuckDBStore(work / NAME)
        assert store.count() == (rows + 1 if length == len(log) else 1)
        assert store.window(range(1000)).num_rows == store.count()
        store.close()
        shutil.rmtree(work)


# kill -9


def test_kill_under_load_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    rounds, chance = 5, random.Random(20261124)
    path, acknowledged = tmp_path / NAME, -1
    for _ in range(rounds):
        writer = subprocess.Popen(
            [sys.executable, "-m", "telemetry.stores.crash_writer", str(path), str(acknowledged + 1)],
            env=environment(), text=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert writer.stdout is not None
        for _ in range(chance.randint(1, 350)):
            line = writer.stdout.readline()
            assert line, "the writer ended by itself"
            acknowledged = int(line)
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        writer.wait()
        writer.stdout.close()

        store = DuckDBStore(path)
        table = store.window(range(BATCH))
        keys = set(zip(table["datastream"].to_pylist(), table["phenomenon_time"].to_pylist(), strict=True))
        assert len(keys) == table.num_rows == store.count(), "a reading is doubled"
        whole = table.num_rows // BATCH
        assert table.num_rows == whole * BATCH, "half a batch was kept"
        assert whole > acknowledged, "an acknowledged batch is lost"
        times = sorted({time for _, time in keys})
        assert times == [START + number * STEP for number in range(whole)]
        first = {row.time: row.result for row in rows_of(store.window([0]))}
        for number in range(0, acknowledged + 1, 10):
            assert first[START + number * STEP] == number + 0.5, "an acknowledged correction is lost"
        replaced = rows_of(store.revisions([0]).drop_columns(["replaced"]))
        before = {row.time for row in replaced if row.result == int(row.result or 0)}
        assert {time for time, result in first.items() if result % 1 == 0.5} <= before, "a revision is lost"
        assert store.latest()["result"].to_pylist()[1:] == [whole - 1.0] * (BATCH - 1)
        store.close()


# The sync to disk before the acknowledgement


def test_the_log_is_synced_before_the_acknowledgement(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        missing_program("strace")
    trace = tmp_path / "trace"
    code = (
        "import os, pathlib, sys; from telemetry.stores.crash_writer import *\n"
        "store = DuckDBStore(pathlib.Path(sys.argv[1]))\n"
        "for number in range(20):\n"
        "    os.write(1, b'begin\\n'); store.append(batch_of(rows(number))).result(); os.write(1, b'acknowledged\\n')\n"
        "os._exit(0)"
    )
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,write,pwrite64", "-o", str(trace), sys.executable, "-c",
         code, str(tmp_path / NAME)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("strace may not trace here: run the test with CAP_SYS_PTRACE")
    assert done.stdout.count("acknowledged") == 20, done.stderr
    synced, written = False, False
    acknowledged = 0
    in_call: set[str] = set()  # threads within a call on the log that strace shows in two halves
    for line in trace.read_text().splitlines():
        thread = line.split()[0]
        if '"begin' in line:
            synced = written = False
        elif '"acknowledged' in line:
            assert written, "acknowledged before anything was written"
            assert synced, "acknowledged before the last write was synced"
            acknowledged += 1
        elif f"{NAME}.wal>" in line and "unfinished" in line:
            in_call.add(thread)
        elif f"{NAME}.wal>" in line or ("resumed>" in line and thread in in_call):
            in_call.discard(thread)
            if "write" in line:
                written, synced = True, False
            elif "sync" in line and line.rstrip().endswith("= 0"):
                synced = True
    assert acknowledged == 20


# A full disk


def filler(number: int) -> list[Row]:
    """A second of 2,000 datastreams."""
    return [Row(stream, at(0) + timedelta(seconds=number), random.random()) for stream in range(2000)]


@pytest.mark.parametrize("checkpoint_at", [32 * 1024 * 1024, 256 * 1024])
def test_a_full_disk_is_told_and_readings_are_taken_again_when_there_is_room(
    tmp_path: Path, checkpoint_at: int
) -> None:
    with small_disk(tmp_path / "disk", 30) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 12_000_000)
        store = DuckDBStore(disk / NAME, checkpoint_at=checkpoint_at)
        kept = 0
        with pytest.raises(StoreFull, match="disk is full"):
            while kept < 2000:
                put(store, *filler(kept))
                kept += 1
        assert kept > 10
        for _ in range(3):
            with pytest.raises(StoreFull):
                put(store, *filler(kept))
        assert store.count() == kept * 2000 == store.window(range(2000)).num_rows
        with pytest.raises(StoreFull):
            store.settle(at(0, 9).date())
        assert store.count() == kept * 2000 == store.window(range(2000)).num_rows

        ballast.unlink()
        put(store, *filler(kept))
        assert store.settle(at(0, 9).date()) == (kept + 1) * 2000
        assert store.window(range(2000)).num_rows == (kept + 1) * 2000
        latest = store.latest()
        store.close()
        store = DuckDBStore(disk / NAME)
        assert store.count() == (kept + 1) * 2000
        assert store.latest() == latest
        store.close()


LIMITED = """
import pathlib, resource, sys
from telemetry.stores.test_duckdb_crash import *
from telemetry.stores.contract_suite import put
store = DuckDBStore(pathlib.Path(sys.argv[1]), checkpoint_at=300_000)
put(store, *filler(0))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
kept = 1
try:
    while kept < 1000:
        put(store, *filler(kept))
        kept += 1
except StoreFull as error:
    print("full after", kept, file=sys.stderr)
assert kept < 1000
assert store.window(range(2000)).num_rows == store.count() == kept * 2000
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
put(store, *filler(kept))
assert store.window(range(2000)).num_rows == store.count() == (kept + 1) * 2000
store.close()
print(kept + 1)
"""


def test_a_checkpoint_that_fails_half_way_is_got_over(tmp_path: Path) -> None:
    """A limit on file sizes lets the log grow and the file not: the engine then refuses all until opened again."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / NAME)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "could not be folded in" in done.stderr
    assert "opening it again" in done.stderr
    store = DuckDBStore(tmp_path / NAME)
    assert store.count() == int(done.stdout) * 2000
    store.close()
