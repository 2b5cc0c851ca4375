"""What a library declares with django-tasks runs in our queue."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskContext, task, task_backends
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from jcoc.trail.tasks import backend
from jcoc.trail.tasks.models import Task
from jcoc.trail.tasks.worker import run_due

pytestmark = pytest.mark.django_db


@task
def add(a: int, b: int) -> int:
    return a + b


@task(takes_context=True)
def attempt(context: TaskContext) -> int:
    return context.attempt


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest imports this file under a name that Python itself cannot."""
    here = {f"{__name__}.add": add, f"{__name__}.attempt": attempt}
    known = backend.import_string
    monkeypatch.setattr(backend, "import_string", lambda path: here.get(path) or known(path))


def test_a_task_of_a_library_runs_and_tells_its_result() -> None:
    result = add.enqueue(1, b=2)
    assert (result.status, result.args, result.kwargs) == (TaskResultStatus.READY, [1], {"b": 2})
    assert run_due() == ["done"]
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 3, 1)


def test_it_may_wait_and_ask_for_its_context() -> None:
    attempt.using(run_after=timezone.now() + timedelta(days=1)).enqueue()
    assert run_due() == []
    result = attempt.enqueue()
    assert run_due() == ["done"]
    assert attempt.get_result(result.id).return_value == 1


def test_only_what_is_declared_is_ever_called() -> None:
    result = add.enqueue(1, 2)
    Task.objects.update(arguments={"path": "os.getpid", "positional": [], "named": {}})
    assert run_due() == ["failed"]
    assert Task.objects.get(pk=result.id).error_text.startswith("os.getpid")


def test_a_result_that_is_not_there() -> None:
    for wrong in ("0", "drop", "9" * 9):
        with pytest.raises(TaskResultDoesNotExist):
            task_backends["default"].get_result(wrong)
