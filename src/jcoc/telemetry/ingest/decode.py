"""Bytes of a request to readings. Pure: no Django, no network.

Three forms are read: one JSON object, a JSON array of objects, and the SensorThings Data Array
(OGC 18-088, clause 14: objects with `components` and `dataArray`). An object names its datastream as
`datastream` (code or id) or as `Datastream: {"@iot.id": …}`.

There are two ways through. :func:`_row` reads one reading and is the truth: it knows every field and says
what is wrong. Whole columns of plain readings (a number at an instant) take a vectorised way, which gives up,
and leaves the request to :func:`_row`, as soon as anything is odd. Tests hold the two equal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np
import pyarrow as pa

from jcoc.telemetry.ingest.faults import Fault, Problem, shown

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 100_000
NO_TIME = np.iinfo(np.int64).min

#: Below this number of readings the setting up of arrays costs more than it saves.
_VECTOR_FROM = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INSTANT = pa.timestamp("us", "UTC")
_FIELDS = (
    "datastream",
    "Datastream",
    "phenomenonTime",
    "resultTime",
    "result",
    "resultQuality",
    "parameters",
    "FeatureOfInterest",
)
_COMPONENTS = (
    "phenomenonTime",
    "resultTime",
    "result",
    "resultQuality",
    "parameters",
    "FeatureOfInterest/id",
)


class Known(Protocol):
    """What decoding needs to know of the datastreams (jcoc.telemetry.directory.Snapshot has it)."""

    @property
    def slots(self) -> Mapping[int | str, int]:
        """id and code → slot"""

    @property
    def numeric(self) -> np.ndarray:
        """bool by slot: takes numbers only"""

    @property
    def features(self) -> frozenset[int]:
        """ids of FeatureOfInterest"""


class Limits(NamedTuple):
    """The times that are believed, in µs since 1970 UTC."""

    earliest: int
    latest: int


class Row(NamedTuple):
    """One reading. Times in µs since 1970 UTC, NO_TIME where there is none; JSON values as text."""

    slot: int
    time: int
    end: int
    result_time: int
    result: float  # NaN where result_json holds the result
    result_json: str | None
    result_quality: str | None
    parameters: str | None
    feature: int | None


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
_encode = msgspec.json.encode


def decode(body: bytes, known: Known, allowed: Mapping[int | str, int], limits: Limits) -> Decoded:
    """Read a request. `allowed`: ids and codes the sender may use → slot. Raises :class:`Problem`."""
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
        outcome = reading if isinstance(reading, Fault) else _row(index, reading, known, allowed, limits)
        if isinstance(outcome, Row):
            decoded.rows.append(outcome)
        else:
            decoded.faults.append(outcome)
            decoded.foreign |= outcome.code == "datastream_foreign"
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
            _fault(start, unknown[0], "unknown_field", name=shown(unknown[0]), known=", ".join(sorted(known)))
        ]
    components, rows = item.get("components"), item["dataArray"]
    if (
        not isinstance(components, list)
        or not all(isinstance(name, str) and name in _COMPONENTS for name in components)
        or len(set(components)) != len(components)
        or not {"phenomenonTime", "result"} <= set(components)
    ):
        return [_fault(start, "components", "components", known=", ".join(_COMPONENTS))]
    if not isinstance(rows, list):
        return [_fault(start, "dataArray", "not_an_object")]
    head = {name: item[name] for name in ("datastream", "Datastream") if name in item}
    readings: list[Any] = []
    for index, row in enumerate(rows, start):
        if not isinstance(row, list) or len(row) != len(components):
            found = len(row) if isinstance(row, list) else 0
            readings.append(_fault(index, "dataArray", "row_length", found=found, expected=len(components)))
            continue
        reading = {**head, **dict(zip(components, row, strict=True))}
        if "FeatureOfInterest/id" in reading:
            feature = reading.pop("FeatureOfInterest/id")
            reading["FeatureOfInterest"] = None if feature is None else {"@iot.id": feature}
        readings.append(reading)
    return readings


def _fault(index: int, field_name: str, code: str, /, **values: Any) -> Fault:
    return Fault(index, field_name, code, tuple(values.items()))


class _Refused(Exception):
    def __init__(self, field_name: str, code: str, /, **values: Any) -> None:
        self.field, self.code, self.values = field_name, code, values


def _row(
    index: int, reading: Any, known: Known, allowed: Mapping[int | str, int], limits: Limits
) -> Row | Fault:
    if not isinstance(reading, dict):
        return _fault(index, "", "not_an_object")
    try:
        for name in reading:
            # Annotations of SensorThings (@iot.id, …) may come along from an export.
            if name not in _FIELDS and not name.startswith("@"):
                return _fault(index, shown(name), "unknown_field", name=shown(name), known=", ".join(_FIELDS))
        slot = _slot(reading, known, allowed)
        time, end = _phenomenon(reading, limits)
        result, result_json = _result(reading, bool(known.numeric[slot]))
        if len(reading) == 3:
            return Row(slot, time, end, NO_TIME, result, result_json, None, None, None)
        return Row(
            slot,
            time,
            end,
            NO_TIME
            if reading.get("resultTime") is None
            else _instant("resultTime", reading["resultTime"], limits),
            result,
            result_json,
            None
            if reading.get("resultQuality") is None
            else _json("resultQuality", reading["resultQuality"]),
            _parameters(reading.get("parameters")),
            _feature(reading.get("FeatureOfInterest"), known),
        )
    except _Refused as refused:
        return _fault(index, refused.field, refused.code, **refused.values)


def _slot(reading: dict[str, Any], known: Known, allowed: Mapping[int | str, int]) -> int:
    name = reading.get("datastream")
    where = "datastream"
    if name is None:
        reference = reading.get("Datastream")
        if reference is None:
            raise _Refused(where, "missing")
        where = "Datastream"
        name = reference.get("@iot.id") if isinstance(reference, dict) else None
    elif reading.get("Datastream") is not None:
        raise _Refused("Datastream", "datastream_form")
    # By exact type: True equals 1, and 1.0 does, too.
    if type(name) is not int and type(name) is not str:
        raise _Refused(where, "datastream_form")
    slot = allowed.get(name)
    if slot is None:
        code = "datastream_foreign" if name in known.slots else "datastream_unknown"
        raise _Refused(where, code, name=shown(name))
    return slot


def _phenomenon(reading: dict[str, Any], limits: Limits) -> tuple[int, int]:
    text = reading.get("phenomenonTime")
    if text is None:
        raise _Refused("phenomenonTime", "missing")
    if isinstance(text, str) and "/" in text:
        first, _, second = text.partition("/")
        start = _instant("phenomenonTime", first, limits)
        end = _instant("phenomenonTime", second, limits)
        if end < start:
            raise _Refused("phenomenonTime", "interval_order", value=shown(text))
        return start, end
    return _instant("phenomenonTime", text, limits), NO_TIME


def _instant(name: str, text: Any, limits: Limits) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise _Refused(name, "time_form", value=shown(text)) from None
    if moment.tzinfo is None:
        raise _Refused(name, "time_zone", value=shown(text))
    time = (moment - _EPOCH) // _MICROSECOND
    if time > limits.latest:
        raise _Refused(name, "time_future", value=shown(text), hours=24)
    if time < limits.earliest:
        earliest = (_EPOCH + timedelta(microseconds=limits.earliest)).date().isoformat()
        raise _Refused(name, "time_past", value=shown(text), earliest=earliest)
    return time


def _result(reading: dict[str, Any], numeric: bool) -> tuple[float, str | None]:
    if "result" not in reading:
        raise _Refused("result", "missing")
    value = reading["result"]
    if type(value) is float or type(value) is int:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise _Refused("result", "not_finite", value=shown(value) if type(value) is int else str(value))
        return number, None
    if numeric:
        raise _Refused(
            "result", "number", value=shown(value) if not isinstance(value, str) else f"“{shown(value)}”"
        )
    return math.nan, _json("result", value)


def _json(name: str, value: Any) -> str:
    if _has_infinite(value):
        raise _Refused(name, "not_finite", value="NaN/Infinity")
    try:
        return _encode(value).decode()
    except (UnicodeEncodeError, msgspec.EncodeError, OverflowError, RecursionError):
        raise _Refused(name, "object") from None


def _has_infinite(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_infinite, value.values()))
    return isinstance(value, list) and any(map(_has_infinite, value))


def _parameters(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _Refused("parameters", "object")
    return _json("parameters", value)


def _feature(value: Any, known: Known) -> int | None:
    if value is None:
        return None
    identity = value.get("@iot.id") if isinstance(value, dict) else None
    if type(identity) is not int or identity not in known.features:
        raise _Refused("FeatureOfInterest", "feature_unknown", name=shown(identity))
    return identity
