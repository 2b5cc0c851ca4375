"""Puts an archive back into an empty place: checked whole, unpacked beside, brought up to date there, then renamed.

It works without settings or database, since both come out of the archive. What needs them (finishing.py) runs in a
process of its own on the folder beside, so that nothing stands in the place before all of it is known to be right.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from jcoc.trail.backup.archive import Archive, Damaged, Manifest, opened, sync_folder
from jcoc.trail.backup.scratch import scratch

Progress = Callable[[float, str], None]
DATABASE = "jcoc.sqlite3"
_SPARE = 64 * 1024**2


class NotRestored(RuntimeError):
    """Nothing was restored, and nothing stays behind; the text is a sentence."""


@dataclass(frozen=True)
class Line:
    """One thing that was compared: what the manifest says and what came out."""

    what: str
    expected: Any
    found: Any

    @property
    def same(self) -> bool:
        return bool(self.expected == self.found)


@dataclass
class Restored:
    folder: Path
    manifest: Manifest
    #: None: no keys were given, so it cannot be told who made the archive.
    sealed_here: bool | None
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def restore(
    archive: Path,
    place: Path,
    *,
    keys: Mapping[str, bytes] | None = None,
    erasures: str = "",
    progress: Progress = lambda _fraction, _text: None,
) -> Restored:
    """Restore into a place that is empty or not there. :class:`NotRestored` says why not."""
    _must_be_empty(place)
    with _as_sentence(), opened(archive) as checked:
        sealed_here = _origin(checked, keys)
        checked.check(lambda part, name: progress(0.3 * part, f"Checking {name}"))
        _room(place, checked.size)
        with scratch(place.parent, f".{place.name}.jcoc-restore-") as folder:
            checked.unpack(folder, lambda part, name: progress(0.3 + 0.3 * part, f"Unpacking {name}"))
            restored = Restored(place, checked.manifest, sealed_here)
            _compare_database(folder, restored)
            _put_keys(folder, keys)
            progress(0.65, "Bringing the database up to date and checking it")
            _finish(folder, restored, erasures)
            if wrong := [line for line in restored.lines if not line.same]:
                raise NotRestored(
                    f"{wrong[0].what}: the manifest says {wrong[0].expected}, the archive gave {wrong[0].found}."
                )
            _put_in_place(folder, place)
    progress(1.0, "Restored")
    return restored


@contextmanager
def _as_sentence() -> Iterator[None]:
    try:
        yield
    except Damaged as error:
        raise NotRestored(str(error)) from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise NotRestored(f"The restore failed: {error.strerror or error}{where}.") from error


def _must_be_empty(place: Path) -> None:
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise NotRestored(f"{place} is not empty. A restore never writes over anything: choose a new folder.")
    if not place.parent.is_dir():
        raise NotRestored(f"The folder {place.parent} is not there; make it first.")


def _origin(archive: Archive, keys: Mapping[str, bytes] | None) -> bool | None:
    if keys is None:
        return None
    try:
        key = str(json.loads(keys["secrets.json"])["backup"])
    except (KeyError, ValueError, TypeError):
        raise NotRestored(
            "The key file does not hold the secrets of an installation that made backups."
        ) from None
    if not archive.is_sealed_by(key.encode()):
        raise NotRestored(
            "The archive was not made by the installation of this key file, or it was changed since."
        )
    return True


def _room(place: Path, size: int) -> None:
    free = shutil.disk_usage(place.parent).free
    if free < size + _SPARE:
        raise NotRestored(
            f"{place.parent} has {free // 1024**2} MB free; the archive unpacks to {size // 1024**2} MB. Make room."
        )


def _put_keys(folder: Path, keys: Mapping[str, bytes] | None) -> None:
    for name, data in (keys or {}).items():
        steps = PurePosixPath(name).parts
        if name.startswith("/") or ".." in steps or len(steps) > 2 or not steps:
            raise NotRestored("The key file names a file outside of the data folder.")
        path = folder / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            os.fsync(file.fileno())


def _compare_database(folder: Path, restored: Restored) -> None:
    """Rows of every table, before anything changes them."""
    if not (folder / DATABASE).exists():
        restored.notes.append(
            "The archive holds no database: that of this installation is a PostgreSQL, which its own tools back up "
            "and restore (pg_dump, pg_basebackup)."
        )
        return
    base = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro&immutable=1", uri=True)
    try:
        if (state := base.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise NotRestored(f"The database in the archive is damaged: {state}")
        for table, rows in restored.manifest.tables.items():
            quoted = table.replace('"', '""')
            found = base.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608
            restored.lines.append(Line(f"rows of {table}", rows, found))
    except sqlite3.Error as error:
        raise NotRestored(f"The database in the archive cannot be read: {error}.") from None
    finally:
        base.close()


def _finish(folder: Path, restored: Restored, erasures: str) -> None:
    """What needs settings and database, in a process whose data folder is the one beside."""
    order = json.dumps(
        {
            "erasures": erasures.splitlines(),
            "parts": restored.manifest.parts,
            "database": restored.manifest.database,
            "archive": restored.manifest.made,
        }
    )
    environment = {
        name: value for name, value in os.environ.items() if name not in ("JCOC_KEYS", "JCOC_DATABASE_URL")
    }
    done = subprocess.run(
        [sys.executable, "-m", "jcoc.trail.backup.finishing"],
        input=order,
        env=environment | {"JCOC_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotRestored(f"What was unpacked could not be opened: {reason}") from None
    if "error" in told:
        raise NotRestored(told["error"])
    restored.notes += told["notes"]
    restored.lines += [Line(*line) for line in told["lines"]]
    head = restored.manifest.audit
    if restored.manifest.tables:
        restored.lines.append(Line("head of the audit trail", [head["seq"], head["hash"]], told["audit"]))


def _put_in_place(folder: Path, place: Path) -> None:
    (folder / "jcoc.lock").unlink(missing_ok=True)
    sync_folder(folder)
    if place.exists():
        place.rmdir()  # empty, as was seen; fails where somebody has put something there meanwhile
    folder.rename(place)
    sync_folder(place.parent)
