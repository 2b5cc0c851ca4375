"""Quality rules: which readings to flag. Pure numpy; flags never delete.

Definitions (the plain loop in tests/telemetry/test_quality.py says the same in a dozen lines). Readings are
taken in their order of arrival. A reading is judged against the newest of its datastream before it:

RANGE  value < lowest or value > highest.
LATE   its time lies before the newest one. Rate, flat line and gap are not judged: no neighbour is known.
RATE   |value − newest value| > rate_per_minute × minutes between them.
FLAT   the value has not changed for flat_after or longer.
GAP    more than gap_after passed since the newest.

A reading of the very time of the newest (a repeat, a correction) is judged by range alone and changes no
state.
Values that are no numbers (NaN) have no range, rate or flat line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from jcoc.telemetry.instants import NO_TIME

_NO_DURATION = np.iinfo(np.int64).max


class Flag(IntFlag):
    RANGE = 1
    RATE = 2
    FLAT = 4
    GAP = 8
    LATE = 16


@dataclass
class Limits:
    """Per slot, shape (slots,): float64 (−inf/+inf/+inf: no limit) and int64 µs (the largest: no limit)."""

    lowest: np.ndarray
    highest: np.ndarray
    rate_per_minute: np.ndarray
    flat_after: np.ndarray
    gap_after: np.ndarray

    @classmethod
    def none(cls, slots: int) -> Limits:
        return cls(
            np.full(slots, -np.inf),
            np.full(slots, np.inf),
            np.full(slots, np.inf),
            np.full(slots, _NO_DURATION, np.int64),
            np.full(slots, _NO_DURATION, np.int64),
        )


@dataclass
class State:
    """The newest reading per slot, (slots,): time int64 µs (NO_TIME: none), value, since when unchanged."""

    time: np.ndarray
    value: np.ndarray
    since: np.ndarray

    @classmethod
    def empty(cls, slots: int) -> State:
        return cls(np.full(slots, NO_TIME), np.full(slots, np.nan), np.full(slots, NO_TIME))

    def grow(self, slots: int) -> None:
        more = slots - len(self.time)
        if more > 0:
            new = State.empty(more)
            self.time = np.concatenate([self.time, new.time])
            self.value = np.concatenate([self.value, new.value])
            self.since = np.concatenate([self.since, new.since])


def assess(slot: np.ndarray, time: np.ndarray, value: np.ndarray, limits: Limits, state: State) -> np.ndarray:
    """Flags (int32, shape (n,)) of readings in order of arrival; brings `state` up to date.

    slot: int64 (n,); time: int64 µs (n,); value: float64 (n,), NaN where the result is not a number.
    """
    count = len(slot)
    flags = np.zeros(count, np.int32)
    if not count:
        return flags
    # NaN compares false, so it is never out of range.
    flags[(value < limits.lowest[slot]) | (value > limits.highest[slot])] = Flag.RANGE

    order = np.argsort(slot.astype(np.uint16) if len(state.time) <= 0xFFFF else slot, kind="stable")
    slot, time, value = slot[order], time[order], value[order]
    newest = _newest_before(slot, time, state)
    late = time < newest
    forward = np.flatnonzero(time > newest)
    sorted_flags = np.where(late, np.int32(Flag.LATE), np.int32(0))
    if len(forward):
        sorted_flags[forward] |= _chain(slot[forward], time[forward], value[forward], limits, state)
    flags[order] |= sorted_flags
    return flags


def _newest_before(slot: np.ndarray, time: np.ndarray, state: State) -> np.ndarray:
    """The newest time of the slot before each row, known state included. Rows are grouped by slot."""
    begins = np.empty(len(slot), bool)
    begins[0] = True
    np.not_equal(slot[1:], slot[:-1], out=begins[1:])
    known = state.time[slot]
    previous = np.empty_like(time)
    previous[1:] = time[:-1]
    if (begins[1:] | (time[1:] >= time[:-1])).all():
        return np.where(begins, known, np.maximum(previous, known))
    # A running maximum within each slot: over ranks of the times, lifted by the slot so that a slot never
    # looks back into the one before.
    ranks = np.unique(time, return_inverse=True)
    segment = np.cumsum(begins) - 1
    lifted = np.maximum.accumulate(ranks[1] + segment * len(ranks[0]))
    running = ranks[0][lifted - segment * len(ranks[0])]
    previous[1:] = running[:-1]
    return np.where(begins, known, np.maximum(previous, known))


def _chain(slot: np.ndarray, time: np.ndarray, value: np.ndarray, limits: Limits, state: State) -> np.ndarray:
    """Flags of readings that each are newer than the one before, grouped by slot; the state is moved on."""
    begins = np.empty(len(slot), bool)
    begins[0] = True
    np.not_equal(slot[1:], slot[:-1], out=begins[1:])
    before_time, before_value = np.roll(time, 1), np.roll(value, 1)
    before_time[begins], before_value[begins] = state.time[slot[begins]], state.value[slot[begins]]
    has_before = before_time != NO_TIME
    # Where there is none before, 0: the difference to the smallest integer would overflow.
    passed = np.where(has_before, time - np.where(has_before, before_time, time), 0)
    flags = np.zeros(len(slot), np.int32)
    flags[passed > limits.gap_after[slot]] |= Flag.GAP
    rate = limits.rate_per_minute[slot]
    judged = has_before & np.isfinite(rate)
    if judged.any():
        change = np.abs(value[judged] - before_value[judged])
        flags[np.flatnonzero(judged)[change > rate[judged] * (passed[judged] / 60e6)]] |= Flag.RATE

    # Unchanged since: the row of the last change, or what the state says where the slot has not changed yet.
    position = np.arange(len(slot))
    changed = value != before_value  # true for NaN and where nothing came before
    start = np.maximum.accumulate(np.where(begins | changed, position, 0))
    since = np.where(changed[start], time[start], state.since[slot])
    flags[time - since >= limits.flat_after[slot]] |= Flag.FLAT

    ends = np.append(begins[1:], True)
    state.time[slot[ends]] = time[ends]
    state.value[slot[ends]] = value[ends]
    state.since[slot[ends]] = since[ends]
    return flags
