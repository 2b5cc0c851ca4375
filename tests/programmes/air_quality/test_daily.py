"""A 24-hour mean: each hour once, and none from too few of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.programmes.air_quality.daily import LEAST_HOURS, by_day, hourly, last_24, mean_of

DAY = datetime(2026, 9, 30)  # noqa: DTZ001 (the city's clock)
HOUR = timedelta(hours=1)


def test_each_hour_counts_once_however_often_it_was_read() -> None:
    seconds = [(DAY + timedelta(seconds=10 * n), 100.0) for n in range(360)]
    found = by_day(hourly([*seconds, *((DAY + HOUR * n, 0.0) for n in range(1, 24))]))
    assert found[date(2026, 9, 30)].value == pytest.approx(100 / 24)


@pytest.mark.parametrize("hours", range(25))
def test_too_few_hours_give_a_mean_but_no_index(hours: int) -> None:
    found = mean_of([30.0] * hours)
    assert found.hours == hours
    assert (found.value is None) == (hours == 0)
    assert (found.ispu is None) == (hours < LEAST_HOURS)


def test_a_day_begins_at_midnight() -> None:
    found = by_day(hourly([(DAY - timedelta(minutes=1), 1.0), (DAY, 2.0)]))
    assert {day: mean.value for day, mean in found.items()} == {
        date(2026, 9, 29): 1.0,
        date(2026, 9, 30): 2.0,
    }


def test_the_last_24_hours_end_with_the_hour_that_runs() -> None:
    hours = {DAY + HOUR * n: float(n) for n in range(48)}
    found = last_24(hours, DAY + HOUR * 30 + timedelta(minutes=20))
    assert (found.hours, found.value) == (24, pytest.approx(sum(range(7, 31)) / 24))


@given(st.lists(st.floats(0, 500), min_size=1, max_size=24))
def test_a_mean_lies_between_its_hours(values: list[float]) -> None:
    found = mean_of(values).value
    assert found is not None
    assert min(values) - 1e-9 <= found <= max(values) + 1e-9
