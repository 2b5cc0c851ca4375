"""The store alone: readings a second that are on disk, by batch size and batches under way, from one event loop.

python bench/store_append.py --json out.json
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from _store import arguments, folder, numbers, report, row
from jcoc.telemetry.stores.duckdb import DuckDBStore

STREAMS = 10_000
START = 1_772_323_200_000_000


def batches(size: int, count: int) -> list[pa.RecordBatch]:
    """Rows of the datastreams in turn, a second forward each time all have had one."""
    results = np.random.default_rng(1).normal(20, 5, size).round(2)
    made = []
    for number in range(count):
        place = np.arange(number * size, (number + 1) * size)
        made.append(numbers(place % STREAMS + 1, START + place // STREAMS * 1_000_000, results))
    return made


def measure(
    size: int, senders: int, to_reach: str, seconds: float, within: Path | None
) -> list[dict[str, Any]]:
    count = min(max(2 * senders, int(seconds * 2_000_000) // size), 40_000)
    work = batches(size, count)
    with folder(within) as made:
        store = DuckDBStore(made / "observations.duckdb")
        took: list[float] = []
        next_one = iter(work)

        async def send() -> None:
            while time.perf_counter() < stop and (batch := next(next_one, None)) is not None:
                begin = time.perf_counter()
                await asyncio.wrap_future(store.append(batch))
                took.append(time.perf_counter() - begin)

        async def send_all() -> None:
            await asyncio.gather(*(send() for _ in range(senders)))

        begin = time.perf_counter()
        stop = begin + seconds
        asyncio.run(send_all())
        spent = time.perf_counter() - begin
        assert store.count() == len(took) * size
        store.close()
    what = f"{size:,} a batch, {senders} under way"
    latency = [f"{np.percentile(took, part) * 1000:.1f}" for part in (50, 99, 100)]
    return [
        row(what, int(len(took) * size / spent), "readings/s", to_reach),
        row(f"{what}: acknowledged after, median / p99 / longest", " / ".join(latency), "ms"),
    ]


def main() -> None:
    # As the server does: the writer asks for the interpreter some times a commit, and would wait 5 ms for each.
    sys.setswitchinterval(0.0005)
    given = arguments(__doc__ or "", seconds=(5.0, "how long each case runs"))
    cases = [
        (1, 32, "4,000"), (1, 256, "10,000"), (1_000, 1, "–"), (1_000, 32, "–"), (10_000, 8, "–"), (100_000, 4, "–"),
    ]  # fmt: skip
    rows = [
        line
        for size, senders, to_reach in cases
        for line in measure(size, senders, to_reach, given.seconds, given.folder)
    ]
    report(
        "The store alone: append, acknowledged = on disk",
        rows,
        given.json,
        "One process holds the store and the event loop that sends; checkpoints are part of it.",
    )


if __name__ == "__main__":
    main()
