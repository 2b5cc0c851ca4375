"""The rehearsal: a centre under load is backed up, restored into an empty place, and started there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from support import Centre, jcoc, log_in, set_up

pytestmark = pytest.mark.slow

PASSPHRASE = "sandi cadangan uji"
SETUP = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
register_thing("gauge", "Gauge", [NewDatastream("gauge-level", "Level", "Level", audience="public")])
print("TOKEN", issue_token("gauge", ["gauge-level"])[1])
"""
WRITES = """
from jcoc.people.services import make_kiosk_link
print(make_kiosk_link("layar beban")[1][:0])
"""
START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCOC_BACKUP_PASSPHRASE", PASSPHRASE)


class Load:
    """Readings, ten a request, within the rate of a token; what was answered counts."""

    def __init__(self, centre: Centre, token: str) -> None:
        self._centre, self._token, self.answered, self._stop = centre, token, 0, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.wait(0.02):  # 500 readings/s at most
            first = self.answered
            at = [START + timedelta(seconds=first + n) for n in range(10)]
            self._centre.send(self._token, [("gauge-level", moment, 1.0) for moment in at])
            self.answered = first + 10

    @contextmanager
    def running(self) -> Iterator[Load]:
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join(30)


def manifest_of(archive: Path) -> dict[str, object]:
    with zipfile.ZipFile(archive) as file:
        values: dict[str, object] = json.loads(file.read("manifest.json"))
        return values


