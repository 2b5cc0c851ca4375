"""The numbers of a chart's axis, as the browser's own code writes them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, absent

FRONTEND = ROOT / "src" / "jcoc" / "web" / "frontend"


@pytest.fixture(scope="module")
def format_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("format") / "format.cjs"
    esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
    source = FRONTEND / "src" / "core" / "format.ts"
    bundle = [str(esbuild), str(source), "--bundle", "--format=cjs", f"--outfile={out}", "--log-level=error"]
    subprocess.run(bundle, check=True, env={"PATH": f"{Path(node()).parent}:/usr/bin:/bin"})
    return out


def node() -> str:
    beside = Path(sys.executable).with_name("node")
    found = shutil.which("node") or (str(beside) if beside.exists() else "")
    if not found:
        absent("Node.js is not installed: make install")
    return found


@pytest.mark.parametrize(
    ("language", "step", "values", "expected"),
    [
        ("id", 0.05, [11.5, 11.55, 11.6], ["11,50", "11,55", "11,60"]),
        ("id", 0.1, [11.5, 11.6], ["11,5", "11,6"]),
        ("id", 0.001, [0.012, 0.013], ["0,012", "0,013"]),
        ("id", 20, [180, 200], ["180", "200"]),
        ("id", 2500, [-2500, 0, 2500], ["−2.500", "0", "2.500"]),
        ("en", 0.25, [1, 1.25], ["1.00", "1.25"]),
    ],
)
def test_neighbours_on_an_axis_are_told_apart(
    format_script: Path, language: str, step: float, values: list[float], expected: list[str]
) -> None:
    script = (
        f"const {{ Format }} = require({json.dumps(str(format_script))});"
        f"const format = new Format({json.dumps(language)}, {{}});"
        f"console.log(JSON.stringify({json.dumps(values)}.map((value) => format.tick(value, {step}))));"
    )
    done = subprocess.run([node(), "-e", script], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == expected
