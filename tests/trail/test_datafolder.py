import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jcoc.trail.datafolder import DataFolder, DataFolderBusy, DataFolderOpen
from support import environment, jcoc


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.create()
    return made


def test_only_the_owner_may_open_the_folder_and_its_secrets(folder: DataFolder) -> None:
    folder.secret("one")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "secrets.json").stat().st_mode) == 0o600


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_that_stood_open_is_closed_and_so_is_all_in_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert jcoc(tmp_path, "setup", umask=0o022).returncode == 0
    assert mode(tmp_path) == 0o700
    assert {entry.name: mode(entry) & 0o077 for entry in tmp_path.iterdir() if mode(entry) & 0o077} == {}
    assert mode(tmp_path / "jcoc.sqlite3") == 0o600
    tmp_path.chmod(0o750)
    DataFolder(tmp_path).create()
    assert mode(tmp_path) == 0o700


def test_an_open_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(DataFolderOpen, match="chmod 700"):
        DataFolder(tmp_path).create()
    assert mode(tmp_path) == 0o755
    done = jcoc(tmp_path, "setup")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "is open to other accounts" in done.stderr


def test_a_secret_stays_the_same_and_differs_from_the_others(folder: DataFolder) -> None:
    first = folder.secret("one")
    assert len(first) == 43
    assert folder.secret("two") != first
    assert DataFolder(folder.path).secret("one") == first


def test_processes_that_ask_at_once_get_the_same_secret(folder: DataFolder) -> None:
    ask = (
        "import sys; from pathlib import Path; from jcoc.trail.datafolder import DataFolder; "
        "print(DataFolder(Path(sys.argv[1])).secret('shared'))"
    )
    command = [sys.executable, "-c", ask, str(folder.path)]
    asking = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(folder.path))
        for _ in range(4)
    ]
    given = {process.communicate(timeout=60)[0].strip() for process in asking}
    assert given == {json.loads((folder.path / "secrets.json").read_text())["shared"]}


def test_a_second_holder_of_the_lock_is_told_who_has_it(folder: DataFolder) -> None:
    busy = pytest.raises(DataFolderBusy, match=f"in use by process {os.getpid()}")
    with folder.locked(), busy, folder.locked():
        pass
    with folder.locked():
        pass
