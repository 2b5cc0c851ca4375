"""Which archives stay, what is refused, and the daily backup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import override_settings

from jcoc.trail.backup import services
from jcoc.trail.backup.background import daily_backup
from jcoc.trail.tasks.api import GiveUp, Job
from support import Centre, jcoc, set_up, small_disk, until

pytestmark = pytest.mark.slow


def test_the_newest_archives_stay_and_nothing_else_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "import_string", lambda _path: lambda: "Kota Uji")
    names = [f"jcoc-kota-uji-2026030{n}T013000Z.zip" for n in range(1, 6)]
    others = ["jcoc-other-20260101T013000Z.zip", "notes.txt", "jcoc-kota-uji-latest"]
    for name in [*reversed(names), *others]:
        (tmp_path / name).touch()
    assert [path.name for path in services.keep_newest(tmp_path, 2)] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], *others}


@override_settings(BACKUP_FOLDER="")
def test_a_daily_backup_without_a_folder_says_so() -> None:
    with pytest.raises(GiveUp, match="JCOC_BACKUP_DIR"):
        daily_backup(Job(1, 1, "system"))


def test_the_clock_makes_a_backup(folder: Path) -> None:
    backups = folder / "b"
    settings = {"JCOC_BACKUP_DIR": str(backups), "JCOC_BACKUP_KEEP": "1"}
    with Centre(set_up(folder / "d"), environment=settings).started() as centre:
        until(lambda: list(backups.glob("jcoc-*.zip")), seconds=60, what="the backup of today")
        done = centre.jcoc("manage", "shell", "-v", "0", "-c", RESULT)
        until(lambda: done.returncode == 0, what="its task")
    assert "backup.daily" in done.stdout


RESULT = "from jcoc.trail.tasks.models import Task; print(list(Task.objects.values_list('name', 'asked_by')))"


def test_a_disk_that_is_too_small_keeps_nothing(tmp_path: Path) -> None:
    data = set_up(tmp_path / "d")
    with small_disk(tmp_path / "small", 8) as small:
        done = jcoc(data, "backup", str(small / "b"))
        assert done.returncode == 1
        assert "MB free; the backup may need up to" in done.stderr
        assert list((small / "b").iterdir()) == []


CANCELLED = """
from pathlib import Path
from jcoc.trail.backup import services
from jcoc.trail.tasks.api import Cancelled
steps = []
def leave(part, text):
    steps.append(part)
    if part > 0.4:
        raise Cancelled
try:
    services.make(Path(FOLDER), leave)
except Cancelled:
    print("LEFT", sorted(p.name for p in Path(FOLDER).iterdir()))
"""


def test_a_cancelled_backup_leaves_nothing(folder: Path) -> None:
    data = set_up(folder / "d")
    done = jcoc(data, "manage", "shell", "-v", "0", "-c", f"FOLDER = {str(folder / 'b')!r}\n{CANCELLED}")
    assert done.stdout.strip() == "LEFT []", done.stderr


ERASE = """
import json
from jcoc.people.identity.services import add_person
from jcoc.people.identity.models import Person
from jcoc.people.privacy.services.erasing import erase, export_erasures
if not Person.objects.exists():
    add_person(name="Warga Uji", phone="081200000000")
    print("MADE", Person.objects.get().pk)
else:
    erase(Person.objects.get().pk)
    print("LINES", json.dumps(list(export_erasures())))
"""


def test_who_was_erased_after_the_backup_is_erased_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCOC_BACKUP_PASSPHRASE", "sandi cadangan uji")
    data, place, keys, list_of = set_up(folder / "d"), folder / "r", folder / "keys", folder / "erasures"
    made = jcoc(data, "manage", "shell", "-v", "0", "-c", ERASE)
    assert "MADE" in made.stdout, made.stderr
    assert jcoc(data, "backup", str(folder / "b"), "--keys", str(keys)).returncode == 0
    erased = jcoc(data, "manage", "shell", "-v", "0", "-c", ERASE)
    assert "LINES" in erased.stdout, erased.stderr
    list_of.write_text("\n".join(json.loads(erased.stdout.split("LINES ")[1])))
    [archive] = (folder / "b").iterdir()
    done = jcoc(place, "restore", str(archive), "--keys", str(keys), "--erasures", str(list_of))
    assert done.returncode == 0, done.stderr
    assert "1 of 1 erasures that came after the backup were applied again." in done.stdout
    assert "The archive knows of 0 erasures." in done.stdout
    assert "are back" not in done.stdout
    checked = jcoc(place, "manage", "shell", "-v", "0", "-c", LEFT)
    assert checked.stdout.split() == ["KEYS", "0"], checked.stdout + checked.stderr
    list_of.write_text('{"subject": "nobody"}')
    refused = jcoc(folder / "r2", "restore", str(archive), "--keys", str(keys), "--erasures", str(list_of))
    assert refused.returncode == 1
    assert "Line 1 is not an erasure" in refused.stderr
    assert not (folder / "r2").exists()


LEFT = """
from jcoc.trail.sealing.models import SubjectKey
print("KEYS", SubjectKey.objects.filter(destroyed=None).count())
"""


KILLED = """
import os, signal
from pathlib import Path
from jcoc.trail.backup import services
def die(part, text):
    if part > 0.4:
        try:
            services.make(Path(FOLDER))
        except services.NotBackedUp as error:
            print(error, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
services.make(Path(FOLDER), die)
"""


def test_one_backup_at_a_time_and_the_next_tidies_up_after_one_that_was_killed(folder: Path) -> None:
    data, backups = set_up(folder / "d"), folder / "b"
    killed = jcoc(data, "manage", "shell", "-v", "0", "-c", f"FOLDER = {str(backups)!r}\n{KILLED}")
    assert killed.returncode == -9
    assert "Another backup is being made just now." in killed.stdout
    assert len(list(backups.iterdir())) == 2
    done = jcoc(data, "backup", str(backups))
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in backups.iterdir()] == [".zip"]
