"""Entries a second that are on disk, one and a hundred a transaction, beside the same inserts without a chain.

python bench/audit_append.py --json out.json
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from _audit import installation
from _store import arguments, report, row

SECONDS = 4.0


def a_second(once: Callable[[], int], seconds: float) -> float:
    """How many entries a second `once` appends, which says how many it did."""
    once()
    done, begin = 0, time.perf_counter()
    while (spent := time.perf_counter() - begin) < seconds:
        done += once()
    return done / spent


def syncs_a_second(folder: Path, seconds: float) -> float:
    """What the disk does: 4 KB appended and synchronised, over and over."""
    with (folder / "sync").open("wb", buffering=0) as file:

        def once() -> int:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            return 1

        return a_second(once, seconds)


def main() -> None:
    given = arguments(__doc__ or "", seconds=(SECONDS, "how long each case runs"))
    with installation(given.folder) as folder:
        from django.db import connection, transaction

        from jcoc.trail.audit.recording import _INSERT, record

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare AS SELECT * FROM audit_entry WHERE 0")
            cursor.execute("CREATE UNIQUE INDEX bare_seq ON bare (seq)")
            for columns in ("actor, seq", "action, seq", "at", "kind, object, seq"):
                cursor.execute(f"CREATE INDEX bare_{columns[:4].strip(',')} ON bare ({columns})")
        insert = _INSERT.replace("audit_entry", "bare")
        number = 0

        def bare(size: int) -> int:
            nonlocal number
            rows = []
            for _ in range(size):
                number += 1
                rest = ("system", "test.look", "test.thing", str(number), "", "", "", "", "0" * 64, "0" * 64)
                rows.append((number, "2026-11-24 17:00:00.000001", *rest))
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(insert, rows)
            return size

        def chained(size: int) -> int:
            nonlocal number
            number += size
            record("test.look", "test.thing", range(number, number + size))
            return size

        rows = [row("this disk: 4 KB and a sync, alone", round(syncs_a_second(folder, 1)), "a second")]

        def compare(size: int, what: str, to_reach: str = "–") -> None:
            alone = a_second(lambda: bare(size), given.seconds)
            chain = a_second(lambda: chained(size), given.seconds)
            rows.extend(
                [
                    row(f"{what}: into the chain", round(chain), "entries/s", to_reach),
                    row(f"{what}: the same inserts without a chain", round(alone), "entries/s"),
                    row(f"{what}: chain to engine alone", f"{chain / alone:.2f}", ""),
                ]
            )

        compare(1, "1 a transaction", "≥ 2,000")
        compare(100, "100 a transaction", "≥ 2,000")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        compare(1, "1 a transaction, not waiting for the disk")
    report(
        "Audit trail: entries a second, on disk",
        rows,
        given.json,
        "One writer on SQLite (write-ahead log, full synchronisation); an entry is there when its transaction has been "
        "synchronised, so one a transaction cannot be faster than the disk syncs. Without waiting "
        "for it (never so in use) the same code shows what it takes itself.",
    )


if __name__ == "__main__":
    main()
