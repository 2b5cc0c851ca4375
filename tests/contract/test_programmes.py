"""Every programme there is: its kept grade is what the checks find, and none of the house's own is left out."""

from __future__ import annotations

import pytest

from jcoc.contract import registry
from jcoc.contract.testing.suite import grade_test
from support import ROOT

FOLDERS = sorted(path.parent.name for path in (ROOT / "src/jcoc/programmes").glob("*/programme.py"))

for _found in registry.running():
    # Chromium and a server: those that share a machine take turns.
    _test = pytest.mark.xdist_group("grades")(pytest.mark.browser(grade_test(_found.code)))
    globals()[f"test_the_grade_of_{_found.code}"] = _test


def test_nothing_keeps_a_programme_out() -> None:
    assert [str(fault) for fault in registry.faults()] == []


def test_every_programme_of_the_house_runs() -> None:
    """One that does not stands in no entry point of pyproject.toml, or jcoc was not installed since."""
    assert sorted(each.code for each in registry.running() if each.package.startswith("jcoc.")) == FOLDERS
