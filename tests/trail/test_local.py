"""Commands through the running server's socket, and without a server under the folder's lock."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jcoc.trail.datafolder import DataFolder
from jcoc.trail.local import local_command
from support import PASSWORD, Centre, jcoc


def test_a_name_belongs_to_one_command_only() -> None:
    local_command("tests.once")(lambda arguments, progress: {})
    with pytest.raises(ValueError, match=r"tests\.once"):
        local_command("tests.once")(lambda arguments, progress: {})


def test_only_the_owner_may_use_the_socket(centre: Centre) -> None:
    assert stat.S_IMODE(DataFolder(centre.data).socket.stat().st_mode) == 0o600


def test_a_command_reaches_the_running_server_and_its_refusal_comes_back(centre: Centre) -> None:
    done = centre.jcoc("people", "add", "via-socket", "--role", "operator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr
    again = centre.jcoc("people", "add", "via-socket", "--role", "operator", "--password", PASSWORD)
    assert again.returncode == 1
    assert "via-socket" not in again.stdout
    assert again.stderr.strip()


def test_without_a_server_the_command_works_in_its_own_process(tmp_path: Path) -> None:
    assert jcoc(tmp_path, "setup").returncode == 0
    done = jcoc(tmp_path, "people", "add", "alone", "--role", "administrator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr


def test_while_another_process_has_the_folder_the_command_says_so(tmp_path: Path) -> None:
    assert jcoc(tmp_path, "setup").returncode == 0
    with DataFolder(tmp_path).locked():
        done = jcoc(tmp_path, "people", "add", "alone", "--role", "operator", "--password", PASSWORD)
    assert done.returncode == 1
    assert "is in use by process" in done.stderr


def test_a_second_server_on_the_same_folder_is_refused(centre: Centre) -> None:
    done = centre.jcoc("serve", "--port", "0")
    assert done.returncode == 1
    assert f"in use by process {centre.process.pid}" in done.stderr
