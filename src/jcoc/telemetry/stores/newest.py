"""What a store keeps in memory of each datastream: how many observations it has, and the newest one."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from jcoc.telemetry.instants import NO_TIME

from .contract import OBSERVATIONS
from .identity import microseconds

_FIRST_ROOM = 1024


class Newest:
    """Columns of numpy arrays, one place a datastream. Newest is the largest (phenomenon_time, phenomenon_end).

    About 150 bytes a datastream besides its texts. The lock is held for work in memory only, never for the disk,
    so a reader sees a whole commit or nothing of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = np.empty(0, np.int64)  # sorted
        self._places = np.empty(0, np.int64)  # the place of each of _ids
        self._count = np.zeros(_FIRST_ROOM, np.int64)
        self._columns: dict[str, np.ndarray] = {field.name: _empty(field) for field in OBSERVATIONS}

    def times(self, datastreams: np.ndarray) -> np.ndarray:
        """int64 microseconds of the newest observation of each, NO_TIME where there is none."""
        with self._lock:
            found, places = self._find(datastreams)
            times = np.full(len(datastreams), NO_TIME, np.int64)
            times[found] = self._columns["phenomenon_time"][places]
            return times

    def add(self, datastreams: np.ndarray, added: np.ndarray, rows: pa.Table) -> None:
        """Count `added` more of each of the datastreams (each named once, sorted), whose newest row now is `rows`
        (one a datastream, in the same order) where that is not older than the one known."""
        with self._lock:
            places = self._room_for(datastreams)
            self._count[places] += added
            time, end = microseconds(rows["phenomenon_time"]), microseconds(rows["phenomenon_end"])
            known_time = self._columns["phenomenon_time"][places]
            newer = (time > known_time) | (
                (time == known_time) & (end >= self._columns["phenomenon_end"][places])
            )
            chosen = np.flatnonzero(newer)
            self._write(places[chosen], rows if len(chosen) == len(places) else rows.take(chosen))

    def replace(self, counts: np.ndarray, rows: pa.Table) -> None:
        """Set count and newest row of the rows' datastreams (sorted; one row each)."""
        with self._lock:
            places = self._room_for(rows["datastream"].to_numpy())
            self._count[places] = counts
            self._write(places, rows)

    def forget(self, datastream: int) -> None:
        with self._lock:
            _, places = self._find(np.array([datastream], np.int64))
            self._count[places] = 0
            self._columns["phenomenon_time"][places] = NO_TIME
            self._columns["phenomenon_end"][places] = NO_TIME

    def table(self, datastreams: Sequence[int] | None = None) -> pa.Table:
        with self._lock:
            places = self._places if datastreams is None else self._find(_ids(datastreams))[1]
            places = places[self._count[places] > 0]
            taken = {name: column[places] for name, column in self._columns.items()}
        return pa.Table.from_arrays(
            [_to_arrow(field, taken[field.name]) for field in OBSERVATIONS], schema=OBSERVATIONS
        )

    def counts(self) -> dict[int, int]:
        with self._lock:
            counts = self._count[self._places]
            ids = self._ids
        kept = counts > 0
        return dict(zip(ids[kept].tolist(), counts[kept].tolist(), strict=True))

    def count(self, datastreams: Sequence[int] | None = None) -> int:
        with self._lock:
            if datastreams is None:
                return int(self._count.sum())
            return int(self._count[self._find(_ids(datastreams))[1]].sum())

    def _find(self, datastreams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = np.searchsorted(self._ids, datastreams)
        found = np.flatnonzero(at < len(self._ids))
        found = found[self._ids[at[found]] == datastreams[found]]
        return found, self._places[at[found]]

    def _room_for(self, datastreams: np.ndarray) -> np.ndarray:
        found, places = self._find(datastreams)
        if len(found) == len(datastreams):
            return places
        unknown = np.delete(datastreams, found)
        first = len(self._ids)
        needed = first + len(unknown)
        if needed > len(self._count):
            more = max(needed, 2 * len(self._count)) - len(self._count)
            self._count = np.r_[self._count, np.zeros(more, np.int64)]
            for field in OBSERVATIONS:
                column = self._columns[field.name]
                self._columns[field.name] = np.concatenate([column, _empty(field, more)])
        at = np.searchsorted(self._ids, unknown)
        self._ids = np.insert(self._ids, at, unknown)
        self._places = np.insert(self._places, at, np.arange(first, needed))
        return self._find(datastreams)[1]

    def _write(self, places: np.ndarray, rows: pa.Table) -> None:
        for field in OBSERVATIONS:
            self._columns[field.name][places] = _to_numpy(field, rows[field.name])


def _ids(datastreams: Sequence[int]) -> np.ndarray:
    return np.unique(np.asarray(datastreams, np.int64))


def _empty(field: pa.Field, room: int = _FIRST_ROOM) -> np.ndarray:
    if pa.types.is_string(field.type):
        return np.full(room, None, object)
    if pa.types.is_floating(field.type):
        return np.full(room, np.nan)
    return np.full(room, NO_TIME, np.int64)


def _to_numpy(field: pa.Field, column: pa.ChunkedArray) -> np.ndarray | None:
    if pa.types.is_string(field.type):
        if column.null_count == len(column):
            return None  # numpy writes it to every place
        return np.array(column.to_pylist(), object)
    if pa.types.is_floating(field.type) or field.name == "quality":
        return column.to_numpy()
    return microseconds(column)


def _to_arrow(field: pa.Field, values: np.ndarray) -> pa.Array:
    if pa.types.is_string(field.type):
        return pa.array(values, pa.string())
    if pa.types.is_floating(field.type):
        return pa.array(values, field.type, mask=np.isnan(values))
    missing = values == NO_TIME
    return pa.array(values, pa.int64(), mask=missing if missing.any() else None).cast(field.type)
