from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.channels import backoff


def test_the_longest_waits_are_those_declared() -> None:
    waits = [backoff.longest_wait(tries) for tries in range(1, backoff.TRIES)]
    assert waits == [60, 240, 960, 3840, 15_360, 21_600]
    assert sum(waits) < 12 * 3600


@given(st.integers(1, 50), st.integers())
def test_chance_takes_at_most_half(tries: int, seed: int) -> None:
    longest = backoff.longest_wait(tries)
    assert longest / 2 <= backoff.wait(tries, chance=random.Random(seed)) <= longest


def test_those_that_failed_together_come_back_apart() -> None:
    chance = random.Random(1)
    assert len({round(backoff.wait(1, chance=chance), 3) for _ in range(100)}) > 95


def test_the_other_sides_wish_is_kept_within_a_day() -> None:
    assert backoff.wait(1, asked=900) == 900
    assert backoff.wait(1, asked=10**9) == 86_400
