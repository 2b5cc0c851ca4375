import os
import time
from collections.abc import Iterator

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

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    until(gone, what="the end of the worker")
