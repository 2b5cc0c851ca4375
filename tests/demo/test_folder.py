"""What may be made a demonstration, and what may be emptied."""

import stat
from pathlib import Path

import pytest

from jcoc.demo import folder as folders
from jcoc.trail.datafolder import DataFolder, DataFolderBusy


def made(path: Path) -> DataFolder:
    folder = DataFolder(path)
    folder.create()
    folder.secret("secret_key")
    return folder


def test_a_new_folder_becomes_a_demonstration_that_keeps_its_passwords(tmp_path: Path) -> None:
    folder = made(tmp_path / "demo")
    first = folders.read(folder)
    password = first.password("operator")
    folders.keep(folder, first)
    assert folders.read(folder).password("operator") == password
    assert stat.S_IMODE((folder.path / folders.MARK).stat().st_mode) == 0o600
    assert made(tmp_path / "other").secret("secret_key") != folder.secret("secret_key")
    assert folders.read(made(tmp_path / "third")).password("operator") != password


def test_reset_empties_a_demonstration(tmp_path: Path) -> None:
    folder = made(tmp_path / "demo")
    folders.keep(folder, folders.Demonstration(passwords={"operator": "x"}))
    (folder.path / "jcoc.sqlite3").write_text("rows")
    (folder.files / "report.pdf").write_text("pages")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (folder.path / "link").symlink_to(outside)
    folders.reset(folder)
    assert [entry.name for entry in folder.path.iterdir()] == [folders.LOCK]
    assert (outside / "kept").read_text() == "kept"


@pytest.mark.parametrize("name", ["jcoc.sqlite3", "observations.duckdb", "thesis.odt"])
@pytest.mark.parametrize("act", [folders.reset, folders.read, folders.refuse_other_use])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, name: str, act: object) -> None:
    folder = made(tmp_path / "centre")
    (folder.path / name).write_text("valuable")
    with pytest.raises(folders.NotADemonstration, match="is not a demonstration"):
        act(folder)  # type: ignore[operator]
    assert (folder.path / name).read_text() == "valuable"
    assert not folders.is_demonstration(folder)


def test_files_of_a_centre_without_a_database_count_too(tmp_path: Path) -> None:
    folder = made(tmp_path / "centre")
    (folder.files / "decree.pdf").write_text("valuable")
    with pytest.raises(folders.NotADemonstration):
        folders.reset(folder)
    assert (folder.files / "decree.pdf").exists()


def test_reset_of_nothing_is_nothing(tmp_path: Path) -> None:
    folders.reset(DataFolder(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_a_running_demonstration_is_not_reset(tmp_path: Path) -> None:
    folder = made(tmp_path / "demo")
    folders.keep(folder, folders.Demonstration())
    with folder.locked(), pytest.raises(DataFolderBusy):
        folders.reset(folder)
    assert folders.is_demonstration(folder)


def test_a_broken_mark_is_said_and_can_be_reset(tmp_path: Path) -> None:
    folder = made(tmp_path / "demo")
    (folder.path / folders.MARK).write_text("{")
    with pytest.raises(folders.NotADemonstration, match="--reset"):
        folders.read(folder)
    folders.reset(folder)
    assert folders.read(folder).passwords == {}
