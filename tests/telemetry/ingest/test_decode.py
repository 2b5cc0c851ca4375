from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcoc.telemetry.ingest import decode as module
from jcoc.telemetry.ingest.decode import MAX_ROWS, Decoded, decode
from jcoc.telemetry.ingest.reading import FIELDS, Limits, Row, read_row
from jcoc.telemetry.instants import NO_TIME
from jcoc.telemetry.problems import Problem

T = "2026-01-31T08:00:00+07:00"
T_US = 1769821200_000000
LIMITS = Limits(0, 4_000_000_000_000_000)
NAMES: dict[int | str, int] = {11: 0, "level": 0, 12: 1, "rain": 1, 13: 2, "gate": 2}


@dataclass
class Known:
    slots: dict[int | str, int] = field(default_factory=lambda: NAMES | {99: 3, "foreign": 3})
    numeric: np.ndarray = field(default_factory=lambda: np.array([True, True, False, True]))
    features: frozenset[int] = frozenset({5})


def read(body: Any) -> Decoded:
    return decode(body if isinstance(body, bytes) else msgspec.json.encode(body), Known(), NAMES, LIMITS)


def rows_of(decoded: Decoded) -> list[Row]:
    """Rows, also of what came out as columns."""
    if decoded.columns is None:
        return decoded.rows
    columns = decoded.columns
    result_time = (
        columns.result_time if columns.result_time is not None else np.full(len(columns.slot), NO_TIME)
    )
    return [
        Row(slot, time, NO_TIME, own_time, result, None, None, None, None)
        for slot, time, own_time, result in zip(
            columns.slot.tolist(),
            columns.time.tolist(),
            result_time.tolist(),
            columns.result.tolist(),
            strict=True,
        )
    ]


def reasons(body: Any) -> list[tuple[int, str, str]]:
    decoded = read(body)
    assert decoded.count == decoded.good + len(decoded.faults)
    return [(fault.index, fault.field, fault.reason("en")) for fault in decoded.faults]


def reading(datastream: Any = "level", time: Any = T, result: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"datastream": datastream, "phenomenonTime": time, "result": result} | more


# Round trips: whatever is written in any of the forms comes out the same.

instants = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001
    datetime(2050, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
plain_readings = st.tuples(st.sampled_from(["level", 12, "rain"]), instants, numbers)


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@settings(max_examples=60)
@given(st.lists(plain_readings, min_size=1, max_size=40), st.booleans(), st.booleans())
def test_every_form_says_the_same(
    readings: list[tuple[int | str, datetime, float]], with_result_time: bool, by_reference: bool
) -> None:
    expected = [
        Row(
            NAMES[name],
            micros(time),
            NO_TIME,
            micros(time) if with_result_time else NO_TIME,
            float(value),
            None,
            None,
            None,
            None,
        )
        for name, time, value in readings
    ]
    more = {"resultTime": 0} if with_result_time else {}
    objects = [
        ({"Datastream": {"@iot.id": name}} if by_reference else {"datastream": name})
        | {"phenomenonTime": time.isoformat(), "result": value}
        | {key: time.isoformat() for key in more}
        for name, time, value in readings
    ]
    arrays = [
        {
            "Datastream": {"@iot.id": name},
            "components": ["result", "phenomenonTime", *more],
            "dataArray@iot.count": 1,
            "dataArray": [[value, time.isoformat(), *(time.isoformat() for _ in more)]],
        }
        for name, time, value in readings
    ]
    for form in (objects, arrays):
        assert rows_of(read(form)) == expected
    if len(objects) == 1:
        assert rows_of(read(objects[0])) == expected


@settings(max_examples=60)
@given(st.lists(plain_readings, min_size=15, max_size=40))
def test_both_ways_through_are_equal(readings: list[tuple[int | str, datetime, float]]) -> None:
    body = msgspec.json.encode([reading(name, time.isoformat(), value) for name, time, value in readings])
    fast = module._vector(body, NAMES, LIMITS)
    assert fast is not None and fast.columns is not None
    slow = [read_row(i, item, Known(), NAMES, LIMITS) for i, item in enumerate(msgspec.json.decode(body))]
    assert rows_of(fast) == slow


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FIELDS, "dataArray", "components", "@iot.id", "x"]), inner)
    ),
    max_leaves=12,
)
odd_readings = st.fixed_dictionaries(
    {},
    optional={
        "datastream": st.sampled_from(["level", "gate", "foreign", 11]) | json_values,
        "Datastream": st.just({"@iot.id": 11}) | json_values,
        "phenomenonTime": st.sampled_from([T, f"{T}/{T}", "2026-01-31"]) | json_values,
        "resultTime": st.just(T) | json_values,
        "result": json_values,
        "resultQuality": json_values,
        "parameters": json_values,
        "FeatureOfInterest": st.just({"@iot.id": 5}) | json_values,
        "components": st.just(["phenomenonTime", "result"]) | json_values,
        "dataArray": st.just([[T, 1]]) | json_values,
    },
)


