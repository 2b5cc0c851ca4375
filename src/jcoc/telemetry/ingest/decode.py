"""Bytes of a request to readings. Pure: no Django, no network.

Three forms are read: one JSON object, a JSON array of objects, and the SensorThings Data Array
(OGC 18-088, clause 14: objects with `components` and `dataArray`). An object names its datastream as
`datastream` (code or id) or as `Datastream: {"@iot.id": …}`.

There are two ways through. :func:`reading.read_row` reads one reading and is the truth: it knows every field and says
what is wrong. Whole columns of plain readings (a number at an instant) take a vectorised way, which gives up,
and leaves the request to it, as soon as anything is odd. Tests hold the two equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from jcoc.telemetry.ingest.faults import Fault, shown
from jcoc.telemetry.ingest.reading import Known, Limits, Row, fault, read_row
from jcoc.telemetry.problems import Problem

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 100_000

#: Below this number of readings the setting up of arrays costs more than it saves.
_VECTOR_FROM = 12
_INSTANT = pa.timestamp("us", "UTC")
_COMPONENTS = (
    "phenomenonTime",
    "resultTime",
    "result",
    "resultQuality",
    "parameters",
    "FeatureOfInterest/id",
)


@dataclass(slots=True)
class Columns:
    """Plain readings: slot, time and result_time int64 of shape (n,), result float64 of shape (n,)."""

    slot: np.ndarray
    time: np.ndarray
    result: np.ndarray
    result_time: np.ndarray | None = None


@dataclass(slots=True)
class Decoded:
    """What a request holds: either columns or rows, and the faults of what is not among them."""

    count: int
    columns: Columns | None = None
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    foreign: bool = False

    @property
    def good(self) -> int:
        return len(self.columns.slot) if self.columns is not None else len(self.rows)


class _Reference(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    id: int | str = msgspec.field(name="@iot.id")


class _Plain(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    phenomenonTime: str
    result: float
    datastream: int | str | None = None
    Datastream: _Reference | None = None
    resultTime: str | None = None


class _Array(msgspec.Struct, forbid_unknown_fields=True):
    components: list[str]
    dataArray: list[list[Any]]
    datastream: int | str | None = None
    Datastream: _Reference | None = None
    count: int | None = msgspec.field(name="dataArray@iot.count", default=None)


_plain_decoder = msgspec.json.Decoder(list[_Plain])
_array_decoder = msgspec.json.Decoder(list[_Array])
_any_decoder = msgspec.json.Decoder()


def decode(
    body: bytes,
    known: Known,
    allowed: Mapping[int | str, int],
    limits: Limits,
    most_faults: int = MAX_ROWS,
) -> Decoded:
    """Read a request. `allowed`: ids and codes the sender may use → slot. Raises :class:`Problem`.

    What comes after the reading with the last of most_faults is not looked at: `count` is then larger than the
    readings and faults together.
    """
    if body[:1] == b"[" and len(body) > 60 * _VECTOR_FROM:
        decoded = _vector(body, allowed, limits)
        if decoded is not None:
            return decoded
    readings = _flatten(_generic(body))
    if not readings:
        raise Problem("empty")
    if len(readings) > MAX_ROWS:
        raise too_large()
    decoded = Decoded(len(readings))
    for index, reading in enumerate(readings):
        outcome = reading if isinstance(reading, Fault) else read_row(index, reading, known, allowed, limits)
        if isinstance(outcome, Row):
            decoded.rows.append(outcome)
        else:
            decoded.faults.append(outcome)
            decoded.foreign |= outcome.code == "datastream_foreign"
            if len(decoded.faults) == most_faults:
                break
    return decoded


def too_large() -> Problem:
    return Problem("too_large", megabytes=MAX_BYTES // 1024 // 1024, rows=MAX_ROWS)


# -- the vectorised way


def _vector(body: bytes, allowed: Mapping[int | str, int], limits: Limits) -> Decoded | None:
    try:
        return _plain_columns(_plain_decoder.decode(body), allowed, limits)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return _array_columns(_array_decoder.decode(body), allowed, limits)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _plain_columns(rows: list[_Plain], allowed: Mapping[int | str, int], limits: Limits) -> Decoded | None:
    if not rows or len(rows) > MAX_ROWS:
        return None
    names = [row.datastream for row in rows]
    references = [row.Datastream for row in rows]
    if any(references):
        if any(name is not None for name in names) or not all(references):
            return None
        names = [reference.id for reference in references if reference is not None]
    # A None among the names is unknown, like any other wrong name.
    slot = np.array([allowed.get(name, -1) for name in names], np.int64)  # type: ignore[arg-type]
    if slot.min() < 0:
        return None
    time = _instants([row.phenomenonTime for row in rows], limits)
    result = np.array([row.result for row in rows], np.float64)
    if time is None or not np.isfinite(result).all():
        return None
    columns = Columns(slot, time, result)
    result_times = [row.resultTime for row in rows]
    if any(text is not None for text in result_times):
        columns.result_time = _instants(result_times, limits)
        if columns.result_time is None:
            return None
    return Decoded(len(rows), columns)


def _array_columns(arrays: list[_Array], allowed: Mapping[int | str, int], limits: Limits) -> Decoded | None:
    slots: list[np.ndarray] = []
    times: list[Any] = []
    results: list[Any] = []
    result_times: list[Any] = []
    for array in arrays:
        if (array.datastream is None) == (array.Datastream is None):
            return None
        name = array.datastream if array.Datastream is None else array.Datastream.id
        slot = allowed.get(name, -1)  # type: ignore[arg-type]
        components = array.components
        plain = ("phenomenonTime", "result", "resultTime")
        if slot < 0 or len(set(components)) != len(components) or not set(components) <= set(plain):
            return None
        if not array.dataArray:
            continue
        try:
            columns = dict(zip(components, zip(*array.dataArray, strict=True), strict=True))
        except ValueError:
            return None
        if "phenomenonTime" not in columns or "result" not in columns:
            return None
        slots.append(np.full(len(array.dataArray), slot, np.int64))
        times.extend(columns["phenomenonTime"])
        results.extend(columns["result"])
        result_times.extend(columns.get("resultTime", [None] * len(array.dataArray)))
    if not times or len(times) > MAX_ROWS:
        return None
    if not set(map(type, results)) <= {int, float}:
        return None
    time = _instants(times, limits)
    try:
        result = np.array(results, np.float64)
    except OverflowError:
        return None
    if time is None or not np.isfinite(result).all():
        return None
    decoded = Columns(np.concatenate(slots), time, result)
    if any(text is not None for text in result_times):
        decoded.result_time = _instants(result_times, limits)
        if decoded.result_time is None:
            return None
    return Decoded(len(times), decoded)


def _instants(texts: list[Any], limits: Limits) -> np.ndarray | None:
    """ISO 8601 instants with an offset as µs (int64), or None where one is odd or not believed."""
    try:
        array = pa.array(texts, pa.string())
        if array.null_count:
            return None
        time = array.cast(_INSTANT).cast(pa.int64()).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None
    if time.min() < limits.earliest or time.max() > limits.latest:
        return None
    return time


# -- one by one


def _generic(body: bytes) -> Any:
    try:
        return _any_decoder.decode(body)
    except UnicodeDecodeError:
        raise Problem("utf8") from None
    except RecursionError:
        raise Problem("json", reason="nested too deep") from None
    except msgspec.DecodeError as error:
        # Not JSON, but many writers send them: read them, so that the refusal can name the reading.
        if b"NaN" in body or b"Infinity" in body or isinstance(error, msgspec.ValidationError):
            try:
                return json.loads(body)
            except (ValueError, RecursionError):
                pass
        try:
            body.decode()
        except UnicodeDecodeError:
            raise Problem("utf8") from None
        raise Problem("json", reason=str(error).removeprefix("JSON is malformed: ")) from None


def _flatten(value: Any) -> list[Any]:
    """The readings of a body: as they came, those of a data array as dicts, or the fault of one."""
    if isinstance(value, dict) and "dataArray" not in value:  # one reading, the most usual request
        return [value]
    items = value if isinstance(value, list) else [value]
    if not any(isinstance(item, dict) and "dataArray" in item for item in items):
        return items
    readings: list[Any] = []
    for item in items:
        if isinstance(item, dict) and "dataArray" in item:
            readings.extend(_array_rows(item, len(readings)))
        else:
            readings.append(item)
    return readings


def _array_rows(item: dict[str, Any], start: int) -> list[Any]:
    known = {"components", "dataArray", "datastream", "Datastream", "dataArray@iot.count"}
    unknown = sorted(set(item) - known)
    if unknown:
        return [
            fault(start, unknown[0], "unknown_field", name=shown(unknown[0]), known=", ".join(sorted(known)))
        ]
    components, rows = item.get("components"), item["dataArray"]
    if (
        not isinstance(components, list)
        or not all(isinstance(name, str) and name in _COMPONENTS for name in components)
        or len(set(components)) != len(components)
        or not {"phenomenonTime", "result"} <= set(components)
    ):
        return [fault(start, "components", "components", known=", ".join(_COMPONENTS))]
    if not isinstance(rows, list):
        return [fault(start, "dataArray", "not_an_object")]
    head = {name: item[name] for name in ("datastream", "Datastream") if name in item}
    readings: list[Any] = []
    for index, row in enumerate(rows, start):
        if not isinstance(row, list) or len(row) != len(components):
            found = len(row) if isinstance(row, list) else 0
            readings.append(fault(index, "dataArray", "row_length", found=found, expected=len(components)))
            continue
        reading = {**head, **dict(zip(components, row, strict=True))}
        if "FeatureOfInterest/id" in reading:
            feature = reading.pop("FeatureOfInterest/id")
            reading["FeatureOfInterest"] = None if feature is None else {"@iot.id": feature}
        readings.append(reading)
    return readings