def test_the_rehearsal(folder: Path) -> None:
    data, place, backups = set_up(folder / "d"), folder / "r", folder / "backups"
    keys = folder / "keys"
    with Centre(data).started() as centre:
        done = centre.jcoc("manage", "shell", "-c", SETUP)
        token = done.stdout.split("TOKEN ")[1].split()[0]
        centre.add_account("kepala", "administrator")
        centre.send(token, [("gauge-level", START - timedelta(days=1), 1.0)], first=True)
        uploads = data / "files" / "uploads" / "ab"
        uploads.mkdir(parents=True, mode=0o700)
        (uploads / ("ab" * 32)).write_bytes(b"isi berkas uji")
        session = log_in(centre.url, "kepala").partition("=")[2]
        with Load(centre, token).running() as load:
            while load.answered < 200:
                sleep(0.01)
            before = load.answered
            done = centre.jcoc("backup", str(backups), "--keys", str(keys))
            assert done.returncode == 0, done.stderr
            after = load.answered
            writes = centre.jcoc("manage", "shell", "-c", WRITES)
            assert writes.returncode == 0, writes.stderr
    [archive] = backups.iterdir()
    assert re.fullmatch(r"jcoc-[a-z-]+-\d{8}T\d{6}Z\.zip", archive.name)
    assert after > before  # it went on meanwhile
    manifest = manifest_of(archive)
    parts, tables = manifest["parts"], manifest["tables"]
    assert isinstance(parts, dict)
    assert isinstance(tables, dict)
    rows = parts["observations"]["rows"]
    assert before + 1 <= rows <= after + 10 + 1  # what was acknowledged before is in
    assert tables["people_user"] == 1
    assert tables["people_kiosklink"] == 0  # and what came later is not

    raw = archive.read_bytes()
    for secret in json.loads((data / "secrets.json").read_text()).values():
        assert secret.encode() not in raw
    with zipfile.ZipFile(archive) as file:
        names = set(file.namelist())
        assert session.encode() not in file.read("jcoc.sqlite3")
    assert tables["django_session"] == tables["authentication_opensession"] == 0
    assert names == {
        "jcoc.sqlite3", "observations.duckdb", f"files/uploads/ab/{'ab' * 32}", "manifest.json", "manifest.hmac",
    }  # fmt: skip
    assert keys.stat().st_mode & 0o777 == 0o600

    shutil.move(data, folder / "lost")
    done = jcoc(place, "restore", str(archive), "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    assert "The audit trail is whole" in done.stdout
    assert "The archive knows of 0 erasures." in done.stdout
    assert "jcoc privacy erasures apply FILE" in done.stdout
    assert sorted(p.name for p in folder.iterdir()) == ["backups", "keys", "lost", "r"]
    then, now = (json.loads((each / "secrets.json").read_text()) for each in (folder / "lost", place))
    assert {"secret_key", "audit_digests", "backup"} <= then.keys() & now.keys()
    assert all(now[name] == then[name] for name in then.keys() & now.keys())
    base = sqlite3.connect(place / "jcoc.sqlite3")
    assert base.execute("SELECT count(*) FROM people_user").fetchone() == (1,)
    actions = [
        action for (action,) in base.execute("SELECT action FROM audit_entry ORDER BY seq DESC LIMIT 3")
    ]
    assert "backup.restored" in actions
    base.close()

    with Centre(place).started() as again:
        with urllib.request.urlopen(f"{again.url}/healthz", timeout=20) as answer:
            assert json.load(answer)["observations"] == rows
        again.send(token, [("gauge-level", datetime(2026, 4, 1, tzinfo=UTC), 2.0)], first=True)
        assert log_in(again.url, "kepala")


def test_without_a_server_and_without_keys(folder: Path) -> None:
    data, place = set_up(folder / "d"), folder / "r"
    assert (
        jcoc(data, "people", "add", "kepala", "--role", "administrator", "--password", PASSPHRASE).returncode
        == 0
    )
    done = jcoc(data, "backup", str(folder / "b"))
    assert done.returncode == 0, done.stderr
    [archive] = (folder / "b").iterdir()
    done = jcoc(place, "restore", str(archive), "--into", str(place))
    assert done.returncode == 0, done.stderr
    assert "Without the key file nobody can tell who made the archive" in done.stdout
    done = jcoc(place, "restore", str(archive), "--into", str(place))
    assert done.returncode == 1
    assert "is not empty" in done.stderr


@contextmanager
def watching(place: Path, seen: set[str]) -> Iterator[None]:
    """Note the names that come up in a folder."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.005):
            if place.is_dir():
                seen.update(path.name for path in place.iterdir())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_an_operators_rehearsal_prints_what_it_compared(folder: Path) -> None:
    data, elsewhere = set_up(folder / "d"), folder / "elsewhere"
    left = folder / ".jcoc-rehearsal-killed"
    left.mkdir()
    seen: set[str] = set()
    with watching(folder / "b", seen):
        done = jcoc(data, "backup", "rehearse", str(folder / "b"))
    assert done.returncode == 0, done.stderr
    assert not left.exists()
    assert not [name for name in seen if "rehearsal" in name]  # the keys were never beside the archive
    refused = jcoc(data, "backup", "rehearse", str(folder / "b2"), "--scratch", str(elsewhere))
    assert (refused.returncode, "with --scratch" in refused.stderr) == (1, True)
    assert "rows of people_user" in done.stdout
    assert "The rehearsal succeeded" in done.stdout
    assert "DIFFERS" not in done.stdout
    assert [p.suffix for p in (folder / "b").iterdir()] == [".zip"]


def test_places_that_cannot_take_a_backup(folder: Path) -> None:
    data = set_up(folder / "d")
    inside = jcoc(data, "backup", str(data / "backups"))
    assert (inside.returncode, "lies in the data folder itself" in inside.stderr) == (1, True)
    (folder / "file").touch()
    done = jcoc(data, "backup", str(folder / "file"))
    assert (done.returncode, "cannot be made" in done.stderr) == (1, True)
    assert jcoc(data, "backup", "one", "two").returncode == 2


def with_database(archive: Path, *statements: str) -> None:
    """Change the database in an archive, and its manifest so that sizes and hashes agree."""
    with zipfile.ZipFile(archive) as old:
        content = {name: old.read(name) for name in old.namelist()}
    path = archive.with_suffix(".sqlite3")
    path.write_bytes(content["jcoc.sqlite3"])
    base = sqlite3.connect(path)
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    content["jcoc.sqlite3"] = path.read_bytes()
    path.unlink()
    manifest = json.loads(content["manifest.json"])
    for member in manifest["members"]:
        data = content[member["name"]]
        member |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    content["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(archive, "w") as new:
        for name, data in content.items():
            new.writestr(name, data)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE audit_entry SET actor = 'user-9' WHERE seq = 1", "is not whole: Entry 1 was changed"),
        ("DELETE FROM people_user", "rows of people_user: the manifest says 1, the archive gave 0."),
        ("UPDATE audit_head SET hash = 'x'", "is not whole: The head does not fit"),
    ],
)
def test_a_database_that_was_changed_in_the_archive(folder: Path, statement: str, sentence: str) -> None:
    """With a manifest made to fit: without keys the seal cannot tell, the counts and the audit trail do."""
    data, place, keys = set_up(folder / "d"), folder / "r", folder / "keys"
    assert (
        jcoc(data, "people", "add", "kepala", "--role", "administrator", "--password", PASSPHRASE).returncode
        == 0
    )
    assert jcoc(data, "backup", str(folder / "b"), "--keys", str(keys)).returncode == 0
    [archive] = (folder / "b").iterdir()
    base = sqlite3.connect(data / "jcoc.sqlite3")
    triggers = dict(base.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
    base.close()
    with_database(archive, *(f"DROP TRIGGER {name}" for name in triggers), statement, *triggers.values())
    done = jcoc(place, "restore", str(archive), "--into", str(place))
    assert done.returncode == 1
    assert sentence in done.stderr
    sealed = jcoc(place, "restore", str(archive), "--into", str(place), "--keys", str(keys))
    assert "was not made by the installation of this key file, or it was changed since" in sealed.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["b", "d", "keys"]
