"""``jcoc files check`` on a data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from jcoc.trail.uploads.storage import Storage
from support import jcoc, set_up

pytestmark = pytest.mark.slow


def test_the_check_names_what_is_left_over_and_removes_it_where_asked(folder: Path) -> None:
    set_up(folder)
    clean = jcoc(folder, "files", "check")
    assert (clean.returncode, clean.stdout) == (0, "0 files, 0 damaged, 0 left over.\n")
    digest = Storage(folder / "files").put(b"nobody's")
    found = jcoc(folder, "files", "check")
    assert found.returncode == 1
    assert f"nothing names: {digest}" in found.stdout
    removed = jcoc(folder, "files", "check", "--remove-orphans")
    assert removed.returncode == 0
    assert f"removed: {digest}" in removed.stdout
    assert jcoc(folder, "files", "check").returncode == 0
