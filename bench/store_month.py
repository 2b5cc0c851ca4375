"""A month of 10,000 datastreams, 100 M readings: what is asked most, memory, and how long a restart takes.

    python bench/store_month.py --json out.json

The readings go in by append(), a day at a time, and each day is settled as it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from _store import arguments, folder, median_ms, numbers, report, resident_mb, row
from jcoc.telemetry.stores.duckdb import DuckDBStore

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TO_REACH = {
    "count of all, ms": "< 10",
    "latest of all, ms": "< 10",
    "one stream's day, ms": "< 10",
    "its month by the hour, ms": "< 25",
    "serving, resident MB": "< 2,000",
    "restart, ms": "< 5,000",
    "restart after kill, ms": "< 5,000",
}


def fill(path: Path, rows: int, streams: int, days: int) -> dict[str, Any]:
    store = DuckDBStore(path)
    ids = np.arange(1, streams + 1)
    rounds = rows // (streams * days)
    step = 86_400_000_000 // rounds
    rng = np.random.default_rng(1)
    stalls: list[float] = []
    appending = settling = 0.0
    for day in range(days):
        start = int((FIRST + day * DAY).timestamp()) * 1_000_000
        begin = time.perf_counter()
        waiting = []
        for number in range(0, rounds, 10):
            several = range(number, min(number + 10, rounds))
            instants = np.concatenate([np.full(streams, start + one * step) for one in several])
            results = (20 + 5 * np.sin(ids / 100 + number / 50) + rng.normal(0, 0.2, streams)).round(2)
            waiting.append(
                store.append(numbers(np.tile(ids, len(several)), instants, np.tile(results, len(several))))
            )
            if len(waiting) > 4:
                waiting.pop(0).result()
        for future in waiting:
            future.result()
        appending += time.perf_counter() - begin
        if day == 0:
            continue
        # One reading after another goes on while the day before is settled: how long does the worst wait?
        done = threading.Event()

        def trickle(after: int = start + 86_399_000_000, done: threading.Event = done) -> None:
            count = 0
            while not done.is_set():
                begin = time.perf_counter()
                store.append(numbers(ids[:1], np.array([after + count]), np.array([1.0]))).result()
                stalls.append(time.perf_counter() - begin)
                count += 1

        beside = threading.Thread(target=trickle)
        beside.start()
        begin = time.perf_counter()
        store.settle((FIRST + day * DAY).date())
        settling += time.perf_counter() - begin
        done.set()
        beside.join()
        print(
            f"day {day + 1} of {days}: {store.count():,} rows, {resident_mb()} MB",
            file=sys.stderr,
            flush=True,
        )
    figures = {
        "stored, rows": store.count(),
        "append, rows/s": int(store.count() / appending),
        "settle, rows/s": int(store.count() / max(settling, 1e-9)),
        "append of one beside settle p99, ms": round(float(np.percentile(stalls, 99)) * 1000, 1),
        "append of one beside settle longest, ms": round(max(stalls) * 1000, 1),
        "filling, resident MB": resident_mb(),
    }
    begin = time.perf_counter()
    store.close()
    figures["close, ms"] = round((time.perf_counter() - begin) * 1000)
    figures["file, MB"] = round(path.stat().st_size / 1e6)
    return figures


def ask(path: Path, streams: int, days: int) -> dict[str, Any]:
    begin = time.perf_counter()
    store = DuckDBStore(path)
    figures: dict[str, Any] = {"restart, ms": round((time.perf_counter() - begin) * 1000)}
    rng = np.random.default_rng(2)
    chosen = rng.integers(1, streams + 1, 200).tolist()
    day = (FIRST + rng.integers(0, days - 1, 200) * DAY).tolist()
    end = FIRST + days * DAY
    hour = timedelta(hours=1)
    wib = timedelta(hours=7)
    questions = {
        "count of all": lambda _: store.count(),
        "counts": lambda _: store.counts(),
        "latest of all": lambda _: store.latest(),
        "one stream's day": lambda n: store.window([chosen[n]], day[n], day[n] + DAY),
        "its newest 60": lambda n: store.window([chosen[n]], order="desc", limit=60, start=end - DAY),
        "its month by the hour": lambda n: store.rollup([chosen[n]], FIRST, end, hour, utc_offset=wib),
        "ten streams' month by the day": lambda n: store.rollup(
            chosen[n : n + 10], FIRST, end, DAY, utc_offset=wib
        ),
    }
    for name, question in questions.items():
        middle, slow = median_ms(question)
        figures[f"{name}, ms"] = middle
        figures[f"{name} p95, ms"] = slow

    # The same while readings come in, a thousand at a time.
    done = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        ids = np.arange(1, 1001)
        while not done.is_set():
            instant = int(end.timestamp() * 1e6) + written * 1000
            store.append(numbers(ids, np.full(1000, instant), np.full(1000, 1.0))).result()
            written += 1

    beside = threading.Thread(target=write)
    beside.start()
    begin = time.perf_counter()
    for name in ("latest of all", "one stream's day", "its month by the hour"):
        middle, slow = median_ms(questions[name])
        figures[f"{name} while writing, ms"] = middle
        figures[f"{name} while writing p95, ms"] = slow
    done.set()
    beside.join()
    figures["written meanwhile, rows/s"] = int(written * 1000 / (time.perf_counter() - begin))
    figures["serving, resident MB"] = resident_mb()
    # Left as a kill -9 leaves it.
    print(json.dumps(figures), flush=True)
    os._exit(0)


def main() -> None:
    given = arguments(
        __doc__ or "",
        rows=(100_000_000, "readings"), streams=(10_000, "datastreams"), days=(30, "days"), step=("", "internal"),
    )  # fmt: skip
    if given.step == "ask":
        ask(given.folder, given.streams, given.days)
    with folder(given.folder) as made:
        path = made / "observations.duckdb"
        figures = fill(path, given.rows, given.streams, given.days)
        # A process of its own, so that its memory is that of serving.
        command = [sys.executable, __file__, "--step", "ask", "--folder", str(path)]
        command += ["--streams", str(given.streams), "--days", str(given.days)]
        figures |= json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        begin = time.perf_counter()
        store = DuckDBStore(path)
        figures["restart after kill, ms"] = round((time.perf_counter() - begin) * 1000)
        store.close()
    rows = []
    for what, measured in figures.items():
        name, _, unit = what.rpartition(", ")
        rows.append(row(name, measured, unit, TO_REACH.get(what, "–")))
    title = f"{given.rows // 1_000_000} M readings of {given.streams:,} datastreams in {given.days} days"
    report(
        title,
        rows,
        given.json,
        "Questions are asked of random datastreams and days; p95 stands beside the median.",
    )


if __name__ == "__main__":
    main()
