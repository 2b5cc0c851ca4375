"""Workers and the queue on a real data folder (SQLite), and several at once on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jcoc.trail.tasks import queue, registry
from jcoc.trail.tasks.api import daily, enqueue
from jcoc.trail.tasks.models import Task
from jcoc.trail.tasks.worker import Worker
from support import Centre, environment, jcoc, set_up, until

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "in_a_process.py"


def _process(data: Path, case: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), case],
        env=environment(data) | {"JCOC_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def _result(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.split("RESULT ", 1)[1])


def test_a_killed_process_leaves_its_task_to_the_next(tmp_path: Path) -> None:
    data = set_up(tmp_path / "d")
    assert _process(data, "killed").returncode == -9
    assert _result(_process(data, "killed")) == [["done", 2, "survived"]]


def test_each_task_and_each_due_time_once(tmp_path: Path) -> None:
    expected = {"ran": True, "clock": 1, "attempts": {"1": 201}}
    assert _result(_process(set_up(tmp_path / "d"), "once_each")) == expected


def test_a_burning_compute_task_holds_up_nothing(tmp_path: Path) -> None:
    expected = {"meanwhile": "running", "turns": True}
    assert _result(_process(set_up(tmp_path / "d"), "compute_apart")) == expected


def test_cancelling_and_stopping_are_heard(tmp_path: Path) -> None:
    assert _result(_process(set_up(tmp_path / "d"), "cancel_and_stop")) == {
        "second": ["waiting", 0],
        "stopped": True,
    }


def test_a_claim_lives_as_long_as_its_worker(tmp_path: Path) -> None:
    assert _result(_process(set_up(tmp_path / "d"), "lease_runs_out")) == {
        "held": ["done", 1],
        "gone": ["done", 2],
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_on_postgresql_take_each_task_once(
    declared: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the same on SQLite: test_each_task_and_each_due_time_once")
    ran: list[int] = []
    monkeypatch.setattr(registry, "_schedules", {})
    task = declared("test.pg", lambda job, n: ran.append(n))
    daily(at="00:00")(declared("test.pg_daily", lambda job: None))
    for n in range(100):
        enqueue(task, n=n)

    def ask() -> None:
        queue.enqueue_due()
        connection.close()

    askers = [threading.Thread(target=ask) for _ in range(6)]
    for thread in askers:
        thread.start()
    for thread in askers:
        thread.join()
    workers = [Worker(3, in_server=False) for _ in range(2)]
    for worker in workers:
        worker.start()
    until(lambda: not Task.objects.exclude(state="done").exists(), seconds=60, what="the end of all tasks")
    assert [worker.stop(10) for worker in workers] == [True, True]
    assert sorted(ran) == list(range(100))
    assert Task.objects.filter(name="test.pg_daily").count() == 1
    assert set(Task.objects.values_list("attempt", flat=True)) == {1}


def test_the_server_runs_what_the_clock_says(centre: Centre) -> None:
    count = (
        "from jcoc.trail.tasks.models import Task as T; print(T.objects.filter(name=N, state='done').count())"
    )

    def done() -> bool:
        said = centre.jcoc("manage", "shell", "-v", "0", "-c", f"N = 'people.clear_sessions'; {count}")
        return said.stdout.strip() == "1"

    until(done, seconds=60, what="the first clearing of sessions")


def test_workers_of_their_own_need_postgresql(tmp_path: Path) -> None:
    done = jcoc(tmp_path, "worker")
    assert done.returncode == 1
    assert "JCOC_DATABASE_URL" in done.stderr


def test_a_setting_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCOC_TASKS", "nobody")
    done = jcoc(tmp_path, "setup")
    assert done.returncode == 1
    assert "JCOC_TASKS must be server or worker, not 'nobody'." in done.stderr