@settings(max_examples=300)
@given(json_values | odd_readings | st.lists(odd_readings, max_size=20))
def test_arbitrary_json_is_read_or_refused_by_sentence(value: Any) -> None:
    try:
        decoded = decode(json.dumps(value).encode(), Known(), NAMES, LIMITS)
    except Problem as problem:
        assert problem.body("id") and problem.body("en")
        return
    assert decoded.count == decoded.good + len(decoded.faults)
    for fault in decoded.faults:
        assert fault.reason("id") and fault.reason("en")
    for row in rows_of(decoded):
        assert math.isfinite(row.result) or (row.result_json is not None and row.slot == 2)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_refused_by_sentence(body: bytes) -> None:
    try:
        decoded = read(body)
    except Problem as problem:
        assert problem.status == 400
    else:
        assert decoded.faults


# What is refused, by sentence.


@pytest.mark.parametrize(
    ("fields", "field_name", "sentence"),
    [
        ({"datastream": "nowhere"}, "datastream", "There is no datastream “nowhere”."),
        ({"datastream": 404}, "datastream", "There is no datastream “404”."),
        (
            {"datastream": "foreign"},
            "datastream",
            "This token may not send readings of datastream “foreign”.",
        ),
        ({"datastream": True}, "datastream", "A datastream is named by its code or its whole number."),
        ({"datastream": 11.0}, "datastream", "A datastream is named by its code or its whole number."),
        ({"datastream": None}, "datastream", "The field is missing."),
        (
            {"Datastream": {"@iot.id": 11}},
            "Datastream",
            "A datastream is named by its code or its whole number.",
        ),
        ({"phenomenonTime": None}, "phenomenonTime", "The field is missing."),
        (
            {"phenomenonTime": "yesterday"},
            "phenomenonTime",
            "“yesterday” is not an ISO 8601 time, such as 2026-01-31T08:00:00+07:00.",
        ),
        (
            {"phenomenonTime": 1769821200},
            "phenomenonTime",
            "“1769821200” is not an ISO 8601 time, such as 2026-01-31T08:00:00+07:00.",
        ),
        (
            {"phenomenonTime": "2026-01-31T08:00:00"},
            "phenomenonTime",
            "“2026-01-31T08:00:00” does not say its offset from UTC, such as Z or +07:00.",
        ),
        (
            {"phenomenonTime": "2190-01-01T00:00:00Z"},
            "phenomenonTime",
            "“2190-01-01T00:00:00Z” lies more than 5 minutes in the future.",
        ),
        (
            {"phenomenonTime": "1969-12-31T23:59:59Z"},
            "phenomenonTime",
            "“1969-12-31T23:59:59Z” lies before 1970-01-01.",
        ),
        (
            {"phenomenonTime": "2026-01-02T00:00Z/2026-01-01T00:00Z"},
            "phenomenonTime",
            "The interval “2026-01-02T00:00Z/2026-01-01T00:00Z” ends before it begins.",
        ),
        (
            {"resultTime": "2026-01-31T08:00:00"},
            "resultTime",
            "“2026-01-31T08:00:00” does not say its offset from UTC, such as Z or +07:00.",
        ),
        ({"result": "3,2"}, "result", "This datastream takes numbers, not “3,2”."),
        ({"result": "3.2"}, "result", "This datastream takes numbers, not “3.2”."),
        ({"result": True}, "result", "This datastream takes numbers, not true."),
        ({"result": None}, "result", "This datastream takes numbers, not null."),
        ({"result": [1]}, "result", "This datastream takes numbers, not [1]."),
        ({"parameters": [1]}, "parameters", "The field must be a JSON object."),
        ({"FeatureOfInterest": {"@iot.id": 6}}, "FeatureOfInterest", "There is no feature of interest “6”."),
        (
            {"resultTme": T},
            "resultTme",
            "There is no field “resultTme” in a reading. Known are: datastream, Datastream, phenomenonTime, "
            "resultTime, result, resultQuality, parameters, FeatureOfInterest.",
        ),
    ],
)
@pytest.mark.parametrize("others", [0, 30])
def test_a_faulty_reading_is_named(
    fields: dict[str, Any], field_name: str, sentence: str, others: int
) -> None:
    """Alone, and as the last of a batch that would otherwise go the vectorised way."""
    batch = [reading(time=f"2026-01-01T00:00:{second:02}Z") for second in range(others)]
    assert reasons([*batch, reading() | fields]) == [(others, field_name, sentence)]
    assert read([*batch, reading() | fields]).good == others


