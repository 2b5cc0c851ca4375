"""Batch ingest: 1,000 readings a request over 32 connections, against the store alone in the same run.

The server is a real `jcoc serve` with everything on: tokens, all checks, quality rules, DuckDB; a 201 means that
the readings are on disk. The load generator is a second process on the same machine, and the store alone has the
machine to itself: the same readings as Arrow batches of 1,000, 32 under way at any time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import numpy as np
import pyarrow as pa

from _server import json_option, load, report, serving
from jcoc.telemetry.stores.contract import OBSERVATIONS
from jcoc.telemetry.stores.duckdb import DuckDBStore

CONNECTIONS, BATCH, STREAMS, SECONDS = 32, 1000, 10_016, 10


def store_alone() -> float:
    """Readings a second of the store with Arrow batches."""
    streams = STREAMS // CONNECTIONS
    with tempfile.TemporaryDirectory(prefix="jcoc-bench-") as folder:
        store = DuckDBStore(Path(folder) / "observations.duckdb")
        under_way: deque = deque()
        kept, number, begin = 0, 0, time.perf_counter()
        while (passed := time.perf_counter() - begin) < SECONDS:
            connection, moment = number % CONNECTIONS, number // CONNECTIONS
            row = np.arange(BATCH)
            columns = {
                "datastream": pa.array(connection * streams + row % streams + 1),
                "phenomenon_time": pa.array(1_767_225_600_000_000 + moment * 1000 + row // streams),
                "result": pa.array(20 + row * 0.37),
                "quality": pa.array(np.zeros(BATCH, np.int32)),
            }
            arrays = [
                columns[f.name].cast(f.type) if f.name in columns else pa.nulls(BATCH, f.type)
                for f in OBSERVATIONS
            ]
            under_way.append(store.append(pa.record_batch(arrays, schema=OBSERVATIONS)))
            number += 1
            if len(under_way) == CONNECTIONS:
                under_way.popleft().result()
                kept += BATCH
        store.close()
        return kept / passed


def main() -> int:
    path = json_option(__doc__)
    alone = store_alone()
    with serving(STREAMS) as server:
        served = load(server, connections=CONNECTIONS, batch=BATCH, streams=STREAMS, seconds=SECONDS)
        memory = server.memory_mb()
    readings = served["readings_per_second"]
    report(
        {
            "title": "Batch ingest over HTTP, acknowledged = on disk",
            "rows": [
                {
                    "what": f"POST /ingest, {BATCH} readings a request, {CONNECTIONS} connections",
                    "measured": f"{readings:,.0f}",
                    "unit": "readings/s",
                    "to_reach": "500,000",
                },
                {
                    "what": "the store alone, Arrow batches of 1,000, 32 under way",
                    "measured": f"{alone:,.0f}",
                    "unit": "readings/s",
                    "to_reach": "–",
                },
                {
                    "what": "the one as a part of the other",
                    "measured": f"{100 * readings / alone:.0f}",
                    "unit": "%",
                    "to_reach": "20",
                },
                {
                    "what": "a request, median / 99th percentile",
                    "measured": f"{served['p50_ms']:.0f} / {served['p99_ms']:.0f}",
                    "unit": "ms",
                    "to_reach": "–",
                },
                {
                    "what": "largest resident size of the server",
                    "measured": f"{memory:,.0f}",
                    "unit": "MB",
                    "to_reach": "2,000",
                },
            ],
            "notes": [
                f"{STREAMS:,} datastreams with quality rules. The load generator ran on the same cores as the server."
            ],
        },
        path,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
