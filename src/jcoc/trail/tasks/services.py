"""What people do to tasks: each is entered in the audit trail."""

from __future__ import annotations

from django.utils import timezone

from jcoc.trail.audit.recording import record, writing
from jcoc.trail.tasks.models import State, Task
from jcoc.trail.tasks.queue import wake_after_commit


def cancel(task: Task) -> bool:
    """Cancel what waits; ask what runs to leave. False where it is over already."""
    with writing("tasks.cancel"):
        rows = Task.objects.filter(pk=task.pk)
        done = rows.filter(state=State.WAITING).update(state=State.CANCELLED, finished=timezone.now())
        done = done or rows.filter(state=State.RUNNING).update(cancel_asked=True)
        if done:
            record("tasks.cancel", "tasks.task", [task.pk], detail={"task": task.name})
    return bool(done)


def repeat(task: Task) -> bool:
    """Put what failed or was cancelled into the queue again, with all its attempts. False where it is neither."""
    with writing("tasks.repeat"):
        rows = Task.objects.filter(pk=task.pk, state__in=(State.FAILED, State.CANCELLED))
        done = rows.update(
            state=State.WAITING,
            attempt=0,
            run_after=timezone.now(),
            finished=None,
            error=[],
            fraction=0,
            progress=[],
        )
        if done:
            record("tasks.repeat", "tasks.task", [task.pk], detail={"task": task.name})
            wake_after_commit()
    return bool(done)
