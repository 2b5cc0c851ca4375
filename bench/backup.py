"""A backup of ten million observations and a million audit entries while readings come in, and its restore.

python bench/backup.py --json out.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from _server import COMMAND, ROOT, Server, json_option, load, report, serving

OBSERVATIONS = int(os.environ.get("JCOC_BENCH_OBSERVATIONS", "10000000"))
ENTRIES = int(os.environ.get("JCOC_BENCH_ENTRIES", "1000000"))
LOAD: dict[str, Any] = {"connections": 16, "streams": 1600, "batch": 100}

#: Past the pipeline, into the store itself: a thousand datastreams, a reading a minute.
LAY_OUT = """
import numpy as np, pyarrow as pa
from django.conf import settings
from jcoc.telemetry.stores.contract import INSTANT, OBSERVATIONS
from jcoc.telemetry.stores.duckdb import DuckDBStore
from jcoc.trail.audit.recording import record
store = DuckDBStore(settings.DATA_FOLDER.observations)
for first in range(0, %d, 100_000):
    n = np.arange(first, first + 100_000)
    results = np.random.default_rng(first).normal(20, 5, len(n)).round(2)
    given = {
        "datastream": pa.array(n %% 1000 + 1, pa.int64()),
        "phenomenon_time": pa.array(1_735_689_600_000_000 + n // 1000 * 60_000_000, pa.int64()).cast(INSTANT),
        "result": pa.array(results, pa.float64()), "quality": pa.array(np.zeros(len(n), np.int32)),
    }
    columns = [given.get(field.name, pa.nulls(len(n), field.type)) for field in OBSERVATIONS]
    store.append(pa.RecordBatch.from_arrays(columns, schema=OBSERVATIONS)).result()
store.close()
for first in range(0, %d, 10_000):
    record("bench.entry", "bench.thing", range(first, first + 10_000))
"""


def backup(server: Server, folder: Path) -> tuple[float, Path, dict[str, Any]]:
    begin = time.perf_counter()
    subprocess.run(
        [*COMMAND, "backup", str(folder)],
        env=os.environ | {"JCOC_DATA": str(server.data), "PYTHONPATH": str(ROOT / "src")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - begin
    archive = max(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    with zipfile.ZipFile(archive) as file:
        return seconds, archive, json.loads(file.read("manifest.json"))


def main() -> int:
    path = json_option(__doc__)
    with tempfile.TemporaryDirectory(prefix="jcoc-bench-") as made:
        folder = Path(made)
        with serving(LOAD["streams"], LAY_OUT % (OBSERVATIONS, ENTRIES)) as server:
            # The first one waits until the server has settled what was laid out.
            backup(server, folder / "first")
            lone, _archive, _manifest = backup(server, folder / "lone")
            quiet = load(server, **LOAD, day=0, seconds=10)
            # As long as the backup takes, so that the percentile is that of its time.
            command = {"day": 1, "seconds": round(max(1.3 * lone, 5), 1), "warm_up": 2}
            outcome: list[tuple[float, Path, dict[str, Any]]] = []
            beside = threading.Thread(target=lambda: outcome.append(backup(server, folder / "second")))
            threading.Timer(2, beside.start).start()
            loaded = load(server, **LOAD, **command)
            beside.join()
        seconds, archive, manifest = outcome[0]
        begin = time.perf_counter()
        subprocess.run(
            [*COMMAND, "restore", str(archive), "--into", str(folder / "restored")],
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        restored = time.perf_counter() - begin
        size = archive.stat().st_size / 1e6

    def row(what: str, measured: float, unit: str, to_reach: str = "–") -> dict[str, Any]:
        return {"what": what, "measured": measured, "unit": unit, "to_reach": to_reach}

    rows = [
        row("backup, without other work", round(lone, 1), "s"),
        row("backup, while readings come in", round(seconds, 1), "s"),
        row("every writer waits for", manifest["held_ms"], "ms"),
        row("size of the archive", round(size), "MB"),
        row("ingest p99 without a backup, 100 readings a request", round(quiet["p99_ms"], 1), "ms"),
        row("ingest p99 while a backup is made", round(loaded["p99_ms"], 1), "ms"),
        row("ingest without a backup", round(quiet["readings_per_second"]), "readings/s"),
        row("ingest while a backup is made", round(loaded["readings_per_second"]), "readings/s"),
        row("restore, with every check and the whole audit trail", round(restored, 1), "s"),
    ]
    notes = [
        f"{manifest['parts']['observations']['rows']:,} observations, {manifest['audit']['seq']:,} audit entries; "
        "load generator, server and command share the machine's cores."
    ]
    report({"title": "Backup and restore", "rows": rows, "notes": notes}, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
