"""What changed since when: the newest reading per slot, each with the number of the commit that brought it."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from jcoc.telemetry.instants import NO_TIME


class Changes:
    """Arrays by slot, written by the store's thread and read by the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._time = np.zeros(0, np.int64)
        self._value = np.zeros(0)
        self._quality = np.zeros(0, np.int32)
        self._changed = np.zeros(0, np.int64)  # the number of the commit
        self._texts: dict[int, str] = {}  # results that are no numbers, by slot

    @property
    def number(self) -> int:
        """Of the last commit."""
        return self._number

    def grow(self, slots: int) -> None:
        with self._lock:
            more = slots - len(self._time)
            if more > 0:
                self._time = np.concatenate([self._time, np.full(more, NO_TIME)])
                self._value = np.concatenate([self._value, np.full(more, np.nan)])
                self._quality = np.concatenate([self._quality, np.zeros(more, np.int32)])
                self._changed = np.concatenate([self._changed, np.zeros(more, np.int64)])

    def begin(self, slot: np.ndarray, rows: pa.Table) -> None:
        """Take what the store holds as the state of commit 0. As take() otherwise."""
        with self._lock:
            self._take(slot, rows)

    def take(self, slot: np.ndarray, rows: pa.Table) -> None:
        """One commit: rows of schema OBSERVATIONS, sorted by datastream and time, and their slots (−1: unknown)."""
        with self._lock:
            self._number += 1
            self._take(slot, rows)

    def _take(self, slot: np.ndarray, rows: pa.Table) -> None:
        if not len(slot):
            return
        # Sorted, so the last row of each datastream is its newest.
        last = np.flatnonzero(np.append(slot[1:] != slot[:-1], True) & (slot >= 0) & (slot < len(self._time)))
        time = rows["phenomenon_time"].cast(pa.int64()).to_numpy()
        # An equal time is a correction.
        chosen = last[time[last] >= self._time[slot[last]]]
        slots = slot[chosen]
        newest = rows.take(pa.array(chosen))
        values = newest["result"].fill_null(np.nan).to_numpy()
        self._time[slots] = time[chosen]
        self._value[slots] = values
        self._quality[slots] = newest["quality"].to_numpy()
        self._changed[slots] = self._number
        if np.isnan(values).any():
            for position, text in enumerate(newest["result_json"].to_pylist()):
                if text is not None:
                    self._texts[int(slots[position])] = text

    def between(
        self, after: int, until: int, mask: np.ndarray
    ) -> tuple[np.ndarray, list[int], list[Any], list[int]]:
        """Slots of the mask that changed after one commit, up to another: slot, time in ms, result, flags."""
        with self._lock:
            count = min(len(mask), len(self._changed))
            changed = self._changed[:count]
            slots = np.flatnonzero((changed > after) & (changed <= until) & mask[:count])
            value = self._value[slots]
            results: list[Any] = value.tolist()
            for position in np.flatnonzero(np.isnan(value)).tolist():
                results[position] = msgspec.Raw(self._texts.get(int(slots[position]), "null").encode())
            return slots, (self._time[slots] // 1000).tolist(), results, self._quality[slots].tolist()
