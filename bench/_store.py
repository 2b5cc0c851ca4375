"""What the store's benchmarks share: batches, a folder that goes away, the table and the JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from jcoc.telemetry.stores.contract import INSTANT, OBSERVATIONS


def numbers(datastreams: np.ndarray, microseconds: np.ndarray, results: np.ndarray) -> pa.RecordBatch:
    rows = len(results)
    given = {
        "datastream": pa.array(datastreams, pa.int64()),
        "phenomenon_time": pa.array(microseconds, pa.int64()).cast(INSTANT),
        "result": pa.array(results, pa.float64()),
        "quality": pa.array(np.zeros(rows, np.int32)),
    }
    columns = [given.get(field.name, pa.nulls(rows, field.type)) for field in OBSERVATIONS]
    return pa.RecordBatch.from_arrays(columns, schema=OBSERVATIONS)


def arguments(description: str, **options: tuple[Any, str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--folder", type=Path, help="make the temporary folder in this one")
    for name, (default, text) in options.items():
        parser.add_argument(
            f"--{name}", type=type(default), default=default, help=f"{text} (default {default})"
        )
    return parser.parse_args()


@contextmanager
def folder(within: Path | None) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="jcoc-bench-", dir=within))
    try:
        yield made
    finally:
        shutil.rmtree(made)


def median_ms(ask: Callable[[int], Any], times: int = 50) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, of asking with 0, 1, 2 …; the first is not counted."""
    took = []
    for number in range(times + 1):
        start = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - start) * 1000)
    return round(float(np.median(took[1:])), 2), round(float(np.percentile(took[1:], 95)), 2)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def row(what: str, measured: Any, unit: str, to_reach: str = "–") -> dict[str, Any]:
    return {"what": what, "measured": measured, "unit": unit, "to_reach": to_reach}


def report(title: str, rows: list[dict[str, Any]], to: Path | None, *notes: str) -> None:
    """Print the rows as a table and write them as bench/run.py wants them."""
    print(f"\n{title}")
    lines = [("what", "measured", "unit", "to reach")]
    for one in rows:
        measured, unit = one["measured"], one["unit"]
        shown = f"{measured:,}" if isinstance(measured, int | float) else measured
        lines.append((one["what"], shown, unit, one["to_reach"]))
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for note in notes:
        print(note)
    if to is not None:
        machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
        result = {"title": title, "machine": machine, "rows": rows, "notes": list(notes)}
        to.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
