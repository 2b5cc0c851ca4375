"""Makes a backup of the installation while it runs."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from jcoc.trail.audit.recording import record, writing
from jcoc.trail.backup.archive import Manifest, Writer
from jcoc.trail.backup.moment import DATABASE, copy_database, database_facts, files, taken
from jcoc.trail.datafolder import DataFolder

Progress = Callable[[float, str], None]
PREFIX = "jcoc-"
_BESIDE = ".jcoc-backup-"
_SPARE = 64 * 1024**2
COPYING = gettext_noop("Copying the database and the observations")
PACKING = gettext_noop("Packing the archive")


class NotBackedUp(RuntimeError):
    """No backup could be made; the text is a sentence. Nothing of it stays behind."""


@dataclass(frozen=True)
class Made:
    path: Path
    manifest: Manifest
    seconds: float


def key() -> bytes:
    """What the installation's archives are sealed with."""
    return settings.DATA_FOLDER.secret("backup").encode()


def make(folder: Path, progress: Progress = lambda _fraction, _text: None) -> Made:
    """Write one archive into a folder. :class:`NotBackedUp` says why not. `progress` may raise to end it."""
    begun, data = perf_counter(), settings.DATA_FOLDER
    _prepare(folder, data)
    city = str(import_string(settings.CITY_NAME)())
    made = datetime.now(UTC)
    path = folder / f"{PREFIX}{_slug(city)}-{made:%Y%m%dT%H%M%SZ}.zip"
    if path.exists():
        raise NotBackedUp(f"{path} stands already.")
    try:
        with _alone(data), tempfile.TemporaryDirectory(dir=folder, prefix=_BESIDE) as beside:
            _tidy(folder, Path(beside))
            about = {"version": version("jcoc"), "city": city, "made": made.isoformat(timespec="seconds")}
            manifest = _write(Path(beside), path, about, progress)
    except OSError as error:
        raise NotBackedUp(
            f"The backup could not be written to {folder}: {error.strerror or error}."
        ) from error
    detail = {"size": path.stat().st_size, "held_ms": manifest.held_ms, "archive": path.name}
    record("backup.made", "backup.archive", [manifest.made], detail=detail)
    return Made(path, manifest, perf_counter() - begun)


@contextmanager
def _alone(data: DataFolder) -> Iterator[None]:
    """One backup at a time: two would need twice the room, and each tidies up what an interrupted one left."""
    with os.fdopen(os.open(data.path / "backup.lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotBackedUp("Another backup is being made just now. Try again when it has ended.") from None
        yield


def _tidy(folder: Path, mine: Path) -> None:
    """Remove what a backup left that was killed."""
    for path in (*folder.glob(f"{_BESIDE}*"), *folder.glob(f".{PREFIX}*.zip.part")):
        if path.is_dir() and path != mine:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            path.unlink()


def _write(staging: Path, path: Path, about: dict[str, str], progress: Progress) -> Manifest:
    data: DataFolder = settings.DATA_FOLDER
    names: list[str] = []
    parts = {}
    with taken() as moment:
        needed = _size(data) + sum(held.size() for held in moment.held.values())
        _room(path.parent, 2 * needed)
        done = 0

        def tick(size: int) -> None:
            nonlocal done
            done += size
            progress(0.4 * min(done / max(needed, 1), 1.0), COPYING)

        if moment.reader:
            copy_database(moment.reader, staging / DATABASE, lambda: tick(0))
            names.append(DATABASE)
        for name, held in moment.held.items():
            copied, parts[name] = held.copy(staging, tick)
            names += copied
            held.release()
    tables, head = database_facts(staging / DATABASE) if DATABASE in names else ({}, {})
    writer = Writer(path)
    try:
        _pack(writer, staging, names, data, progress)
        manifest = Manifest(
            **about,
            database=connection.vendor,
            tables=tables,
            audit=head,
            parts=parts,
            held_ms=moment.held_ms,
            members=tuple(writer.members),
        )
        writer.finish(manifest, key())
    except BaseException:
        writer.discard()
        raise
    return manifest


def _pack(writer: Writer, staging: Path, names: list[str], data: DataFolder, progress: Progress) -> None:
    listed = files(data)
    sizes = [path.stat().st_size for path in listed if path.exists()]
    whole = sum((staging / name).stat().st_size for name in names) + sum(sizes)
    done = 0

    def tick(size: int) -> None:
        nonlocal done
        done += size
        progress(0.4 + 0.6 * min(done / max(whole, 1), 1.0), PACKING)

    for name in names:
        writer.add(name, staging / name, tick, deflate=name == DATABASE)
        (staging / name).unlink()
    for path in listed:
        try:
            writer.add(path.relative_to(data.path).as_posix(), path, tick)
        except FileNotFoundError:
            continue  # erased since it was listed


def _prepare(folder: Path, data: DataFolder) -> None:
    if folder.resolve().is_relative_to(data.path):
        raise NotBackedUp(f"{folder} lies in the data folder itself; choose a place that survives it.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NotBackedUp(f"The folder {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise NotBackedUp(f"Nothing can be written into {folder}.")


def _size(data: DataFolder) -> int:
    database = data.path / DATABASE
    sizes = [path.stat().st_size for path in files(data) if path.exists()]
    return sum(sizes) + (database.stat().st_size if database.exists() else 0)


def _room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise NotBackedUp(
            f"{folder} has {free // 1024**2} MB free; the backup may need up to {(needed + _SPARE) // 1024**2} MB. "
            "Make room, or choose another folder."
        )


def _slug(city: str) -> str:
    plain = unicodedata.normalize("NFKD", city).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "centre"


def keep_newest(folder: Path, count: int) -> list[Path]:
    """Remove all but the newest archives of this installation's folder; those that were removed."""
    city = _slug(str(import_string(settings.CITY_NAME)()))
    found = sorted(folder.glob(f"{PREFIX}{city}-*.zip"), key=lambda path: path.name[-20:])
    old = found[:-count]
    for path in old:
        path.unlink()
    return old


def secret_files() -> dict[str, bytes]:
    """What no archive holds and a restore needs: the secrets, the sealing keys, settings with passwords."""
    data: DataFolder = settings.DATA_FOLDER
    key()  # made at the latest now, so that the key file knows it
    found = {"secrets.json": (data.path / "secrets.json").read_bytes()}
    keys = Path(settings.KEYS_FOLDER)
    found |= {f"keys/{path.name}": path.read_bytes() for path in sorted(keys.glob("*.json"))}
    return found | {path.name: path.read_bytes() for path in sorted(data.path.glob("*.toml"))}


def enter_restore(archive: str) -> None:
    """Enter a restore in the audit trail; whoever was logged in when the backup was made is not any more."""
    with writing("backup.restored"):
        Session.objects.all().delete()
        record("backup.restored", "backup.archive", [archive])
