"""Observations as CSV or JSON with what they mean, streamed in pages so that a year of seconds fits in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from jcoc.telemetry.models import Datastream
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.stores.contract import ObservationStore

PAGE = 20_000
#: The store sorts what it is asked for: each page of a year at once would sort the whole year.
STEP = timedelta(days=7)
#: The columns and their data types (CSV on the Web).
FIELDS = {
    "datastream": "string",
    "phenomenonTime": "dateTimeStamp",
    "phenomenonEnd": "dateTimeStamp",
    "result": "string",
    "unit": "string",
    "quality": "string",
    "received": "dateTimeStamp",
    "origin": "string",
}


def head(datastream: Datastream, first: date, last: date) -> dict[str, Any]:
    """What the readings of these days are and how they came about, in the language of the request."""
    return {
        "datastream": datastream.code,
        "name": datastream.name,
        "thing": datastream.thing.name,
        "sensor": datastream.sensor.name,
        "observedProperty": datastream.observed_property.name,
        "unitOfMeasurement": datastream.unit_symbol,
        "origin": datastream.origin,
        "originNote": datastream.origin_note,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "timeZone": "Asia/Jakarta (WIB)",
        "method": _("Readings as they came in; flags mark doubt and never remove a reading."),
    }


def metadata(head: dict[str, Any], table: str) -> dict[str, Any]:
    """The head as metadata of the CSV at `table` (W3C, Metadata Vocabulary for Tabular Data)."""
    columns = [{"name": name, "titles": name, "datatype": datatype} for name, datatype in FIELDS.items()]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": table,
        "tableSchema": {"columns": columns},
        "notes": [head],
    }


def rows(
    store: ObservationStore, datastream: Datastream, start: datetime, end: datetime, zone: tzinfo
) -> Iterator[dict[str, Any]]:
    """One dict a reading with FIELDS as keys; times in the zone with their offset."""
    for page in _pages(store, datastream.pk, start, end):
        for row in page.to_pylist():
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


def _pages(store: ObservationStore, datastream: int, start: datetime, end: datetime) -> Iterator[pa.Table]:
    """What window() gives, in tables of about PAGE rows."""
    limit = PAGE
    while start < end:
        until = min(start + STEP, end)
        page = store.window([datastream], start, until, limit=limit)
        if page.num_rows < limit:
            yield page
            start, limit = until, PAGE
            continue
        # Of the last instant there may be more than the page held: it begins the next one.
        last = page["phenomenon_time"][-1]
        before = page.filter(pc.less(page["phenomenon_time"], last))
        if before.num_rows:
            yield before
            start = last.as_py()
        else:
            limit *= 2


def as_csv(readings: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for number, reading in enumerate(readings, 1):
        result = reading["result"]
        cells = [reading[field] for field in FIELDS]
        cells[3] = json.dumps(result) if isinstance(result, (dict, list, bool)) else harmless(result)
        writer.writerow(cells)
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def harmless(value: object) -> object:
    # A text that begins like a formula would run in the spreadsheet that opens the file.
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def as_json(head: dict[str, Any], readings: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "observations": ['
    for number, reading in enumerate(readings):
        yield (",\n" if number else "\n") + json.dumps(reading, ensure_ascii=False)
    yield "\n]}\n"
