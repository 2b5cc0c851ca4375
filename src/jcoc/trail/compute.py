"""Compute workers: spawned processes for work that would hold the server's interpreter.

They get plain values or Arrow, never a database connection, never the store, and are recycled after some tasks.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

Result = TypeVar("Result")

#: A pool is replaced after so many. ProcessPoolExecutor's own max_tasks_per_child hangs in Python 3.11 to 3.13 once
#: tasks queue up (cpython issue 115634).
TASKS_PER_POOL = 400

_pools: list[ProcessPoolExecutor] = []  # the last one takes tasks, those before it finish theirs
_workers = 2
_taken = 0
_lock = threading.Lock()


def _begin_worker() -> None:
    # The server decides when workers end: a Ctrl-C reaches the whole process group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def start(workers: int) -> None:
    """Start the pool; a second call changes nothing."""
    global _workers  # noqa: PLW0603
    with _lock:
        if not _pools:
            _workers = workers
            _replace()


def _replace() -> None:
    global _taken  # noqa: PLW0603
    _taken = 0
    _pools[:] = [pool for pool in _pools if pool._processes]
    for pool in _pools:
        pool.shutdown(wait=False)
    _pools.append(ProcessPoolExecutor(_workers, get_context("spawn"), _begin_worker))


def run(function: Callable[..., Result], *arguments: Any) -> Future[Result]:
    """Run a module-level pure function in a worker. Its exception is raised by the future's result().

    A worker that is killed takes the tasks along that its pool had (BrokenProcessPool); later ones get a new pool.
    """
    global _taken  # noqa: PLW0603
    start(_workers)
    with _lock:
        if _taken >= TASKS_PER_POOL:
            _replace()
        _taken += 1
        try:
            return _pools[-1].submit(function, *arguments)
        except BrokenProcessPool:
            _replace()
            return _pools[-1].submit(function, *arguments)


def stop() -> None:
    """End the workers; what waits is cancelled, what runs is ended."""
    with _lock:
        pools = list(_pools)
        _pools.clear()
    processes = [process for pool in pools for process in (pool._processes or {}).values()]
    for pool in pools:
        pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
