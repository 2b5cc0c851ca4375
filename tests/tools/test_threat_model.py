"""What the threat model names as a guard is there."""

from __future__ import annotations

import re

import pytest

from support import ROOT

TEXT = (ROOT / "THREAT_MODEL.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:\w+/)+[\w.-]+|\w+\.py)`", TEXT)))


@pytest.mark.parametrize("path", NAMED)
def test_a_guard_that_is_named_stands(path: str) -> None:
    assert any((root / path).exists() for root in (ROOT, ROOT / "src/jcoc"))


def test_it_names_guards_and_tests() -> None:
    assert len(NAMED) > 25
    assert len([path for path in NAMED if path.startswith("tests/")]) > 8
    for setting in set(re.findall(r"JCOC_\w+", TEXT)):
        sources = [ROOT / "src/jcoc/settings.py", ROOT / "tools/audit-dependencies", ROOT / "src/jcoc/cli.py"]
        assert any(setting in source.read_text() for source in sources), setting
