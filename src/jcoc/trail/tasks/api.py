"""What a ring needs for its background tasks, in its ``background.py`` and where it enqueues them.

    from jcoc.trail.tasks.api import Job, background, daily, enqueue

    @background("channels.send", title=_("Send a message"), attempts=5)
    def send(job: Job, message: int) -> None:
        job.progress(0.5, gettext_noop("Handed over to %(channel)s"), channel="e-mail")

    enqueue(send, message=7)

The engine is our own table and threads behind the interface of django-tasks (backend.py). Its database backend,
django-tasks-db 0.13, was looked at first: a killed worker leaves its task running for ever, there is no progress,
no cancelling, no repeating and no unique key, its worker is a process of its own that takes over the signals, and
on SQLite it takes the exclusive lock at every look into the queue.
"""

from jcoc.trail.tasks.job import Cancelled, GiveUp, Job, Retry, Stopping
from jcoc.trail.tasks.queue import enqueue
from jcoc.trail.tasks.registry import background, daily, every, weekly

__all__ = [
    "Cancelled",
    "GiveUp",
    "Job",
    "Retry",
    "Stopping",
    "background",
    "daily",
    "enqueue",
    "every",
    "weekly",
]
