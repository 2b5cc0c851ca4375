"""Runs every benchmark of this folder, keeps the results as JSON and rewrites the tables of docs/performance.md.

    python bench/run.py            all of them
    python bench/run.py store      those whose name begins so

A benchmark is a file with `--json FILE`: it writes {"title", "command", "machine", "rows": [{"what", "measured",
"unit", "to_reach", …}], "notes": […]} and exits non-zero only when it could not measure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parent
ROOT = BENCH.parent
RESULTS = BENCH / "results"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HELPERS = {"run.py"}


def machine() -> str:
    """One line about this machine, without its name."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores, {model}, {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("prefix", nargs="?", default="")
    parser.add_argument(
        "--only-table", action="store_true", help="rewrite docs/performance.md from kept results"
    )
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    failed = []
    if not options.only_table:
        files = sorted(
            path for path in BENCH.glob("*.py") if path.name not in HELPERS and not path.name.startswith("_")
        )
        for number, path in enumerate(chosen := [f for f in files if f.name.startswith(options.prefix)], 1):
            print(f"[{number}/{len(chosen)}] {path.name}", flush=True)
            out = RESULTS / f"{path.stem}.json"
            done = subprocess.run(
                [sys.executable, str(path), "--json", str(out)],
                env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
                check=False,
            )
            if done.returncode:
                failed.append(path.name)
            else:
                result = json.loads(out.read_text())
                result |= {
                    "machine": machine(),
                    "measured_on": datetime.now(UTC).date().isoformat(),
                    "command": f"make bench ({path.name})",
                }
                out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    write_page([json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))])
    if failed:
        print("Not measured:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def write_page(results: list[dict[str, Any]]) -> None:
    parts = []
    for result in results:
        parts.append(
            f"### {result['title']}\n\n`{result['command']}` · {result['measured_on']} · {result['machine']}\n"
        )
        parts.append("| what | measured | to reach |\n|---|---:|---:|")
        parts += [
            f"| {row['what']} | {row['measured']} {row.get('unit', '')} | {row.get('to_reach', '–')} |".replace(
                " |", " |"
            )
            for row in result["rows"]
        ]
        parts += ["", *(f"{note}\n" for note in result.get("notes", []))]
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + "\n\n" + "\n".join(parts).strip() + "\n\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    sys.exit(main())
