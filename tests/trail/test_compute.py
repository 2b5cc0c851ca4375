import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool

import pytest

from jcoc.trail import compute
from support import until


@pytest.fixture(autouse=True)
def pool() -> Iterator[None]:
    compute.start(1)
    yield
    compute.stop()


def test_work_is_done_in_another_process() -> None:
    assert compute.run(os.getpid).result(30) != os.getpid()


def test_what_goes_wrong_there_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        compute.run(divmod, 1, 0).result(30)


def test_stopping_ends_a_worker_that_is_still_at_work() -> None:
    pid = compute.run(os.getpid).result(30)
    compute.run(time.sleep, 600)
    compute.stop()
    until(lambda: gone(pid), what="the end of the worker")


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_killed_worker_fails_its_task_and_no_later_one() -> None:
    pid = compute.run(os.getpid).result(30)
    lost = compute.run(time.sleep, 600)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        lost.result(30)
    assert compute.run(os.getpid).result(30) not in {pid, os.getpid()}


def test_workers_are_recycled_and_finish_what_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "TASKS_PER_POOL", 3)
    tasks = [compute.run(os.getpid) for _ in range(10)]
    pids = [task.result(60) for task in tasks]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 3, 1]
    until(lambda: all(gone(pid) for pid in pids[:9]), what="the end of the old workers")
