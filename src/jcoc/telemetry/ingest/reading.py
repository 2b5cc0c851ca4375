"""One reading as a JSON object: what its fields mean and what is wrong with it. Pure: no Django, no network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np

from jcoc.telemetry.ingest.faults import Fault, shown
from jcoc.telemetry.instants import EPOCH, NO_TIME

FIELDS = (
    "datastream",
    "Datastream",
    "phenomenonTime",
    "resultTime",
    "result",
    "resultQuality",
    "parameters",
    "FeatureOfInterest",
)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.encode


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
    minutes_ahead: int = 5  # how far `latest` lies after now


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


def fault(index: int, field_name: str, code: str, /, **values: Any) -> Fault:
    return Fault(index, field_name, code, tuple(values.items()))


class _Refused(Exception):
    def __init__(self, field_name: str, code: str, /, **values: Any) -> None:
        self.field, self.code, self.values = field_name, code, values


def read_row(
    index: int, reading: Any, known: Known, allowed: Mapping[int | str, int], limits: Limits
) -> Row | Fault:
    if not isinstance(reading, dict):
        return fault(index, "", "not_an_object")
    try:
        for name in reading:
            # Annotations of SensorThings (@iot.id, …) may come along from an export.
            if name not in FIELDS and not name.startswith("@"):
                return fault(index, shown(name), "unknown_field", name=shown(name), known=", ".join(FIELDS))
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
        return fault(index, refused.field, refused.code, **refused.values)


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
    time = (moment - EPOCH) // _MICROSECOND
    if time > limits.latest:
        raise _Refused(name, "time_future", value=shown(text), minutes=limits.minutes_ahead)
    if time < limits.earliest:
        earliest = (EPOCH + timedelta(microseconds=limits.earliest)).date().isoformat()
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
