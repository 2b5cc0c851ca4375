from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jcoc.telemetry.instants import NO_TIME
from jcoc.telemetry.quality import Flag, Limits, State, assess

SLOTS = 3
MINUTE = 60_000_000

readings = st.tuples(
    st.integers(0, SLOTS - 1),
    st.integers(0, 12).map(lambda minutes: minutes * MINUTE),
    st.sampled_from([0.0, 1.0, 2.0, 5.0, -3.0, math.nan]),
)


def some_limits() -> Limits:
    limits = Limits.none(SLOTS)
    limits.lowest[:2] = [-1, 0]
    limits.highest[:2] = [4, 1]
    limits.rate_per_minute[1:] = [0.5, 3]
    limits.flat_after[:2] = [2 * MINUTE, 0]
    limits.gap_after[1:] = [MINUTE, 5 * MINUTE]
    return limits


def plain(rows: list[tuple[int, int, float]], limits: Limits, state: State) -> list[int]:
    """The definition: one reading after the other."""
    flags = []
    for slot, time, value in rows:
        flag = 0
        if value < limits.lowest[slot] or value > limits.highest[slot]:
            flag |= Flag.RANGE
        newest = int(state.time[slot])
        if time < newest:
            flag |= Flag.LATE
        elif time > newest:
            if newest != NO_TIME:
                if abs(value - state.value[slot]) > limits.rate_per_minute[slot] * (time - newest) / 60e6:
                    flag |= Flag.RATE
                if time - newest > limits.gap_after[slot]:
                    flag |= Flag.GAP
            if newest == NO_TIME or value != state.value[slot]:
                state.since[slot] = time
            if time - int(state.since[slot]) >= limits.flat_after[slot]:
                flag |= Flag.FLAT
            state.time[slot], state.value[slot] = time, value
        flags.append(int(flag))
    return flags


@given(st.lists(readings, max_size=40), st.lists(st.integers(0, 40), max_size=3))
def test_columns_are_judged_as_one_by_one_in_any_batches(
    rows: list[tuple[int, int, float]], cuts: list[int]
) -> None:
    limits, state, plain_state = some_limits(), State.empty(SLOTS), State.empty(SLOTS)
    expected = plain(rows, limits, plain_state)
    found: list[int] = []
    for start, end in pairwise(sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})):
        slot, time, value = zip(*rows[start:end], strict=True)
        found += assess(
            np.array(slot, np.int64), np.array(time, np.int64), np.array(value), limits, state
        ).tolist()
    assert found == expected
    np.testing.assert_array_equal(state.time, plain_state.time)
    np.testing.assert_array_equal(state.value, plain_state.value)
    np.testing.assert_array_equal(state.since, plain_state.since)


def one(*rows: tuple[int, float], limits: Limits) -> list[Flag]:
    """Flags of (minute, value) readings of one datastream."""
    slot = np.zeros(len(rows), np.int64)
    time = np.array([minute * MINUTE for minute, _ in rows], np.int64)
    values = np.array([value for _, value in rows])
    return [Flag(flag) for flag in assess(slot, time, values, limits, State.empty(1)).tolist()]


def test_each_rule_by_example() -> None:
    limits = Limits.none(1)
    limits.lowest[0], limits.highest[0] = 0, 10
    assert one((0, 10.0), (1, 10.1), (2, -0.1), limits=limits) == [0, Flag.RANGE, Flag.RANGE]

    limits = Limits.none(1)
    limits.rate_per_minute[0] = 2
    assert one((0, 0.0), (1, 2.0), (2, 4.1), (4, 8.0), limits=limits) == [0, 0, Flag.RATE, 0]

    limits = Limits.none(1)
    limits.flat_after[0] = 3 * MINUTE
    assert one((0, 1.0), (2, 1.0), (3, 1.0), (4, 1.5), limits=limits) == [0, 0, Flag.FLAT, 0]

    limits = Limits.none(1)
    limits.gap_after[0] = 5 * MINUTE
    assert one((0, 1.0), (5, 1.0), (11, 1.0), (8, 1.0), limits=limits) == [0, 0, Flag.GAP, Flag.LATE]


def test_a_datastream_without_rules_is_never_flagged_but_late() -> None:
    assert one((0, 1e300), (1, -1e300), (1000, -1e300), (3, 0.0), limits=Limits.none(1)) == [
        0,
        0,
        0,
        Flag.LATE,
    ]


def test_state_grows_with_new_slots() -> None:
    state = State.empty(1)
    assess(np.array([0]), np.array([MINUTE]), np.array([1.0]), Limits.none(1), state)
    state.grow(70_000)
    slot = np.array([69_999, 0])
    flags = assess(slot, np.array([MINUTE, 0]), np.array([2.0, 1.0]), Limits.none(70_000), state)
    assert flags.tolist() == [0, Flag.LATE]
    assert state.value[[0, 69_999]].tolist() == [1.0, 2.0]
