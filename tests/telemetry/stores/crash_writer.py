"""Run as a program by the crash tests: writes to a store until it is killed, and says on stdout what is acknowledged.

    python -m telemetry.stores.crash_writer PATH FIRST

Each line is the number of a batch. Batch n is BATCH readings of the instant n; each tenth is followed by a
correction of its first reading, each hundredth by settling.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jcoc.telemetry.stores.duckdb import DuckDBStore
from telemetry.stores.model import Row, batch_of

BATCH = 50
START = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=11)
IN_FLIGHT = 8


def rows(number: int) -> list[Row]:
    return [Row(stream, START + number * STEP, float(number)) for stream in range(BATCH)]


def correction(number: int) -> list[Row]:
    return [Row(0, START + number * STEP, number + 0.5)]


def main() -> None:
    store = DuckDBStore(Path(sys.argv[1]))
    number = int(sys.argv[2])
    waiting = []
    while True:
        futures = [store.append(batch_of(rows(number)))]
        if number % 10 == 0:
            futures.append(store.append(batch_of(correction(number))))
        waiting.append((number, futures))
        if len(waiting) == IN_FLIGHT:
            done, acknowledged = waiting.pop(0)
            for future in acknowledged:
                future.result()
            print(done, flush=True)
        if number % 100 == 99:
            store.settle((START + number * STEP).date())
        number += 1


if __name__ == "__main__":
    main()
