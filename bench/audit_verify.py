"""Verifying a chain of a million entries as it lies in the database, and a signed head with it.

python bench/audit_verify.py --json out.json
"""

from __future__ import annotations

import time

from _audit import installation
from _store import arguments, report, resident_mb, row

PART = 20_000


def main() -> None:
    given = arguments(__doc__ or "", entries=(1_000_000, "how long the chain is"))
    with installation(given.folder) as folder:
        from jcoc.trail.audit import services
        from jcoc.trail.audit.reading import verify_chain
        from jcoc.trail.audit.recording import record

        begin = time.perf_counter()
        for start in range(0, given.entries, PART):
            count = min(PART, given.entries - start)
            record("demo.row_added", "demo.row", range(start, start + count), detail={"rows": count})
        making = time.perf_counter() - begin
        megabytes = (folder / "jcoc.sqlite3").stat().st_size / 1e6
        before, heard = resident_mb(), 0

        def progress(_fraction: float, _text: str) -> None:
            nonlocal heard
            heard += 1

        begin, computed = time.perf_counter(), time.process_time()
        verdict = verify_chain(progress)
        spent, computed = time.perf_counter() - begin, time.process_time() - computed
        assert verdict.whole and verdict.entries == given.entries
        grown = resident_mb() - before
        services.sign_head()
        record("demo.row_added", "demo.row", range(1_000))
        begin = time.perf_counter()
        services.sign_head()
        daily = time.perf_counter() - begin
    rows = [
        row(f"verifying {given.entries:,} entries", f"{spent:.1f}", "s", "< 30 s"),
        row("of this, work of the processor", f"{computed:.1f}", "s"),
        row("entries a second", round(given.entries / spent), "entries/s"),
        row("progress was told", heard, "times"),
        row("memory that verifying takes", round(grown), "MB"),
        row("the daily head after 1,000 new entries", f"{daily * 1000:.0f}", "ms"),
        row("the database of these entries", round(megabytes), "MB"),
    ]
    report(
        "Audit trail: verification",
        rows,
        given.json,
        f"SQLite; the chain was appended at {given.entries / making:,.0f} entries/s, {PART:,} a transaction.",
    )


if __name__ == "__main__":
    main()
