"""Our queue as a backend of django-tasks: what a library declares with ``@task`` is run by it too."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task as DeclaredTask
from django_tasks.base import TaskContext, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from jcoc.trail.tasks import queue
from jcoc.trail.tasks.job import GiveUp, Job
from jcoc.trail.tasks.models import State, Task
from jcoc.trail.tasks.registry import background

_STATUS = {
    State.WAITING: TaskResultStatus.READY,
    State.RUNNING: TaskResultStatus.RUNNING,
    State.DONE: TaskResultStatus.SUCCESSFUL,
    State.FAILED: TaskResultStatus.FAILED,
    State.CANCELLED: TaskResultStatus.FAILED,
}
NOT_A_TASK = gettext_noop("%(path)s is not a task of this version.")


class Queue(BaseTaskBackend):
    """See django-tasks. A result's errors stay empty: an error's own words could hold something of a person."""

    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        positional, named = list(args), dict(kwargs)
        pk = queue.enqueue(
            call, run_after=task.run_after, path=task.module_path, positional=positional, named=named
        )
        return self.get_result(str(pk))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        row = Task.objects.filter(name="tasks.call", pk=result_id if result_id.isdecimal() else 0).first()
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        result: TaskResult[Any] = TaskResult(
            task=_declared(row.arguments["path"]),
            id=result_id,
            status=_STATUS[State(row.state)],
            enqueued_at=row.created,
            started_at=row.started,
            finished_at=row.finished,
            last_attempted_at=row.started,
            args=row.arguments["positional"],
            kwargs=row.arguments["named"],
            backend=self.alias,
            errors=[],
            worker_ids=[str(n + 1) for n in range(row.attempt)],
        )
        object.__setattr__(result, "_return_value", row.result)
        return result


def _declared(path: str) -> DeclaredTask[Any, Any]:
    try:
        found = import_string(path)
    except ImportError:
        found = None
    if not isinstance(found, DeclaredTask):
        raise GiveUp(NOT_A_TASK, path=path)
    return found


@background("tasks.call", title=_("Task of a library"))
def call(job: Job, path: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """Run what a library declared."""
    declared = _declared(path)
    if declared.takes_context:
        context = TaskContext(task_result=declared.get_result(str(job.id)))
        return declared.call(context, *positional, **named)
    return declared.call(*positional, **named)
