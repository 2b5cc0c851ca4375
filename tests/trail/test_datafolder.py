import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jcoc.trail.datafolder import DataFolder, DataFolderBusy
from support import environment


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.create()
    return made


def test_only_the_owner_may_open_the_folder_and_its_secrets(folder: DataFolder) -> None:
    folder.secret("one")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "secrets.json").stat().st_mode) == 0o600


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
