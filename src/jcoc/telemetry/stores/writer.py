"""One thread that writes: what is queued while a commit runs goes into the next commit together."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
import pyarrow as pa

from .contract import AppendResult, StoreError

log = logging.getLogger(__name__)

#: Below DuckDB's row group of 122,880 rows, and small enough that one commit takes less than a tenth of a second.
LARGEST_GROUP = 100_000

CLOSED = "The store of observations is closed."


class GroupWriter:
    """Runs `commit(tables) -> one status array a table` for groups of batches, and tasks between them, in order."""

    def __init__(
        self, commit: Callable[[list[pa.Table]], list[np.ndarray]], after: Callable[[], None]
    ) -> None:
        self._commit = commit
        self._after = after
        self._queue: queue.SimpleQueue[tuple[pa.Table | Callable[[], Any] | None, Future[Any]]] = (
            queue.SimpleQueue()
        )
        self._gate = threading.Lock()
        self._closed = False
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="observation-writer", daemon=True)
        self._thread.start()

    def append(self, table: pa.Table) -> Future[AppendResult]:
        return self._put(table)

    def run(self, task: Callable[[], Any]) -> Future[Any]:
        """Run a task in the writer's thread, after all that was queued before it."""
        return self._put(task)

    def healthy(self) -> bool:
        """Whether the thread runs and its last commit succeeded."""
        return self._thread.is_alive() and not self._failing

    def close(self) -> None:
        """Finish what is queued; what comes later is refused."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put((None, Future()))
        self._thread.join()

    def _put(self, work: pa.Table | Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        with self._gate:
            if self._closed:
                future.set_exception(StoreError(CLOSED))
            else:
                self._queue.put((work, future))
        return future

    def _run(self) -> None:
        work, future = self._queue.get()
        while work is not None:
            following = None
            if isinstance(work, pa.Table):
                group, rows = [(work, future)], work.num_rows
                while following is None and rows < LARGEST_GROUP:
                    try:
                        following = self._queue.get_nowait()
                    except queue.Empty:
                        break
                    if isinstance(following[0], pa.Table) and rows + following[0].num_rows <= LARGEST_GROUP:
                        group.append(following)
                        rows += following[0].num_rows
                        following = None
                self._write(group)
                try:
                    self._after()
                except Exception:
                    # Its readings are on disk, and without this thread none would be any more.
                    log.exception("What follows a commit failed")
            elif future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except Exception as error:
                    future.set_exception(error)
            work, future = following or self._queue.get()

    def _write(self, group: list[tuple[pa.Table, Future[AppendResult]]]) -> None:
        # A caller that went away has cancelled its future; once running it can no longer.
        group = [(table, future) for table, future in group if future.set_running_or_notify_cancel()]
        self._write_running(group)

    def _write_running(self, group: list[tuple[pa.Table, Future[AppendResult]]]) -> None:
        if not group:
            return
        try:
            statuses = self._commit([table for table, _ in group])
        except Exception as error:
            failure = error if isinstance(error, StoreError) else StoreError(str(error))
            if type(failure) is StoreError and len(group) > 1:
                # One batch that is refused must not take its neighbours along.
                middle = len(group) // 2
                self._write_running(group[:middle])
                self._write_running(group[middle:])
                return
            if failure is not error:
                failure.__cause__ = error
            self._failing = True
            for _, future in group:
                future.set_exception(failure)
            return
        self._failing = False
        for (_, future), status in zip(group, statuses, strict=True):
            future.set_result(AppendResult(status))
