"""A datastream's course over a day, a week or a year, at the bucket a chart can show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Literal

import numpy as np

from jcoc.telemetry.stores.contract import ObservationStore

Range = Literal["day", "week", "year"]
DAYS: dict[Range, int] = {"day": 1, "week": 7, "year": 365}
RAW_POINTS = 3000


@dataclass(frozen=True)
class Span:
    start: datetime
    end: datetime


def span_of(range_: Range, last_day: date, zone: tzinfo) -> Span:
    """The whole local days of a range that ends with last_day."""
    end = datetime.combine(last_day + timedelta(days=1), time(), zone)
    return Span(end - timedelta(days=DAYS[range_]), end)


def last_24_hours(newest: datetime | None, now: datetime) -> Span:
    """Until now; where the newest reading is older than that, or lies ahead, until that reading."""
    day = timedelta(days=1)
    end = now if newest is None or now - day < newest <= now else newest + timedelta(microseconds=1)
    return Span(end - day, end)


def reading(row: dict[str, Any]) -> tuple[int, Any, int]:
    """Time (ms), value and quality of an observation, as /live sends them."""
    other = row["result_json"]
    value = json.loads(other) if row["result"] is None and other is not None else row["result"]
    return _ms(row["phenomenon_time"]), value, row["quality"]


def series(store: ObservationStore, datastream: int, range_: Range, span: Span) -> dict[str, Any]:
    """Columns t (ms), avg, min, max, count and, for raw readings, quality.

    A day shows its readings as they are, by the minute where there are over 3,000 of them; a week shows hours
    and a year days, both in local time.
    """
    head = {"range": range_, "start": _ms(span.start), "end": _ms(span.end)}
    if range_ == "day":
        rows = store.window([datastream], span.start, span.end, limit=RAW_POINTS + 1)
        if rows.num_rows <= RAW_POINTS:
            values = rows.column("result").to_pylist()
            return head | {
                "bucket": "raw",
                "t": (rows.column("phenomenon_time").cast("int64").to_numpy() // 1000).tolist(),
                "avg": values,
                "min": values,
                "max": values,
                "count": [1] * rows.num_rows,
                "quality": rows.column("quality").to_pylist(),
            }
    bucket, width = {
        "day": ("minute", timedelta(minutes=1)),
        "week": ("hour", timedelta(hours=1)),
        "year": ("day", timedelta(days=1)),
    }[range_]
    offset = span.start.utcoffset() or timedelta()
    rolled = store.rollup([datastream], span.start, span.end, width, utc_offset=offset)
    columns = {name: rolled.column(name).to_pylist() for name in ("avg", "min", "max", "count")}
    times = np.asarray(rolled.column("bucket").cast("int64").to_numpy()) // 1000
    return head | {"bucket": bucket, "t": times.tolist(), **columns, "quality": [0] * rolled.num_rows}


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
