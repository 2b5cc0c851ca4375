"""The values of an indicator as CSV or JSON, with what they mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from jcoc.indicators import said
from jcoc.indicators.judging import path_for
from jcoc.indicators.models import Cause, Flag, Indicator, Value
from jcoc.indicators.standing import Path, expected
from jcoc.telemetry.download import harmless

#: The columns and their data types (CSV on the Web).
FIELDS = {
    "indicator": "string", "placeCode": "string", "place": "string", "level": "string", "period": "string",
    "from": "date", "to": "date", "value": "double", "unit": "string", "target": "double", "state": "string",
    "origin": "string", "flagged": "boolean", "revision": "integer", "cause": "string", "reason": "string",
    "note": "string", "rows": "integer", "hoursCovered": "double", "rowsSha256": "string", "computed": "dateTimeStamp",
    "source": "string", "correctedBy": "string", "sourceAddress": "anyURI", "licence": "string", "method": "anyURI",
}  # fmt: skip


def head(indicator: Indicator, path: Path, address: str) -> dict[str, Any]:
    """What the values are, in the language of the request."""
    return {
        "indicator": indicator.code,
        "name": indicator.name,
        "address": address,
        "uri": indicator.uri,
        "method": indicator.method,
        "unit": indicator.unit_code,
        "unitName": indicator.unit.name.in_(get_language()),
        "direction": indicator.direction,
        "periodType": indicator.period_type,
        "dimension": indicator.dimension,
        "subDimension": indicator.sub_dimension,
        "owner": indicator.owner,
        "licence": indicator.licence,
        "target": [{"by": end.isoformat(), "value": value} for end, value in path],
        "targetSource": indicator.target_source,
        "timeZone": "Asia/Jakarta (WIB)",
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


def rows(indicator: Indicator, path: Path, address: str, *, all_revisions: bool) -> Iterator[dict[str, Any]]:
    """One dict a value with FIELDS as keys: those in force, or every revision."""
    told = Value.objects.filter(indicator=indicator)
    told = told if all_revisions else told.current()
    told = told.annotate(flagged=Exists(Flag.objects.open().filter(value=OuterRef("pk"))))
    ordered = told.select_related("place").order_by("start", "place__code", "revision")
    zone = timezone.get_current_timezone()
    for value in ordered.iterator(chunk_size=2000):
        asked = expected(path_for(indicator, value.place.level, path), value.end)
        yield {
            "indicator": indicator.code,
            "placeCode": value.place.code,
            "place": value.place.name,
            "level": value.place.level,
            "period": indicator.period_of(value.start).code,
            "from": value.start.isoformat(),
            "to": value.end.isoformat(),
            "value": value.value,
            "unit": indicator.unit_code,
            "target": asked,
            "state": "provisional" if value.provisional else "final",
            "origin": value.origin,
            "flagged": value.flagged,  # type: ignore[attr-defined]
            "revision": value.revision,
            "cause": value.cause,
            "reason": said.told(value.reason),
            "note": said.told(value.note),
            "rows": value.row_count,
            "hoursCovered": value.coverage,
            "rowsSha256": value.rows_sha256,
            "computed": value.made.astimezone(zone).isoformat(),
            "source": value.source_name,
            "correctedBy": value.made_by if value.cause == Cause.CORRECTED else "",
            "sourceAddress": value.source_url,
            "licence": indicator.licence,
            "method": address,
        }


def as_csv(told: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for number, row in enumerate(told, 1):
        writer.writerow([_cell(row[field]) for field in FIELDS])
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cell(value: object) -> object:
    # As XML Schema and CSV on the Web write it, not as Python does.
    return str(value).lower() if isinstance(value, bool) else harmless(value)


def as_json(head: dict[str, Any], told: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "values": ['
    for number, row in enumerate(told):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"
