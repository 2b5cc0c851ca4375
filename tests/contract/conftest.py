"""The programme of packages.py as an object, and folders of packages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.packages import PROGRAMME
from jcoc.contract.programme import Programme


def declared(code: str = "market") -> Programme:
    names: dict[str, Programme] = {}
    exec(PROGRAMME.format(code=code, dashed=code.replace("_", "-")), names)
    return names["PROGRAMME"]


@pytest.fixture
def market() -> Programme:
    return declared()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that Python imports from, as it does from site-packages."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "") or "").startswith(str(tmp_path)):
            del sys.modules[name]
