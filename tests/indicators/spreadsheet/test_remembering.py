"""What is made once is not made again, also while it is being made."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from jcoc.indicators.spreadsheet.remembering import Remembering


class Lasting(Exception):
    pass


class Passing(Exception):
    pass


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    made: list[str] = []
    kept: Remembering[str] = Remembering(10, len)

    def get(word: str) -> str:
        return kept.get(word[0], lambda: made.append(word) or word, 1)  # type: ignore[func-returns-value]

    for word in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        assert get(word) == word
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert get("d" * 99) and get("d" * 99)
    assert made[-1] == "d" * 99 and made.count("d" * 99) == 1, "the newest one stays, however much it weighs"


@pytest.mark.parametrize(("error", "times"), [(Lasting, 1), (Passing, 3)])
def test_errors_that_would_come_again_are_remembered(error: type[Exception], times: int) -> None:
    kept: Remembering[str] = Remembering(10, len, (Lasting,))
    made = []

    def make() -> str:
        made.append(1)
        raise error

    for _ in range(3):
        with pytest.raises(error):
            kept.get("a", make, 1)
    assert len(made) == times


def test_who_asks_while_it_is_made_waits_for_it() -> None:
    kept: Remembering[str] = Remembering(10, len)
    begun, go_on = threading.Event(), threading.Event()
    made = []

    def make() -> str:
        made.append(1)
        begun.set()
        assert go_on.wait(10)
        return "a"

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(kept.get, "a", make, 10)
        assert begun.wait(10)
        with pytest.raises(TimeoutError):
            kept.get("a", make, 0)
        others = [pool.submit(kept.get, "a", make, 10) for _ in range(8)]
        go_on.set()
        assert [each.result(10) for each in (first, *others)] == ["a"] * 9
    assert made == [1]
