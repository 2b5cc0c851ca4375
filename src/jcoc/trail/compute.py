"""Compute workers: spawned processes for work that would hold the server's interpreter.

They get plain values or Arrow, never a database connection, never the store, and are recycled after some tasks. Each
has one piece of work at a time, so that one that takes too long, or is no longer wanted, is ended with its worker and
takes nobody else's along.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

Result = TypeVar("Result")

#: A worker is replaced after so many. ProcessPoolExecutor's own max_tasks_per_child hangs in Python 3.11 to 3.13 once
#: tasks queue up (cpython issue 115634).
TASKS_PER_WORKER = 400


@dataclass(eq=False)
class _Work:
    call: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


@dataclass(eq=False)
class _Worker:
    """A pool of one process; none until it has work."""

    pool: ProcessPoolExecutor | None = None
    taken: int = 0
    work: _Work | None = None
    killed: bool = False

    def submit(self, work: _Work) -> Future[Any]:
        self.work = work
        try:
            return self._fresh().submit(work.call)
        except BrokenProcessPool:  # it was killed while it had nothing to do
            self.leave()
            return self._fresh().submit(work.call)

    def _fresh(self) -> ProcessPoolExecutor:
        if self.taken >= TASKS_PER_WORKER:
            self.leave()
        if self.pool is None:
            self.pool = ProcessPoolExecutor(1, get_context("spawn"), _begin_worker)
        self.taken += 1
        return self.pool

    def leave(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=False)
        self.pool, self.taken, self.killed = None, 0, False

    @property
    def processes(self) -> list[Any]:
        return list((self.pool._processes or {}).values()) if self.pool else []


_workers: list[_Worker] = []
_number = 2
_waiting: deque[_Work] = deque()
_lock = threading.RLock()


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
    """Let there be so many workers; a second call changes nothing."""
    global _number  # noqa: PLW0603
    with _lock:
        if not _workers:
            _number = workers
            _workers.extend(_Worker() for _ in range(workers))


def run(function: Callable[..., Result], *arguments: Any) -> Future[Result]:
    """Run a module-level pure function in a worker. Its exception is raised by the future's result(), and
    BrokenProcessPool where its worker was killed."""
    work = _Work(partial(function, *arguments))
    start(_number)
    with _lock:
        _waiting.append(work)
        _give_out()
    return work.future


def within(seconds: float, function: Callable[..., Result], *arguments: Any) -> Result:
    """Run it and wait for its result; after that time it is ended, with ``TimeoutError``."""
    future = run(function, *arguments)
    try:
        return future.result(seconds)
    except TimeoutError:
        end(future)
        raise


def end(future: Future[Any]) -> None:
    """End the work of a future of run(): nobody wants its result. What has ended already stays as it is."""
    with _lock:
        for work in _waiting:
            if work.future is future:
                _waiting.remove(work)
                future.cancel()
                return
        for worker in _workers:
            if worker.work is not None and worker.work.future is future:
                # Its result may be on its way already: what comes next must not go to the process that dies.
                worker.killed = True
                for process in worker.processes:
                    process.kill()


def _give_out() -> None:
    for worker in _workers:
        while worker.work is None and _waiting:
            work = _waiting.popleft()
            if work.future.set_running_or_notify_cancel():
                worker.submit(work).add_done_callback(partial(_ended, worker, work))


def _ended(worker: _Worker, work: _Work, done: Future[Any]) -> None:
    error = BrokenProcessPool("The worker was stopped.") if done.cancelled() else done.exception()
    with _lock:
        worker.work = None
        if worker.killed or isinstance(error, BrokenProcessPool):
            worker.leave()
        _give_out()
    if error is not None:
        work.future.set_exception(error)
    else:
        work.future.set_result(done.result())


def stop() -> None:
    """End the workers; what waits is cancelled, what runs is ended."""
    with _lock:
        workers, waiting = list(_workers), list(_waiting)
        _workers.clear()
        _waiting.clear()
    processes = [process for worker in workers for process in worker.processes]
    for work in waiting:
        work.future.cancel()
    for worker in workers:
        if worker.pool is not None:
            worker.pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
