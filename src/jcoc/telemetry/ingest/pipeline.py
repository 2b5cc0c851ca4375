"""From decoded requests to the store: what came while a commit is in flight goes into one Arrow batch.

Lives in the event loop. The store's own thread writes, so decoding and writing overlap.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jcoc.telemetry.directory import Directory, Snapshot
from jcoc.telemetry.ingest.decode import Columns, Decoded
from jcoc.telemetry.ingest.reading import Row
from jcoc.telemetry.instants import NO_TIME
from jcoc.telemetry.problems import Problem
from jcoc.telemetry.quality import State, assess
from jcoc.telemetry.stores.contract import (
    INSTANT,
    OBSERVATIONS,
    AppendResult,
    ObservationStore,
    Status,
    StoreFull,
)

logger = logging.getLogger(__name__)

#: Readings that may wait; about 100 bytes each. Above it senders are asked to come again.
MAX_WAITING = 500_000
#: Readings of one append, so that its rows do not wait for one another too long.
MAX_BATCH = 50_000
#: A commit costs some milliseconds however little it holds. So what comes meanwhile waits to go together, unless
#: it is so much that handing it over while the one before is written pays.
MAX_IN_FLIGHT = 2
WORTH_A_COMMIT = 4_000
#: Senders that wait for their answer send again at once: as many requests as were answered or queued at the last
#: commit are waited for, as long as one more comes within this time. Without it two halves of them take turns, and
#: each pays for a commit.
GATHER_S = 0.002
MOST_GATHERED = 256


@dataclass(frozen=True, slots=True)
class Counts:
    stored: int
    repeated: int
    corrected: int


class Pipeline:
    """submit() from the event loop only."""

    def __init__(self, store: ObservationStore, directory: Directory) -> None:
        self._store = store
        self._directory = directory
        self._state = newest_state(store, directory.snapshot)
        self._queue: deque[tuple[Decoded, asyncio.Future[Counts]]] = deque()
        self._queued = 0  # readings in the queue
        self._waiting = 0  # readings in the queue and in flight
        self._in_flight = 0
        self._scheduled = False
        self._expected = 0  # requests
        self._gathering: asyncio.TimerHandle | None = None
        #: Since the start, for the operator's page.
        self.totals = {"stored": 0, "repeated": 0, "corrected": 0, "refused": 0, "failed": 0}

    @property
    def waiting(self) -> int:
        """Readings taken in but not yet on disk."""
        return self._waiting

    def submit(self, decoded: Decoded) -> asyncio.Future[Counts]:
        """The future ends when the good readings are on disk, or with a :class:`Problem` and none kept."""
        if self._waiting >= MAX_WAITING:
            raise Problem("busy", retry_after=1, seconds=1)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Counts] = loop.create_future()
        self._queue.append((decoded, future))
        self._queued += decoded.good
        self._waiting += decoded.good
        self._schedule(loop)
        return future

    async def drained(self) -> None:
        """Wait until everything taken in is on disk or refused."""
        while self._queue or self._in_flight:
            await asyncio.sleep(0.01)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        # Not at once: the other requests that this turn of the loop brings shall come along.
        enough = self._queued >= WORTH_A_COMMIT
        waits = self._in_flight and not enough
        if not self._queue or self._scheduled or waits or self._in_flight >= MAX_IN_FLIGHT:
            return
        if enough or len(self._queue) >= self._expected:
            self._scheduled = True
            loop.call_soon(self._flush, loop)
        elif self._gathering is None:
            self._gathering = loop.call_later(GATHER_S, self._gathered, loop, len(self._queue))

    def _gathered(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        if len(self._queue) > before:
            self._gathering = loop.call_later(GATHER_S, self._gathered, loop, len(self._queue))
        else:
            self._flush(loop)

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = False
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        group: list[tuple[Decoded, asyncio.Future[Counts]]] = []
        rows = 0
        while self._queue and (not group or rows + self._queue[0][0].good <= MAX_BATCH):
            item = self._queue.popleft()
            group.append(item)
            rows += item[0].good
        self._queued -= rows
        if not group:
            return
        self._in_flight += 1
        try:
            batch = self._batch([decoded for decoded, _ in group])
            written = self._store.append(batch)
        except Exception as error:
            written = Future()
            written.set_exception(error)
        written.add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._written, loop, group, rows, done)
        )

    def _written(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[tuple[Decoded, asyncio.Future[Counts]]],
        rows: int,
        done: Future[AppendResult],
    ) -> None:
        self._in_flight -= 1
        self._waiting -= rows
        self._expected = min(MOST_GATHERED, len(group) + len(self._queue))
        self._schedule(loop)
        error = done.exception()
        if error is not None:
            self._failed(group, rows, error)
            return
        status = done.result().status
        repeated = np.concatenate([[0], np.cumsum(status == Status.REPEATED)]).tolist()
        corrected = np.concatenate([[0], np.cumsum(status == Status.CORRECTED)]).tolist()
        self.totals["repeated"] += repeated[-1]
        self.totals["corrected"] += corrected[-1]
        self.totals["stored"] += rows - repeated[-1] - corrected[-1]
        start = 0
        for decoded, future in group:
            end = start + decoded.good
            again, changed = repeated[end] - repeated[start], corrected[end] - corrected[start]
            if not future.done():  # its client may have gone
                future.set_result(Counts(decoded.good - again - changed, again, changed))
            start = end

    def _failed(
        self, group: list[tuple[Decoded, asyncio.Future[Counts]]], rows: int, error: BaseException
    ) -> None:
        self.totals["failed"] += rows
        # The rows were judged as if they would be kept.
        self._state = newest_state(self._store, self._directory.snapshot)
        full = isinstance(error, StoreFull)
        if not full:
            logger.error("The store refused %d readings", rows, exc_info=error)
        for _, future in group:
            if not future.done():
                future.set_exception(Problem("full", retry_after=60) if full else Problem("store"))

    def _batch(self, group: list[Decoded]) -> pa.RecordBatch:
        snapshot = self._directory.snapshot
        self._state.grow(len(snapshot))
        columns, extras = _merge(group)
        flags = assess(columns.slot, columns.time, columns.result, snapshot.limits, self._state)
        return _arrow(snapshot, columns, flags, extras)


def newest_state(store: ObservationStore, snapshot: Snapshot) -> State:
    """The newest readings of a store, to judge by; how long they have been unchanged begins anew."""
    state = State.empty(len(snapshot))
    newest = store.latest()
    slot = snapshot.slots_of_ids(newest["datastream"].to_numpy())
    known = slot >= 0
    slot = slot[known]
    state.time[slot] = state.since[slot] = newest["phenomenon_time"].cast(pa.int64()).to_numpy()[known]
    state.value[slot] = newest["result"].fill_null(np.nan).to_numpy()[known]
    return state


#: Everything of Row that Columns has no place for, with the row's position in the group.
_Extras = list[tuple[int, Row]]


def _merge(group: list[Decoded]) -> tuple[Columns, _Extras]:
    """The readings of a group, in their order."""
    parts: list[Columns] = []
    rows: list[Row] = []
    extras: _Extras = []
    position = 0

    def close_rows() -> None:
        if rows:
            slot, time, _, result_time, result, *_rest = zip(*rows, strict=True)
            part = Columns(np.array(slot, np.int64), np.array(time, np.int64), np.array(result, np.float64))
            times = np.array(result_time, np.int64)
            part.result_time = times if (times != NO_TIME).any() else None
            parts.append(part)
            rows.clear()

    for decoded in group:
        if decoded.columns is not None:
            close_rows()
            parts.append(decoded.columns)
            position += len(decoded.columns.slot)
            continue
        for row in decoded.rows:
            if row.end != NO_TIME or row[5:] != (None, None, None, None):
                extras.append((position, row))
            position += 1
        rows.extend(decoded.rows)
    close_rows()
    if len(parts) == 1:
        return parts[0], extras
    whole = Columns(
        np.concatenate([part.slot for part in parts]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.result for part in parts]),
    )
    if any(part.result_time is not None for part in parts):
        whole.result_time = np.concatenate(
            [
                np.full(len(part.slot), NO_TIME) if part.result_time is None else part.result_time
                for part in parts
            ]
        )
    return whole, extras


def _arrow(snapshot: Snapshot, columns: Columns, flags: np.ndarray, extras: _Extras) -> pa.RecordBatch:
    count = len(columns.slot)
    nothing = {
        name: pa.nulls(count, OBSERVATIONS.field(name).type)
        for name in ("phenomenon_end", "result_json", "result_quality", "parameters", "feature_of_interest")
    }
    result = pa.array(columns.result)
    if extras:
        end = np.full(count, NO_TIME)
        texts: dict[str, list[str | None]] = {
            name: [None] * count for name in ("result_json", "result_quality", "parameters")
        }
        feature: list[int | None] = [None] * count
        for position, row in extras:
            end[position] = row.end
            texts["result_json"][position] = row.result_json
            texts["result_quality"][position] = row.result_quality
            texts["parameters"][position] = row.parameters
            feature[position] = row.feature
        nothing = {name: pa.array(values, pa.string()) for name, values in texts.items()}
        nothing["phenomenon_end"] = _times(end)
        nothing["feature_of_interest"] = pa.array(feature, pa.int64())
        result = pa.array(columns.result, mask=np.isnan(columns.result))
    return pa.RecordBatch.from_arrays(
        [
            pa.array(snapshot.ids[columns.slot]),
            pa.array(columns.time).cast(INSTANT),
            nothing["phenomenon_end"],
            pa.nulls(count, INSTANT) if columns.result_time is None else _times(columns.result_time),
            result,
            nothing["result_json"],
            pa.array(flags),
            nothing["result_quality"],
            nothing["parameters"],
            nothing["feature_of_interest"],
            pa.nulls(count, INSTANT),
        ],
        schema=OBSERVATIONS,
    )


def _times(time: np.ndarray) -> pa.Array:
    return pa.array(time, mask=time == NO_TIME).cast(INSTANT)
