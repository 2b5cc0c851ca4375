"""The readings of the simulated streams in any span of time. Pure: the same seed and time, the same readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import numpy as np

from jcoc.demo.catalogue import Stream
from jcoc.demo.kinds import GAP_INTERVALS, GAP_LEAST, Kind
from jcoc.demo.models import noise
from jcoc.demo.models.faults import faults
from jcoc.demo.models.sampling import Sampling


@dataclass(frozen=True)
class Readings:
    """In order of time."""

    stream: np.ndarray  # int64: position in the simulation's streams
    time: np.ndarray  # float64: s since 1970, whole milliseconds
    value: np.ndarray  # float64

    def __len__(self) -> int:
        return len(self.stream)


@dataclass(frozen=True)
class _Group:
    """The streams of one kind, as arrays of shape (n, 1)."""

    kind: Kind
    positions: np.ndarray
    thing: np.ndarray
    stream: np.ndarray
    size: np.ndarray
    phase: np.ndarray  # (n,): at which part of the interval each reports

    def sampling(self, city: np.uint64, rows: np.ndarray, t: np.ndarray) -> Sampling:
        return Sampling(city, self.thing[rows], self.stream[rows], self.size[rows], t)


class Simulation:
    def __init__(self, streams: Sequence[Stream], seed: str, rate: float | None = None) -> None:
        """rate: readings a second of all streams together; without it each kind's own interval holds."""
        self.streams = tuple(streams)
        self.city = noise.seed_of(seed, "city")
        usual = sum(1.0 / stream.kind.every for stream in self.streams)
        self.stretch = usual / rate if rate else 1.0
        order = sorted(range(len(self.streams)), key=lambda i: id(self.streams[i].kind))
        self._groups = [
            _group(seed, self.streams, list(positions))
            for _, positions in groupby(order, key=lambda i: id(self.streams[i].kind))
        ]

    @property
    def rate(self) -> float:
        """Readings a second, faults left aside."""
        return sum(1.0 / (stream.kind.every * self.stretch) for stream in self.streams)

    def readings(self, after: float, until: float) -> Readings:
        """What the streams report at after < t ≤ until, faults included."""
        return _joined([self._report(group, after, until) for group in self._groups])

    def _report(self, group: _Group, after: float, until: float) -> Readings:
        every = group.kind.every * self.stretch
        first = np.floor(after / every - group.phase).astype(np.int64) + 1
        last = np.floor(until / every - group.phase).astype(np.int64)
        many = np.maximum(last - first + 1, 0)
        rows = np.repeat(np.arange(len(many)), many)
        if not len(rows):
            return _joined([])
        turn = np.repeat(first, many) + np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
        t = np.floor((turn + group.phase[rows]) * every * 1000.0) / 1000.0
        return self._values(group, rows, t[:, None], with_faults=True)

    def sampled(self, positions: Sequence[int], times: np.ndarray, *, with_faults: bool) -> Readings:
        """The values of the streams at these positions, each at every one of the times (s)."""
        wanted = set(positions)
        parts = []
        for group in self._groups:
            rows = np.array([i for i, p in enumerate(group.positions) if int(p) in wanted], dtype=np.int64)
            if len(rows) and len(times):
                each = np.repeat(rows, len(times))
                parts.append(
                    self._values(group, each, np.tile(times, len(rows))[:, None], with_faults=with_faults)
                )
        return _joined(parts)

    def _values(self, group: _Group, rows: np.ndarray, t: np.ndarray, *, with_faults: bool) -> Readings:
        """One value for each element of rows (n,) at t (n, 1)."""
        kind = group.kind
        seen, spike, kept = t, np.zeros_like(t), np.ones(len(rows), dtype=bool)
        if with_faults:
            wrong = faults(group.stream[rows], t)
            kept = ~wrong.silent[:, 0]
            # Where standing still is natural, a stuck value would not be seen as one.
            seen = wrong.seen if kind.flat_after is not None else t
            spike = np.zeros_like(t) if kind.counts else wrong.spike
        value = np.broadcast_to(kind.model(group.sampling(self.city, rows, seen)), t.shape)
        far = 0.12 * (kind.highest - kind.lowest) * (1.0 + noise.uniform(group.stream[rows], 12))
        # What cannot be negative does not show less than nothing either.
        low = kind.lowest - far if kind.lowest > 0 else kind.highest + far
        value = np.where(spike > 0, kind.highest + far, np.where(spike < 0, low, value))
        value = np.round(value, kind.digits) + 0.0
        return Readings(group.positions[rows][kept], t[kept, 0], value[kept, 0])


def gap_after(kind: Kind, stretch: float = 1.0) -> timedelta:
    """After which silence a stream counts as silent."""
    return timedelta(seconds=max(GAP_LEAST, GAP_INTERVALS * kind.every * stretch))


def _group(seed: str, streams: Sequence[Stream], positions: list[int]) -> _Group:
    chosen = [streams[position] for position in positions]
    seeds = np.array([[noise.seed_of(seed, stream.code)] for stream in chosen], dtype=np.uint64)
    return _Group(
        chosen[0].kind,
        np.array(positions, dtype=np.int64),
        np.array([[noise.seed_of(seed, stream.station.code)] for stream in chosen], dtype=np.uint64),
        seeds,
        np.array([[stream.station.size] for stream in chosen], dtype=float),
        noise.uniform(seeds, 11)[:, 0],
    )


def _joined(parts: list[Readings]) -> Readings:
    if not parts:
        return Readings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    stream = np.concatenate([part.stream for part in parts])
    time = np.concatenate([part.time for part in parts])
    value = np.concatenate([part.value for part in parts])
    order = np.lexsort((stream, time))
    return Readings(stream[order], time[order], value[order])
