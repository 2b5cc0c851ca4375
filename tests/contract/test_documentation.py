"""docs/programmes.md says every kind, field, check and word that the contract has."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import pytest

from jcoc.contract import programme
from jcoc.contract.grade import CHECKS
from support import ROOT

TEXT = (ROOT / "docs" / "programmes.md").read_text(encoding="utf-8")
KINDS: list[Any] = [
    kind
    for _name, kind in inspect.getmembers(programme, inspect.isclass)
    if kind.__module__ == programme.__name__
]


def _section(kind: type) -> str:
    """The part about a kind: under its own heading, or the item or sentence that begins with its name in bold."""
    name = re.escape(kind.__name__)
    found = re.search(rf"^### {name}$\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    found = found or re.search(rf"\*\*{name}\*\*(.*?)(?=\n- |\n\n|\*\*|\Z)", TEXT, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_is_explained_with_all_its_fields(kind: Any) -> None:
    section = _section(kind)
    assert section, f"docs/programmes.md says nothing of {kind.__name__}"
    if is_dataclass(kind):
        assert [each.name for each in fields(kind) if f"`{each.name}`" not in section] == []
    elif issubclass(kind, Enum) and kind is not programme.Stage:
        assert [each.name for each in kind if f"`{each.name}`" not in section] == []


def test_each_check_stands_in_the_table_with_its_rank() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (measured)?", TEXT, re.MULTILINE)
    assert rows == [(each.code, str(each.rank), "measured" if each.measured else "") for each in CHECKS]


def test_there_are_kinds_to_explain() -> None:
    assert {programme.Programme, programme.AlertRule, programme.Severity} < set(KINDS)
