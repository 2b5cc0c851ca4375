"""Which periods are told as ones of few readings, and what a longer period has more of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jcoc.indicators.judging import few_readings, grows_with_days
from jcoc.indicators.models import Indicator, Value


@pytest.mark.parametrize(
    ("shares", "few"),
    [
        ((0.05, 1.0, 0.98, 1.0, 0.97), [1]),
        ((0.98, 1.0, 0.97, 1.0, 0.0), [5]),
        ((0.04, 0.04, 0.02, 0.04, 0.04), [3]),  # read once a day
        ((0.75, 1.0, 1.0, 1.0), []),  # three quarters are enough
        ((0.05, 1.0, 1.0), []),  # too young to say what is usual
        ((None, None, None, None, None), []),
    ],
)
def test_few_is_less_than_three_quarters_of_what_is_usual(
    shares: tuple[float | None, ...], few: list[int]
) -> None:
    values = [
        Value(start=date(2024, month, 1), value=1.0, coverage=share) for month, share in enumerate(shares, 1)
    ]
    assert few_readings(values) == {date(2024, month, 1) for month in few}


def test_a_young_indicator_of_hours_is_measured_by_all_its_hours() -> None:
    def few(*shares: float) -> list[int]:
        values = [
            Value(start=date(2020 + n, 1, 1), value=1.0, coverage=share) for n, share in enumerate(shares)
        ]
        return sorted(day.year - 2020 for day in few_readings(values, hourly=True))

    assert few(0.08) == [0]
    assert few(0.08, 0.75) == [0]
    assert few(0.5, 0.5, 0.5, 0.5, 0.1) == [4]


@pytest.mark.parametrize(
    ("source", "grows"),
    [
        ({"kind": "tally", "rows": "reports", "column": ""}, True),
        ({"kind": "streams", "function": "sum"}, True),
        ({"kind": "streams", "function": "count"}, True),
        ({"kind": "streams", "function": "mean-of-hours"}, False),
        ({"kind": "streams", "function": "maximum"}, False),
        ({"kind": "streams", "function": "share-above"}, False),
        ({"kind": "ratio"}, False),
        ({"kind": "entered"}, False),  # a stock, or a sum: nothing tells
    ],
)
def test_sums_and_counts_grow_with_the_days_of_their_period(source: dict[str, Any], grows: bool) -> None:
    assert grows_with_days(Indicator(source=source)) is grows
