"""Workers in a process of their own, on a real data folder: run by test_worker.py with the name of a case."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def burn(until_there: str) -> int:
    """Hold the interpreter until a file is there, a minute at most."""
    end, turns = time.monotonic() + 60, 1
    while time.monotonic() < end and not os.path.exists(until_there):  # noqa: PTH110 (cheap: it must burn)
        turns += 1
    return turns


def until(condition: Callable[[], Any], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("not in time")
        time.sleep(0.01)


def state(pk: int) -> tuple[str, int]:
    from jcoc.trail.tasks.models import Task

    task = Task.objects.get(pk=pk)
    return task.state, task.attempt


def killed() -> object:
    """A task that kills its process, once; the process that comes after it does the task again."""
    from jcoc.trail.tasks.api import Job, background, enqueue
    from jcoc.trail.tasks.models import Task
    from jcoc.trail.tasks.worker import Worker

    @background("test.killer")
    def killer(job: Job) -> str:
        if job.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return "survived"

    enqueue(killer, key="once")
    worker = Worker(1, in_server=True, alone=True)
    worker.start()
    until(lambda: Task.objects.filter(name="test.killer", state="done").exists())
    assert worker.stop(5)
    return list(Task.objects.filter(name="test.killer").values_list("state", "attempt", "result"))


def once_each() -> object:
    """Several workers at once: each task and each due time once."""
    from django.db import connection

    from jcoc.trail.tasks import queue, registry
    from jcoc.trail.tasks.api import Job, background, daily, enqueue
    from jcoc.trail.tasks.models import Task
    from jcoc.trail.tasks.worker import Worker

    ran: list[int] = []
    registry._schedules.clear()

    @daily(at="00:00")
    @background("test.daily")
    def every_day(job: Job) -> None: ...

    @background("test.once")
    def once(job: Job, n: int) -> None:
        ran.append(n)

    def ask_the_clock() -> None:
        barrier.wait()
        queue.enqueue_due()
        connection.close()

    barrier = threading.Barrier(8)
    askers = [threading.Thread(target=ask_the_clock) for _ in range(8)]
    for thread in askers:
        thread.start()
    for thread in askers:
        thread.join()
    for n in range(200):
        enqueue(once, n=n)
    workers = [Worker(3, in_server=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    until(lambda: not Task.objects.exclude(state="done").exists())
    assert [worker.stop(5) for worker in workers] == [True, True]
    attempts = Counter(Task.objects.values_list("attempt", flat=True))
    return {
        "ran": sorted(ran) == list(range(200)),
        "clock": Task.objects.filter(name="test.daily").count(),
        "attempts": {str(attempt): n for attempt, n in attempts.items()},
    }


def compute_apart() -> object:
    """What burns in a compute worker holds up nothing here."""
    from django.conf import settings

    from jcoc.trail import compute
    from jcoc.trail.tasks.api import Job, background, enqueue
    from jcoc.trail.tasks.models import Task
    from jcoc.trail.tasks.worker import Worker

    ended: list[int] = []
    background("test.burn", compute=True)(burn)

    @background("test.small")
    def small(job: Job) -> None:
        ended.append(job.id)

    worker = Worker(2, in_server=True)
    worker.start()
    compute.run(burn, os.devnull).result(60)  # the pool is warm
    enough = settings.DATA_FOLDER.path / "enough"
    pk = enqueue(burn, until_there=str(enough))
    until(lambda: state(pk)[0] == "running")
    for _ in range(20):
        enqueue(small)
    until(lambda: len(ended) == 20)
    while_burning = state(pk)[0]
    enough.touch()
    until(lambda: state(pk)[0] == "done")
    assert worker.stop(5)
    compute.stop()
    return {
        "meanwhile": while_burning,
        "turns": Task.objects.get(pk=pk).result > 0,
    }


def cancel_and_stop() -> object:
    """A running task hears of its cancelling within some seconds; a stopping worker gives its task back."""
    from jcoc.trail.tasks import services
    from jcoc.trail.tasks.api import Job, background, enqueue
    from jcoc.trail.tasks.models import Task
    from jcoc.trail.tasks.worker import Worker

    @background("test.long")
    def long(job: Job) -> None:
        for step in range(100_000):
            job.progress(step / 100_000, "Step %(n)d", n=step)
            time.sleep(0.01)

    worker = Worker(2, in_server=True)
    worker.start()
    first, second = enqueue(long), enqueue(long)
    until(lambda: state(first)[0] == state(second)[0] == "running")
    until(lambda: Task.objects.get(pk=first).progress_text)
    services.cancel(Task.objects.get(pk=first))
    until(lambda: state(first)[0] == "cancelled")  # by itself it would take a quarter of an hour
    return {"stopped": worker.stop(40), "second": state(second)}


def lease_runs_out() -> object:
    """A worker that is alive keeps its claim for longer than the lease; one that vanished loses it."""
    from django.utils import timezone

    from jcoc.trail.tasks import queue
    from jcoc.trail.tasks.api import Job, background, enqueue
    from jcoc.trail.tasks.models import Task
    from jcoc.trail.tasks.worker import Worker

    queue.LEASE = timedelta(seconds=4)

    @background("test.slow")
    def slow(job: Job) -> str:
        time.sleep(10)
        return "slow"

    @background("test.vanished")
    def vanished(job: Job) -> str:
        return "again"

    gone = enqueue(vanished)
    assert queue.claim(["test.vanished"])
    worker = Worker(1, in_server=False)
    held = enqueue(slow)
    worker.start()
    until(lambda: state(held)[0] == "done")
    until(lambda: state(gone)[0] == "done")
    assert worker.stop(5)
    assert not Task.objects.filter(lease__gt=timezone.now()).exists()
    return {"held": state(held), "gone": state(gone)}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcoc.settings")
    django.setup()
    print("RESULT", json.dumps(globals()[sys.argv[1]]()))
