"""What a store must do, done plainly with a dict: the tests compare with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from jcoc.telemetry.stores.contract import INSTANT, OBSERVATIONS, Status

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One observation; times as datetimes."""

    datastream: int
    time: datetime
    result: float | None = None
    end: datetime | None = None
    json: str | None = None
    quality: int = 0
    result_time: datetime | None = None
    result_quality: str | None = None
    parameters: str | None = None
    feature_of_interest: int | None = None

    @property
    def identity(self) -> tuple[int, datetime, datetime | None]:
        return self.datastream, self.time, self.end

    @property
    def age(self) -> tuple[datetime, datetime]:
        return self.time, self.end or NEVER

    def as_dict(self) -> dict[str, Any]:
        return {
            "datastream": self.datastream,
            "phenomenon_time": self.time,
            "phenomenon_end": self.end,
            "result_time": self.result_time,
            "result": self.result,
            "result_json": self.json,
            "quality": self.quality,
            "result_quality": self.result_quality,
            "parameters": self.parameters,
            "feature_of_interest": self.feature_of_interest,
        }


def batch_of(rows: Iterable[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{**row.as_dict(), "received": None} for row in rows], OBSERVATIONS)


def numbers_of(datastreams: np.ndarray, microseconds: np.ndarray, results: np.ndarray) -> pa.Table:
    """A batch of numbers from arrays."""
    rows = len(results)
    given = {
        "datastream": pa.array(datastreams, pa.int64()),
        "phenomenon_time": pa.array(microseconds, pa.int64()).cast(INSTANT),
        "result": pa.array(results, pa.float64()),
        "quality": pa.array(np.zeros(rows, np.int32)),
    }
    columns = [given.get(field.name, pa.nulls(rows, field.type)) for field in OBSERVATIONS]
    return pa.Table.from_arrays(columns, schema=OBSERVATIONS)


def rows_of(table: pa.Table) -> list[Row]:
    """The rows of a window or latest table, without `received` (which must be there)."""
    assert table["received"].null_count == 0
    return [
        Row(
            one["datastream"],
            _utc(one["phenomenon_time"]),
            one["result"],
            _utc(one["phenomenon_end"]),
            one["result_json"],
            one["quality"],
            _utc(one["result_time"]),
            one["result_quality"],
            one["parameters"],
            one["feature_of_interest"],
        )
        for one in table.to_pylist()
    ]


def _utc(instant: datetime | None) -> Any:
    return None if instant is None else instant.astimezone(UTC)


@dataclass
class Model:
    rows: dict[tuple[int, datetime, datetime | None], Row] = field(default_factory=dict)
    replaced: list[Row] = field(default_factory=list)  # in the order of the corrections

    def append(self, batch: Sequence[Row]) -> list[Status]:
        return [self._append(row) for row in batch]

    def _append(self, row: Row) -> Status:
        known = self.rows.get(row.identity)
        if known is not None and (known.result, known.json) == (row.result, row.json):
            return Status.REPEATED
        self.rows[row.identity] = row
        if known is None:
            return Status.STORED
        self.replaced.append(known)
        return Status.CORRECTED

    def latest(self) -> list[Row]:
        newest: dict[int, Row] = {}
        for row in self.rows.values():
            if row.datastream not in newest or row.age > newest[row.datastream].age:
                newest[row.datastream] = row
        return [newest[one] for one in sorted(newest)]

    def counts(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for row in self.rows.values():
            counts[row.datastream] = counts.get(row.datastream, 0) + 1
        return counts

    def window(
        self,
        datastreams: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        order: str = "asc",
        limit: int | None = None,
    ) -> list[Row]:
        found = [row for row in self.rows.values() if _inside(row, datastreams, start, end)]
        found.sort(key=lambda row: (row.time, row.datastream, row.end or NEVER), reverse=order == "desc")
        return found[:limit]

    def revisions(
        self, datastreams: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> list[Row]:
        found = [row for row in self.replaced if _inside(row, datastreams, start, end)]
        return sorted(found, key=lambda row: (row.datastream, row.time))

    def rollup(
        self,
        datastreams: Sequence[int],
        start: datetime,
        end: datetime,
        bucket: timedelta,
        *,
        utc_offset: timedelta,
        without_flags: int,
    ) -> list[dict[str, Any]]:
        groups: dict[tuple[int, datetime], list[Row]] = {}
        for row in self.window(datastreams, start, end):
            if row.result is not None and not row.quality & without_flags:
                at = EPOCH + (row.time + utc_offset - EPOCH) // bucket * bucket - utc_offset
                groups.setdefault((row.datastream, at), []).append(row)
        table = []
        for (datastream, at), group in sorted(groups.items(), key=lambda item: item[0]):
            numbers = [row.result for row in group if row.result is not None]
            table.append(
                {
                    "datastream": datastream,
                    "bucket": at,
                    "avg": sum(numbers) / len(numbers),
                    "min": min(numbers),
                    "max": max(numbers),
                    "count": len(numbers),
                    "last": max(group, key=lambda row: row.age).result,
                }
            )
        return table

    def delete(self, datastream: int, start: datetime | None = None, end: datetime | None = None) -> int:
        gone = [key for key, row in self.rows.items() if _inside(row, [datastream], start, end)]
        for key in gone:
            del self.rows[key]
        self.replaced = [row for row in self.replaced if not _inside(row, [datastream], start, end)]
        return len(gone)


def _inside(row: Row, datastreams: Sequence[int], start: datetime | None, end: datetime | None) -> bool:
    return (
        row.datastream in datastreams
        and (start is None or row.time >= start)
        and (end is None or row.time < end)
    )