def test_a_result_that_is_missing() -> None:
    assert reasons({"datastream": 11, "phenomenonTime": T}) == [(0, "result", "The field is missing.")]


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400])
@pytest.mark.parametrize("others", [0, 30])
def test_numbers_that_are_none(value: bytes, others: int) -> None:
    item = b'{"datastream":"level","phenomenonTime":"2026-01-31T08:00:00+07:00","result":%s}'
    body = b"[" + b",".join([item % b"1"] * others + [item % value]) + b"]"
    ((index, name, reason),) = reasons(body)
    assert (index, name) == (others, "result")
    assert "is not a number that can be kept" in reason
    assert read(body).good == others


def test_readings_of_other_types_are_kept_as_json() -> None:
    value = {"open": True, "by": ["Siti", 1.5, None]}
    (row,) = read(reading("gate", result=value)).rows
    assert math.isnan(row.result)
    assert row.result_json is not None and msgspec.json.decode(row.result_json) == value
    (row,) = read(reading("gate", result="buka")).rows
    assert row.result_json == '"buka"'
    (row,) = read(reading("gate", result=None)).rows
    assert row.result_json == "null"
    assert reasons(b'{"datastream":"gate","phenomenonTime":"2026-01-31T08:00:00Z","result":[NaN]}') == [
        (
            0,
            "result",
            "NaN/Infinity is not a number that can be kept: NaN, Infinity and numbers beyond 1.8e308 are refused.",
        )
    ]


def test_every_field_of_a_reading() -> None:
    (row,) = read(
        reading(
            11,
            f"{T}/2026-01-31T09:00:00+07:00",
            2,
            resultTime="2026-01-31T02:30:00Z",
            resultQuality="good",
            parameters={"depth": 2},
            FeatureOfInterest={"@iot.id": 5},
        )
    ).rows
    assert row == Row(0, T_US, T_US + 3600_000000, T_US + 5400_000000, 2.0, None, '"good"', '{"depth":2}', 5)


def test_data_array_of_the_standard() -> None:
    """The example of OGC 18-088, clause 14.1 (offsets without a colon, a feature of interest by id)."""
    body = [
        {
            "Datastream": {"@iot.id": 11},
            "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
            "dataArray@iot.count": 2,
            "dataArray": [["2010-12-23T10:20:00-0700", 20, 5], ["2010-12-23T10:21:00-0700", 30, 5]],
        },
        {
            "Datastream": {"@iot.id": 12},
            "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
            "dataArray@iot.count": 1,
            "dataArray": [["2010-12-23T10:20:00-0700", 65, 5]],
        },
    ]
    assert [(row.slot, row.time, row.result, row.feature) for row in read(body).rows] == [
        (0, 1293124800_000000, 20.0, 5),
        (0, 1293124860_000000, 30.0, 5),
        (1, 1293124800_000000, 65.0, 5),
    ]


def test_faults_of_a_data_array_are_counted_over_the_request() -> None:
    good = {"datastream": 11, "components": ["phenomenonTime", "result"]}
    body = [
        good | {"dataArray": [[T, 1], [T, 2]]},
        good | {"dataArray": [[T, 3], [T], "x", [T, "four"]]},
        good | {"components": ["phenomenonTime"], "dataArray": []},
        good | {"dataArray": {}, "extra": 1},
    ]
    assert [(index, name) for index, name, _ in reasons(body)] == [
        (3, "dataArray"),
        (4, "dataArray"),
        (5, "result"),
        (6, "components"),
        (7, "extra"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b'{"datastream":', "json"),
        (b"[" * 100_000, "json"),
        (b'{"datastream":"\xff"}', "utf8"),
        ('{"datastream":"level"}'.encode("utf-16"), "utf8"),
        (b"[]", "empty"),
        (b'[{"datastream":11,"components":["phenomenonTime","result"],"dataArray":[]}]', "empty"),
        (b"[" + b"1," * MAX_ROWS + b"1]", "too_large"),
    ],
)
def test_bodies_that_are_refused_whole(body: bytes, code: str) -> None:
    with pytest.raises(Problem) as raised:
        read(body)
    assert raised.value.code == code
