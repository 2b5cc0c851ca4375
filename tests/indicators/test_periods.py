from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.periods import Period, PeriodError, PeriodType, between, containing, following, parse

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))
TYPES = st.sampled_from(list(PeriodType))


@given(TYPES, DAYS)
def test_a_day_lies_in_its_period_whose_code_leads_back(type_: PeriodType, day: date) -> None:
    period = containing(type_, day)
    assert period.start <= day <= period.end
    assert parse(type_, period.code) == period


@given(TYPES, DAYS)
def test_periods_follow_each_other_without_gap(type_: PeriodType, day: date) -> None:
    period = containing(type_, day)
    after = following(period)
    assert after.start == period.end + timedelta(days=1)
    assert following(after, -1) == period


@pytest.mark.parametrize(
    ("type_", "code", "start", "end"),
    [
        (PeriodType.WEEK, "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        (PeriodType.MONTH, "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (PeriodType.QUARTER, "2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        (PeriodType.SEMESTER, "2024-S2", date(2024, 7, 1), date(2024, 12, 31)),
        (PeriodType.SCHOOL_YEAR, "1999-00", date(1999, 7, 1), date(2000, 6, 30)),
    ],
)
def test_what_a_code_means(type_: PeriodType, code: str, start: date, end: date) -> None:
    assert parse(type_, code) == Period(start, end, type_)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (PeriodType.DAY, "2023-02-29"),
        (PeriodType.WEEK, "2021-W53"),
        (PeriodType.MONTH, "2024-13"),
        (PeriodType.MONTH, "٢٠٢٤-01"),
        (PeriodType.QUARTER, "2024-Q5"),
        (PeriodType.SCHOOL_YEAR, "2024-26"),
        (PeriodType.YEAR, "0000"),
        (PeriodType.YEAR, "24"),
    ],
)
def test_what_is_no_period_is_told_with_an_example(type_: PeriodType, text: str) -> None:
    with pytest.raises(PeriodError, match="it is written like"):
        parse(type_, text)


def test_the_periods_between_two_days() -> None:
    codes = [each.code for each in between(PeriodType.MONTH, date(2023, 11, 30), date(2024, 1, 1))]
    assert codes == ["2023-11", "2023-12", "2024-01"]
