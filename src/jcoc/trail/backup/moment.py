"""One consistent moment over the database, the observations and the files, while everything runs.

A connection of its own takes SQLite's write lock, so that no transaction is under way. While it holds it, the parts
are held still (the store of observations between two commits) and a reader's snapshot of the database is opened; then
the lock is let go. What the snapshot and the parts show is the same moment, and writers have waited for these few
milliseconds only. Files are written once and never changed: they are listed after the moment, which takes in all that
the database of the moment names, and perhaps some that came later. One that is gone when it is copied was erased.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection

from jcoc.trail.backup.parts import Held, registered
from jcoc.trail.datafolder import DataFolder

DATABASE = "jcoc.sqlite3"
#: What no archive holds: a session's key lets in whoever shows it, so who has the archive would be logged in.
LOGGED_IN = ("authentication_opensession", "django_session")
#: How long a transaction of somebody else may hold the write lock before the backup gives up.
_WAIT_S = 60


@dataclass
class Moment:
    """The moment, held until the block of :func:`taken` ends."""

    reader: sqlite3.Connection | None
    held: dict[str, Held] = field(default_factory=dict)
    held_ms: float = 0


@contextmanager
def taken() -> Iterator[Moment]:
    """Take the moment; its database and parts can be copied at leisure in the block."""
    with ExitStack() as stack:
        reader = lock = None
        if connection.vendor == "sqlite":
            path = str(settings.DATABASES["default"]["NAME"])
            lock = stack.enter_context(_connected(path))
            reader = stack.enter_context(_connected(path))
        holders: dict[str, Callable[[], Held]] = {}
        with ExitStack() as until_held:
            for part in registered():
                if hold := until_held.enter_context(part.ready()):
                    holders[part.name] = hold
            moment = Moment(reader)
            if lock:
                lock.execute("BEGIN IMMEDIATE")
            begun = perf_counter()
            try:
                for name, hold in holders.items():
                    moment.held[name] = hold()
                    stack.callback(moment.held[name].release)
                if reader:
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            finally:
                moment.held_ms = round((perf_counter() - begun) * 1000, 2)
                if lock:
                    lock.execute("ROLLBACK")
        yield moment


@contextmanager
def _connected(path: str) -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        yield made
    finally:
        made.close()


def copy_database(reader: sqlite3.Connection, into: Path, check: Callable[[], None]) -> None:
    """Write the reader's snapshot as a database file of its own: no log beside it, nobody logged in.

    Written anew from the rows, so that nothing is in it of what was deleted before or is taken out here.
    """
    whole = into.with_name(f".{into.name}.whole")
    copy = sqlite3.connect(whole, isolation_level=None)
    try:
        # The reader's own transaction is the snapshot: nothing that others write meanwhile makes it begin anew.
        reader.backup(copy, pages=4096, progress=lambda *_: check(), sleep=0)
        reader.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        for table in LOGGED_IN:
            if copy.execute(
                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [table]
            ).fetchone():
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        check()
        copy.execute("VACUUM INTO ?", [str(into)])
    finally:
        copy.close()
        whole.unlink()
    os.chmod(into, 0o600)  # noqa: PTH101 -- beside os.open's modes elsewhere


def database_facts(path: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Rows of each table, and the head of the audit trail, of a database file."""
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        names = [
            name
            for (name,) in base.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        counted = {name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
        head = None
        if "audit_head" in names:
            head = base.execute("SELECT seq, hash FROM audit_head WHERE id = 1").fetchone()
        return counted, {"seq": head[0], "hash": head[1]} if head else {"seq": 0, "hash": ""}
    finally:
        base.close()


def files(folder: DataFolder) -> list[Path]:
    """The files that people sent and that the centre made; those being written begin with a dot."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder.files):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted(found)
