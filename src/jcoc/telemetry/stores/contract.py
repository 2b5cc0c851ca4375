"""What a store of observations must do. Pure: Arrow in, Arrow out; no Django, no network.

An observation's identity is (datastream, phenomenon_time, phenomenon_end). The same identity with an equal
result is a repeat and counts once; with another result it is a correction: the new observation takes its place,
the old one is kept as a revision. Equal means that `result` and `result_json` are the same, the latter as text;
a repeat with other quality or parameters is still a repeat, and what came first stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa

INSTANT = pa.timestamp("us", "UTC")

#: A batch that goes in, and what window() and latest() give back (with `received` filled in by the store).
OBSERVATIONS = pa.schema(
    [
        pa.field("datastream", pa.int64(), nullable=False),
        pa.field("phenomenon_time", INSTANT, nullable=False),  # an instant, or the start of an interval
        pa.field("phenomenon_end", INSTANT),  # the end of an interval, null for an instant
        pa.field("result_time", INSTANT),  # null: the same as phenomenon_time
        pa.field("result", pa.float64()),  # a number; null where the result is of another type
        pa.field("result_json", pa.string()),  # any other JSON value as compact JSON text
        pa.field("quality", pa.int32(), nullable=False),  # flags of jcoc.telemetry.quality.Flag, 0 = none
        pa.field("result_quality", pa.string()),  # what the sender said of its quality, as JSON text
        pa.field("parameters", pa.string()),  # as JSON text
        pa.field("feature_of_interest", pa.int64()),
        pa.field("received", INSTANT),  # when jcoc took it in; null in a batch: now
    ]
)

#: What rollup() gives back, sorted by (datastream, bucket). `last` is the number with the latest time, and of
#: equal times the one with the latest end.
ROLLUP = pa.schema(
    [
        pa.field("datastream", pa.int64()),
        pa.field("bucket", INSTANT),  # the start of the bucket
        pa.field("avg", pa.float64()),
        pa.field("min", pa.float64()),
        pa.field("max", pa.float64()),
        pa.field("count", pa.int64()),
        pa.field("last", pa.float64()),
    ]
)

#: What revisions() gives back, sorted by (datastream, phenomenon_time, replaced): OBSERVATIONS as they were, and when.
REVISIONS = OBSERVATIONS.append(pa.field("replaced", INSTANT, nullable=False))


class Status(IntEnum):
    """What became of a row of a batch."""

    STORED = 0
    REPEATED = 1
    CORRECTED = 2


@dataclass(frozen=True)
class AppendResult:
    status: np.ndarray  # uint8, one Status a row, in the order of the batch

    def count(self, status: Status) -> int:
        return int(np.count_nonzero(self.status == status))


class StoreError(RuntimeError):
    """The store cannot do it; nothing of the batch was kept."""


class StoreFull(StoreError):
    """The disk is full. Readings are taken again as soon as there is room."""


#: Called after a commit, in the writer's thread, with the rows that changed something (stored and corrected,
#: schema OBSERVATIONS, sorted by datastream and phenomenon_time), before append()'s future ends. It must be
#: quick, must not raise, and must not wait for the store.
Listener = Callable[[pa.Table], None]


class ObservationStore(Protocol):
    """Every method but close() may be called from any thread; readers never wait for the writer."""

    def append(self, batch: pa.RecordBatch | pa.Table) -> Future[AppendResult]:
        """Keep a batch, all or nothing. The future ends when the rows are on disk (fsync), not before.
        Every failure is told by the future.

        Rows of one batch with the same identity are taken in their order. :class:`StoreFull`, :class:`StoreError`.
        """

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call listener after each commit; what is returned ends that."""

    def latest(self, datastreams: Sequence[int] | None = None) -> pa.Table:
        """The newest observation of each datastream by phenomenon_time, from memory, sorted by datastream."""

    def counts(self) -> dict[int, int]:
        """Observations kept per datastream, from memory."""

    def count(self, datastreams: Sequence[int] | None = None) -> int:
        """Observations kept, of these datastreams or of all, from memory."""

    def window(
        self,
        datastreams: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        order: Literal["asc", "desc"] = "asc",
        limit: int | None = None,
    ) -> pa.Table:
        """Observations with start <= phenomenon_time < end, sorted by (phenomenon_time, datastream)."""

    def rollup(
        self,
        datastreams: Sequence[int],
        start: datetime,
        end: datetime,
        bucket: timedelta,
        *,
        utc_offset: timedelta = timedelta(0),
        without_flags: int = 0,
    ) -> pa.Table:
        """Numbers by bucket (schema ROLLUP); buckets are counted from midnight of 1970-01-01 in utc_offset, so
        those that divide a day begin at its midnight.

        Observations whose quality has any bit of without_flags are left out.
        """

    def revisions(
        self, datastreams: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """What corrections replaced (schema REVISIONS)."""

    def delete(self, datastream: int, start: datetime | None = None, end: datetime | None = None) -> int:
        """Remove observations and their revisions; how many observations went."""

    def settle(self, before: date) -> int:
        """Bring days (UTC) that ended before that date into their final, sorted order; how many rows moved."""

    def healthy(self) -> bool:
        """Whether it can write: False after a commit that failed, until one succeeds."""

    def close(self) -> None:
        """Finish what is queued and let go of the file. A second call does nothing."""
