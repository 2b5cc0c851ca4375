"""A package outside the house measures its own grade, with one line in its settings and one in its test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract.packages import Package
from jcoc.contract.grade import CHECKS
from support import ROOT

SETTINGS = """
[tool.pytest.ini_options]
addopts = "-p jcoc.contract.testing.plugin"
"""
TEST = """
from jcoc.contract.testing.suite import grade_test

test_the_grade = grade_test("{code}")
"""
ONE_BY_ONE = "[Stall.objects.get(pk=each.pk).name for each in Stall.objects.all()]"
TAKEN = "return client.get('/programmes/flawed/stalls/')"
#: One query a row, a place of one city, bad input that is taken, one language, a picture without words.
FLAWED = Package(
    "flawed",
    {"bench.py": None},
    changes=(
        ("views.py", "page = Paginator(", f"{ONE_BY_ONE}\n    page = Paginator("),
        ("rows.py", 'Place.objects.get(level="kota").code', '"15.71"'),
        ("demonstration.py", "stall.full_clean()", TAKEN),
        ("templates/{code}/stalls.html", "Lapak{% else %}Stalls", "Stalls{% else %}Stalls"),
        ("templates/{code}/stalls.html", "<ul>", "<img src='/static/none.png'><ul>"),
    ),
)


def _project(folder: Path, package: Package) -> Path:
    (folder / "site").mkdir(parents=True)
    (folder / "tests").mkdir()
    package.write(folder / "site")
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "tests" / "test_grade.py").write_text(TEST.format(code=package.code))
    return folder


def _test(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(ROOT / "src"), str(folder / "site")))
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("JCOC_", "PYTEST_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, env=inherited | {"PYTHONPATH": paths} | settings, capture_output=True, text=True, timeout=250,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("grades")
def test_a_whole_programme_reaches_platinum_and_keeps_it(tmp_path: Path) -> None:
    project = _project(tmp_path, Package("market"))
    assert "There is no grade.json" in _test(project).stdout
    done = _test(project, JCOC_WRITE_GRADES="1")
    assert done.returncode == 0, done.stdout
    kept = json.loads((project / "site" / "market" / "grade.json").read_text())
    assert kept["measured"] == {check.code: [] for check in CHECKS if check.measured}
    (project / "site" / "market" / "README.md").write_text("other")
    assert "The sources are no longer those that were measured" in _test(project).stdout


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("grades")
def test_what_a_flawed_programme_misses_is_named(tmp_path: Path) -> None:
    project = _project(tmp_path, FLAWED)
    done = _test(project, JCOC_WRITE_GRADES="1")
    assert done.returncode == 0, done.stdout
    measured = json.loads((project / "site" / "flawed" / "grade.json").read_text())["measured"]
    assert [item.partition(":")[0] for item in measured["sql_constant"]] == ["pages[stalls]"]
    assert measured["bad_input_refused"] == ["bad_input[no-name]: not refused"]
    assert measured["bench"] == ["bench.py"]
    assert "pages[stalls] operator en: not translated" in measured["pages_answer"]
    assert "pages[stalls] operator id: image-alt" in measured["pages_accessible"]
    assert any("there is no place '15.71'" in item for item in measured["second_city"])
    assert measured["recomputes"] == []
    assert measured["browser_roles"] == []
