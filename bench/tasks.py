"""Background tasks on SQLite: how many are put in and run a second, and how soon a task begins.

python bench/tasks.py --json out.json
"""

from __future__ import annotations

import sys
import threading
import time
from statistics import median

from _audit import installation
from _store import arguments, report, row


def main() -> int:
    options = arguments(__doc__ or "", tasks=(2000, "tasks of the throughput run"))
    with installation(options.folder):
        from jcoc.trail.tasks import registry
        from jcoc.trail.tasks.api import Job, background, enqueue
        from jcoc.trail.tasks.models import Task
        from jcoc.trail.tasks.worker import Worker

        registry._schedules.clear()
        begun: dict[int, float] = {}
        begins = threading.Event()

        @background("bench.nothing")
        def nothing(job: Job) -> None:
            begun[job.id] = time.perf_counter()
            begins.set()

        start = time.perf_counter()
        for _ in range(options.tasks):
            enqueue(nothing)
        put_in = options.tasks / (time.perf_counter() - start)

        worker = Worker(3, in_server=True)
        start = time.perf_counter()
        worker.start()
        while Task.objects.filter(state="waiting").exists() or Task.objects.filter(state="running").exists():
            time.sleep(0.05)
        ran = options.tasks / (time.perf_counter() - start)

        waits = []
        for _ in range(100):
            time.sleep(0.02)
            begins.clear()
            asked = time.perf_counter()
            pk = enqueue(nothing)
            begins.wait(10)
            waits.append((begun[pk] - asked) * 1000)
        left = worker.stop(10)
    waits.sort()
    rows = [
        row("put into the queue, one transaction each", round(put_in), "tasks/s"),
        row("run to their end by three threads (a commit to claim, one to end)", round(ran), "tasks/s"),
        row("from enqueueing to its beginning in an idle server, median", round(median(waits), 1), "ms"),
        row("the same, 95th percentile", round(waits[94], 1), "ms"),
    ]
    report("Background tasks: the queue in SQLite", rows, options.json)
    return 0 if left else 1


if __name__ == "__main__":
    sys.exit(main())
