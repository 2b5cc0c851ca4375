"""The DuckDB file: opened once, shared by cursors, opened anew when the engine has given up on it.

What was found out about DuckDB 2.0.1, and is tested in tests/telemetry/stores:

- Its write-ahead log, cut at any byte of the last commit, opens: all earlier commits are there and the cut one
  is not; a log of our own is not needed.
- A commit that finds the disk full fails cleanly and later ones succeed. A checkpoint that finds it full makes
  the engine refuse everything ("database has been invalidated") until the file is opened again, so
  checkpoints are only begun when there is room, and the file is opened again when one fails all the same.
- A checkpoint holds up inserts into the table it writes, about 0.3 µs a row since the last one. So it runs in the
  writer's thread each CHECKPOINT_AT bytes of log, not in the middle of some commit when the engine thinks fit.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import duckdb

from .contract import StoreError, StoreFull
from .writer import CLOSED

log = logging.getLogger(__name__)

#: Bytes of log after which it is folded into the file. It bounds the hold-up and the time of a restart.
CHECKPOINT_AT = 32 * 1024 * 1024
_ROOM_TO_SPARE = 16 * 1024 * 1024
_PAUSE = 30.0  # seconds after a checkpoint that failed
_FULL = ("no space left on device", "disk quota exceeded", "file too large", "max_temp_directory_size")

_open_here: set[Path] = set()
_open_here_lock = threading.Lock()


def as_store_error(error: duckdb.Error) -> StoreError:
    text = str(error)
    if any(sign in text.lower() for sign in _FULL):
        return StoreFull(f"The disk is full: {text.splitlines()[0]}")
    return StoreError(text)


class DuckDBFile:
    def __init__(self, path: Path, memory_limit: str, threads: int, checkpoint_at: int) -> None:
        self.path = Path(path).resolve()
        self.log_path = self.path.with_name(self.path.name + ".wal")
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(self.path.with_name(self.path.name + ".tmp")),
            # Checkpoints are ours to time; and nothing is ever fetched from the internet.
            "checkpoint_threshold": "1TB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        self._checkpoint_at = checkpoint_at
        self._no_checkpoint_until = 0.0
        self._state = threading.Condition()
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._leased = 0
        self._broken = False
        self._connection: duckdb.DuckDBPyConnection | None = None
        with _open_here_lock:
            # The engine would hand out the same database twice within one process.
            if self.path in _open_here:
                raise StoreError(f"The observations in {self.path} are already open in this process.")
            _open_here.add(self.path)
        try:
            self._connect()
        except BaseException:
            with _open_here_lock:
                _open_here.discard(self.path)
            raise

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for the block; errors of the engine become StoreError, an open transaction ends."""
        cursor = self._lease()
        try:
            yield cursor
        except BaseException as error:
            # After an error the cursor may stand in a transaction: it is not used again.
            with suppress(duckdb.Error):
                cursor.close()
            self._give_back(None, broken=isinstance(error, duckdb.FatalException | duckdb.InternalException))
            if isinstance(error, duckdb.Error):
                raise as_store_error(error) from error
            raise
        self._give_back(cursor)

    @property
    def broken(self) -> bool:
        """The engine has given up; the next cursor() opens the file again."""
        return self._broken

    def checkpoint(self, at: int | None = None) -> None:
        """Fold the log into the file if it is long enough, there is room for it, and it did not fail just now."""
        try:
            length = self.log_path.stat().st_size
        except FileNotFoundError:
            return
        if length < (self._checkpoint_at if at is None else at) or monotonic() < self._no_checkpoint_until:
            return
        disk = os.statvfs(self.path.parent)
        if disk.f_bavail * disk.f_frsize < length + _ROOM_TO_SPARE:
            return
        try:
            with self.cursor() as cursor:
                cursor.execute("CHECKPOINT")
        except StoreError:
            log.warning("The log of %s could not be folded in and stays", self.path, exc_info=True)
            self._no_checkpoint_until = monotonic() + _PAUSE

    def close(self) -> None:
        with self._state:
            if self._connection is None:
                return
            self._state.wait_for(lambda: self._leased == 0)
            self._disconnect()
        with _open_here_lock:
            _open_here.discard(self.path)

    def _lease(self) -> duckdb.DuckDBPyConnection:
        with self._state:
            if self._broken:
                self._state.wait_for(lambda: self._leased == 0 or not self._broken)
                if self._broken:
                    log.warning("DuckDB has given up on %s; opening it again", self.path)
                    self._disconnect()
                    self._connect()
                    self._broken = False
            if self._connection is None:
                raise StoreError(CLOSED)
            self._leased += 1
            if self._idle:
                return self._idle.pop()
            return self._connection.cursor()

    def _give_back(self, cursor: duckdb.DuckDBPyConnection | None, *, broken: bool = False) -> None:
        with self._state:
            if cursor is not None:
                self._idle.append(cursor)
            self._leased -= 1
            self._broken |= broken
            self._state.notify_all()

    def _connect(self) -> None:
        try:
            self._connection = duckdb.connect(str(self.path), config=self._config)
            # Closing the last cursor must not fail because a checkpoint finds the disk full.
            self._connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        except duckdb.Error as error:
            if self._connection is not None:
                self._disconnect()
            if "lock on file" in str(error):
                raise StoreError(
                    f"The observations in {self.path} are open in another process. Only one may have them open."
                ) from error
            raise as_store_error(error) from error

    def _disconnect(self) -> None:
        for cursor in self._idle:
            with suppress(duckdb.Error):
                cursor.close()
        self._idle.clear()
        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.close()
        self._connection = None
