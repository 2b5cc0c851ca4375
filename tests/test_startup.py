"""What starting costs every command: nothing heavy is imported that it may not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support import environment, jcoc, set_up

HEAVY = ("numpy", "pyarrow", "duckdb", "shapely", "pyproj", "holidays", "openpyxl", "typst", "uvicorn")
#: What only tests and demonstrations call.
OF_TESTS = (
    "django.test",
    "jcoc.programmes.air_quality.demonstration",
    "jcoc.programmes.air_quality.bad_input",
)
ASKED = f"import sys; print('IMPORTED', *sorted(set({HEAVY + OF_TESTS!r}) & set(sys.modules)))"
#: What brings the database up to date, as each start of a server does, too.
SET_UP = f"""
import atexit, sys
atexit.register(lambda: exec({ASKED!r}))
sys.argv = ["jcoc", "setup"]
from jcoc.cli import main
main()
"""


def test_a_command_imports_nothing_heavy_that_it_does_not_need(tmp_path: Path) -> None:
    done = jcoc(tmp_path, "manage", "shell", "--no-imports", "-c", ASKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "IMPORTED"


def test_nor_does_a_start_that_finds_everything_as_it_should_be(tmp_path: Path) -> None:
    data = set_up(tmp_path / "d")
    done = subprocess.run(
        [sys.executable, "-c", SET_UP], env=environment(data), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "IMPORTED"
