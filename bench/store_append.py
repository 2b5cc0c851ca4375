"""The store alone: readings a second that are on disk, by batch size, with Arrow batches from as many senders.

python bench/store_append.py --json out.json
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pyarrow as pa

from jcoc.telemetry.stores.duckdb import DuckDBStore
from store_common import arguments, folder, numbers, report

STREAMS = 10_000
START = 1_772_323_200_000_000


def batches(size: int, count: int) -> list[pa.RecordBatch]:
    """Rows of the datastreams in turn, a second forward each time all have had one."""
    results = np.random.default_rng(1).normal(20, 5, size).round(2)
    made = []
    for number in range(count):
        row = np.arange(number * size, (number + 1) * size)
        made.append(numbers(row % STREAMS + 1, START + row // STREAMS * 1_000_000, results))
    return made


def measure(size: int, senders: int, seconds: float, within: Any) -> dict[str, Any]:
    count = min(max(2 * senders, int(seconds * 2_000_000) // size), 40_000)
    work = batches(size, count)
    with folder(within) as made:
        store = DuckDBStore(made / "observations.duckdb")
        took: list[float] = []
        next_one = iter(work)
        lock = threading.Lock()
        stop = time.perf_counter() + seconds

        def send() -> None:
            while time.perf_counter() < stop:
                with lock:
                    batch = next(next_one, None)
                if batch is None:
                    return
                begin = time.perf_counter()
                store.append(batch).result()
                took.append(time.perf_counter() - begin)

        begin = time.perf_counter()
        threads = [threading.Thread(target=send) for _ in range(senders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = time.perf_counter() - begin
        assert store.count() == len(took) * size
        store.close()
    return {
        "rows a batch": size,
        "senders": senders,
        "rows": len(took) * size,
        "rows/s": int(len(took) * size / spent),
        "batches/s": round(len(took) / spent, 1),
        "median ms": round(float(np.median(took)) * 1000, 2),
        "p99 ms": round(float(np.percentile(took, 99)) * 1000, 2),
        "max ms": round(max(took) * 1000, 1),
    }


def main() -> None:
    given = arguments(__doc__ or "", seconds=(5.0, "how long each case runs"))
    cases = [(1, 32), (1, 256), (1_000, 1), (1_000, 32), (10_000, 4), (100_000, 2)]
    rows = [measure(size, senders, given.seconds, given.folder) for size, senders in cases]
    report("Append, acknowledged = on disk", rows, given.json)


if __name__ == "__main__":
    main()
