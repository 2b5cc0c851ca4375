"""Runs what is in the queue: some threads that take tasks, and one that keeps their claims alive and the clock."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import close_old_connections, connection
from django.utils.translation import gettext_noop

from jcoc.trail import compute
from jcoc.trail.actor import SYSTEM, acting
from jcoc.trail.tasks import queue, registry
from jcoc.trail.tasks.job import Cancelled, GiveUp, Job, Retry, Stopping
from jcoc.trail.tasks.models import Task

logger = logging.getLogger(__name__)

#: How often an idle worker looks into the queue; what its own process enqueues it takes at once.
LOOK_S = 1.0
UNEXPECTED = gettext_noop("Unexpected error: %(kind)s in %(place)s. The server's log says more.")
UNKNOWN = gettext_noop("This version does not know the task.")


class Worker:
    """Threads that run tasks in this process.

    `in_server`: it may also run what only the server process can; `only_server`: nothing else. `alone`: nobody else
    works on this queue, so what is marked as running when it starts was lost.
    """

    def __init__(
        self, threads: int, *, in_server: bool, only_server: bool = False, alone: bool = False
    ) -> None:
        self._alone = alone
        self._names = registry.runnable(in_server=in_server, only_server=only_server)
        self._stopping = threading.Event()
        self._wake = threading.Condition()
        self._calls = 0
        self._running: dict[int, tuple[Task, Job]] = {}
        self._lock = threading.Lock()
        self._workers = [
            threading.Thread(target=self._work, name=f"task {n}", daemon=True) for n in range(threads)
        ]
        self._keeper = threading.Thread(target=self._keep, name="tasks", daemon=True)

    def start(self) -> None:
        self._forget = queue.on_enqueued(self._call)
        self._keeper.start()

    def begin_to_stop(self) -> None:
        """Take nothing new, and tell the tasks that run; they go back to the queue where they can leave."""
        self._stopping.set()
        self._call()

    def stop(self, seconds: float) -> bool:
        """End within this time. False where a task could not leave: its claim runs out, and it is done again."""
        self.begin_to_stop()
        self._forget()
        end = monotonic() + seconds
        self._keeper.join(max(end - monotonic(), 0))
        for thread in self._workers:
            if thread.ident:
                thread.join(max(end - monotonic(), 0))
        return not any(thread.is_alive() for thread in (self._keeper, *self._workers))

    def _call(self) -> None:
        with self._wake:
            self._calls += 1
            self._wake.notify_all()

    def _pause(self, seen: int, seconds: float) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._calls != seen or self._stopping.is_set(), seconds)

    def _work(self) -> None:
        while not self._stopping.is_set():
            seen = self._calls
            if not self._safely(self._take_one):
                self._pause(seen, LOOK_S)
        connection.close()

    def _take_one(self) -> bool:
        task = queue.claim(self._names)
        if task is None:
            return False
        try:
            run(task, self._stopping, self._hold)
        finally:
            with self._lock:
                self._running.pop(task.pk, None)
        return True

    def _hold(self, task: Task, job: Job) -> None:
        with self._lock:
            self._running[task.pk] = (task, job)

    def _keep(self) -> None:
        """Signs of life, cancellations, lost claims and the clock."""
        if self._alone:
            self._safely(partial(queue.take_back_lost, at_once=True))
        for thread in self._workers:
            thread.start()
        renewed, looked = monotonic(), 0.0
        while not self._stopping.is_set():
            if not looked or monotonic() - looked >= 5:
                looked = monotonic()
                self._safely(queue.take_back_lost)
                self._safely(queue.enqueue_due)
            self._stopping.wait(1)
            with self._lock:
                held = list(self._running.values())
            if held:
                self._safely(partial(self._hear, held))
            if monotonic() - renewed >= queue.LEASE.total_seconds() / 4:
                renewed = monotonic()
                self._safely(partial(queue.renew, [task for task, _job in held]))
        connection.close()

    def _hear(self, held: list[tuple[Task, Job]]) -> None:
        wanted = queue.wanted([task for task, _job in held])
        for task, job in held:
            if task.pk not in wanted:
                job.end_soon()

    def _safely(self, step: Callable[[], Any]) -> Any:
        """A database that is away for a moment must not end the thread."""
        close_old_connections()
        try:
            return step()
        except Exception:
            logger.exception("The queue of background tasks could not be worked on; it is tried again")
            self._stopping.wait(LOOK_S)
            return False


def run(
    task: Task,
    stopping: threading.Event | None = None,
    hold: Callable[[Task, Job], None] | None = None,
) -> None:
    """Run a claimed task to its end and enter how it ended."""
    background = registry.named(task.name)
    if background is None:
        queue.fail(task, [UNKNOWN, {}], final=True)
        return

    def write(fraction: float, progress: list[Any]) -> bool:
        return queue.report(task, fraction, progress)

    job = Job(task.pk, task.attempt, task.asked_by, write, stopping)
    if hold:
        hold(task, job)
    person = task.asked_by not in ("", SYSTEM, "nobody")
    try:
        with acting(task.asked_by if person else f"task-{task.pk}"):
            if background.compute:
                result = _outcome(compute.run(partial(background.function, **task.arguments)), job)
            else:
                result = background.function(job, **task.arguments)
        queue.finish(task, result)
    except Stopping:
        queue.give_back(task)
    except Cancelled:
        queue.leave(task)
    except Retry as retry:
        queue.fail(task, [retry.sentence, retry.values], wait=timedelta(seconds=retry.seconds))
    except GiveUp as failure:
        queue.fail(task, [failure.sentence, failure.values], final=True)
    except Exception as error:
        kind, steps = type(error).__name__, traceback.extract_tb(error.__traceback__)[1:]
        # Without the error's own words, which could hold something of a person.
        way = "".join(traceback.format_list(steps))
        logger.error("Task %s, attempt %d of %d: %s\n%s", task, task.attempt, task.attempts, kind, way)
        queue.fail(task, [UNEXPECTED, {"kind": kind, "place": _place(steps)}])


def _outcome(future: Future[Any], job: Job) -> Any:
    """Wait for a compute worker; where the task is cancelled, its work there is ended."""
    while True:
        try:
            return future.result(timeout=0.5)
        except NotYet:
            if future.done():
                raise
            try:
                job.check()
            except Cancelled:
                compute.end(future)
                raise


def _place(steps: list[traceback.FrameSummary]) -> str:
    """Where it happened, in our own code if it passed there."""
    ours = [step for step in steps if "jcoc" in Path(step.filename).parts]
    if not (ours or steps):
        return "?"
    step = (ours or steps)[-1]
    return f"{Path(step.filename).name}:{step.lineno}"


def run_due(limit: int = 1000) -> list[str]:
    """Run in this thread what is due now, for tests and commands; the states the tasks came to, in order."""
    names = registry.runnable(in_server=True)
    states: list[str] = []
    while len(states) < limit and (task := queue.claim(names)):
        run(task)
        states.append(Task.objects.values_list("state", flat=True).get(pk=task.pk))
    return states
