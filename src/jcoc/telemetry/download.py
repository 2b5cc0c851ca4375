"""Observations as CSV or JSON, streamed month by month so that a year of seconds fits in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any

from jcoc.telemetry.models import Datastream
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.stores.contract import ObservationStore

CHUNK = timedelta(days=7)
FIELDS = ("datastream", "phenomenonTime", "phenomenonEnd", "result", "unit", "quality", "received", "origin")


def rows(
    store: ObservationStore, datastream: Datastream, start: datetime, end: datetime, zone: tzinfo
) -> Iterator[dict[str, Any]]:
    """One dict a reading with FIELDS as keys; times in the zone with their offset."""
    begin = start
    while begin < end:
        until = min(begin + CHUNK, end)
        for row in store.window([datastream.pk], begin, until).to_pylist():
            result = row["result"]
            if result is None and row["result_json"] is not None:
                result = json.loads(row["result_json"])
            finish = row["phenomenon_end"]
            yield {
                "datastream": datastream.code,
                "phenomenonTime": row["phenomenon_time"].astimezone(zone).isoformat(),
                "phenomenonEnd": finish.astimezone(zone).isoformat() if finish else None,
                "result": result,
                "unit": datastream.unit_symbol,
                "quality": "|".join(flag.name.lower() for flag in Flag(row["quality"]) if flag.name),
                "received": row["received"].astimezone(zone).isoformat(),
                "origin": datastream.origin,
            }
        begin = until


def as_csv(readings: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for number, reading in enumerate(readings, 1):
        result = reading["result"]
        cells = [reading[field] for field in FIELDS]
        cells[3] = json.dumps(result) if isinstance(result, (dict, list, bool)) else _harmless(result)
        writer.writerow(cells)
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _harmless(value: object) -> object:
    # A text that begins like a formula would run in the spreadsheet that opens the file.
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return "'" + value
    return value


def as_json(head: dict[str, Any], readings: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "observations": ['
    for number, reading in enumerate(readings):
        yield (",\n" if number else "\n") + json.dumps(reading, ensure_ascii=False)
    yield "\n]}\n"
