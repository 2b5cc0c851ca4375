"""Dotted paths are told apart without running what only tests call."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jcoc.contract import paths

MODULE = """
raise RuntimeError("it runs")


def stands_here(): ...


class Other: ...


also = stands_here
"""


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("pathed.things:stands_here", True),
        ("pathed.things:Other", False),
        ("pathed.things:also", False),
        ("pathed.things:nothing", False),
        ("pathed.nowhere:stands_here", False),
        ("nowhere.at_all:stands_here", False),
        ("pathed.things", False),
        ("pathed.torn:stands_here", False),
        ("", False),
    ],
)
def test_a_function_is_told_without_running_its_module(site: Path, path: str, there: bool) -> None:
    (site / "pathed").mkdir()
    (site / "pathed" / "__init__.py").write_text("")
    (site / "pathed" / "things.py").write_text(MODULE)
    (site / "pathed" / "torn.py").write_text("def stands_here(:\n")
    assert paths.is_function(path) is there
    assert "pathed.things" not in sys.modules
