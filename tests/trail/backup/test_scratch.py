"""Folders for secrets: gone at the end, after a fault, and after a kill with the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jcoc.trail.backup.scratch import scratch

KILLED = """
import os, signal, sys
from pathlib import Path
from jcoc.trail.backup.scratch import scratch
with scratch(Path(sys.argv[1]), ".s-") as folder:
    (folder / "key").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_is_ones_own_and_goes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fault"), scratch(tmp_path, ".s-") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "key").touch()
        raise ValueError("fault")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    (tmp_path / ".other-1").mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -9
    [left] = tmp_path.glob(".s-*/key")
    with scratch(tmp_path, ".s-") as first:
        assert not left.exists()
        with scratch(tmp_path, ".s-"):
            assert first.exists()
    assert [path.name for path in tmp_path.iterdir()] == [".other-1"]
