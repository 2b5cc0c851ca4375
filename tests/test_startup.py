"""What starting costs every command: nothing heavy is imported that it may not need."""

from __future__ import annotations

from pathlib import Path

from support import jcoc

HEAVY = ("numpy", "pyarrow", "duckdb", "shapely", "pyproj", "holidays", "openpyxl", "typst", "uvicorn")
#: What only tests and demonstrations call.
OF_TESTS = (
    "django.test",
    "jcoc.programmes.air_quality.demonstration",
    "jcoc.programmes.air_quality.bad_input",
)
ASKED = f"import sys; print('IMPORTED', *sorted(set({HEAVY + OF_TESTS!r}) & set(sys.modules)))"


def test_a_command_imports_nothing_heavy_that_it_does_not_need(tmp_path: Path) -> None:
    done = jcoc(tmp_path, "manage", "shell", "--no-imports", "-c", ASKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "IMPORTED"
