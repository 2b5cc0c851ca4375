import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from jcoc.trail import compute
from support import until


@pytest.fixture(autouse=True)
def pool() -> Iterator[None]:
    compute.start(1)
    yield
    compute.stop()


@pytest.fixture
def two(pool: None) -> None:
    compute.stop()
    compute.start(2)


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
    monkeypatch.setattr(compute, "TASKS_PER_WORKER", 3)
    tasks = [compute.run(os.getpid) for _ in range(10)]
    pids = [task.result(60) for task in tasks]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 3, 1]
    until(lambda: all(gone(pid) for pid in pids[:9]), what="the end of the old workers")


def test_what_takes_too_long_is_ended_and_its_worker_free_again() -> None:
    pid = compute.run(os.getpid).result(30)
    with pytest.raises(TimeoutError):
        compute.within(0.2, time.sleep, 600)
    until(lambda: gone(pid), what="the end of the worker")
    assert compute.within(30, os.getpid) != pid


def test_only_the_work_that_took_too_long_is_ended(two: None) -> None:
    others = compute.run(time.sleep, 1.5)
    waiting = [compute.run(os.getpid) for _ in range(3)]
    with pytest.raises(TimeoutError):
        compute.within(1, time.sleep, 600)
    assert others.result(30) is None
    assert all(each.result(30) for each in waiting)


def test_what_waits_too_long_is_never_begun(tmp_path: Path) -> None:
    busy = compute.run(time.sleep, 2)
    with pytest.raises(TimeoutError):
        compute.within(0.2, Path.touch, tmp_path / "begun")
    busy.result(30)
    assert compute.run(os.getpid).result(30)
    assert not (tmp_path / "begun").exists()


def test_a_killed_worker_takes_nothing_along_that_another_or_the_queue_has(two: None) -> None:
    lost = compute.run(time.sleep, 600)
    kept = [compute.run(divmod, number, 7) for number in range(20)]
    compute.end(lost)
    with pytest.raises(BrokenProcessPool):
        lost.result(30)
    assert [each.result(30) for each in kept] == [divmod(number, 7) for number in range(20)]


def test_what_is_cancelled_while_it_waits_is_skipped() -> None:
    busy = compute.run(time.sleep, 1)
    waiting, last = compute.run(os.getpid), compute.run(os.getpid)
    assert waiting.cancel()
    assert busy.result(30) is None and last.result(30)
    compute.end(last)
    assert last.result(0)


def test_stopping_cancels_what_waits() -> None:
    busy = compute.run(time.sleep, 600)
    waiting = compute.run(os.getpid)
    compute.stop()
    assert waiting.cancelled()
    with pytest.raises(BrokenProcessPool):
        busy.result(30)
