"""Commands through the running server's socket, and without a server under the folder's lock."""

from __future__ import annotations

import stat
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from jcoc.trail.datafolder import DataFolder
from jcoc.trail.local import CommandFailed, call, local_command
from support import PASSWORD, Centre, jcoc, log_in, set_up

pytestmark = pytest.mark.slow


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


def test_without_a_server_the_command_works_in_its_own_process_also_on_a_new_folder(tmp_path: Path) -> None:
    done = jcoc(tmp_path, "people", "add", "alone", "--role", "administrator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    "failure", [ZeroDivisionError("by zero"), CommandFailed("ZeroDivisionError: by zero")]
)
def test_what_goes_wrong_in_its_own_process_is_a_sentence(failure: Exception) -> None:
    def fail(arguments: dict[str, Any], progress: Any) -> dict[str, Any]:
        raise failure

    local_command(f"tests.{type(failure).__name__}")(fail)
    with pytest.raises(CommandFailed, match=r"^ZeroDivisionError: by zero$"):
        call(f"tests.{type(failure).__name__}", {})


def test_the_database_is_not_changed_beside_a_running_server(centre: Centre) -> None:
    for command in (("setup",), ("manage", "migrate"), ("manage", "flush", "--no-input")):
        done = centre.jcoc(*command)
        assert done.returncode == 1
        assert f"in use by process {centre.process.pid}" in done.stderr
    assert centre.jcoc("manage", "showmigrations").returncode == 0


def test_a_new_password_is_set_by_command_and_ends_the_sessions(centre: Centre) -> None:
    centre.add_account("forgetful", "operator")
    cookie = log_in(centre.url, "forgetful")
    done = centre.jcoc("people", "password", "forgetful", "--password", "pendek")
    assert (done.returncode, "forgetful" in done.stdout) == (1, False)
    done = centre.jcoc("people", "password", "forgetful", "--password", PASSWORD + "-baru")
    assert done.returncode == 0, done.stderr
    state = urllib.request.Request(f"{centre.url}/wall/state.json", headers={"Cookie": cookie})
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(state, timeout=20)
    refused.value.close()
    done = centre.jcoc("people", "password", "nobody", "--password", PASSWORD)
    assert (done.returncode, done.stderr.strip()) == (1, "There is no account 'nobody'.")


def test_while_another_process_has_the_folder_the_command_says_so(tmp_path: Path) -> None:
    set_up(tmp_path)
    with DataFolder(tmp_path).locked():
        done = jcoc(tmp_path, "people", "add", "alone", "--role", "operator", "--password", PASSWORD)
    assert done.returncode == 1
    assert "is in use by process" in done.stderr


def test_a_second_server_on_the_same_folder_is_refused(centre: Centre) -> None:
    done = centre.jcoc("serve", "--port", "0")
    assert done.returncode == 1
    assert f"in use by process {centre.process.pid}" in done.stderr
