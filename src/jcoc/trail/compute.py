"""Compute workers: spawned processes for work that would hold the server's interpreter.

They get plain values or Arrow, never a database connection, never the store, and are recycled after some tasks.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

Result = TypeVar("Result")

TASKS_PER_WORKER = 200

_pool: ProcessPoolExecutor | None = None
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
    global _pool  # noqa: PLW0603
    with _lock:
        if _pool is None:
            _pool = ProcessPoolExecutor(
                workers,
                mp_context=get_context("spawn"),
                initializer=_begin_worker,
                max_tasks_per_child=TASKS_PER_WORKER,
            )


def run(function: Callable[..., Result], *arguments: Any) -> Future[Result]:
    """Run a module-level pure function in a worker. Its exception is raised by the future's result()."""
    start(2)
    assert _pool is not None
    return _pool.submit(function, *arguments)


def stop() -> None:
    """End the workers; what waits is cancelled, what runs is ended."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is None:
        return
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
