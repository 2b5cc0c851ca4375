from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.city.calendar import MOST_DAYS, WIB, OwnDay, WorkingCalendar

CALENDAR = WorkingCalendar()
days = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2025, 8, 15), True),  # a Friday
        (date(2025, 8, 16), False),  # a Saturday
        (date(2025, 8, 17), False),  # Independence Day, a Sunday
        (date(2025, 8, 18), False),  # joint leave, decreed late
        (date(2025, 8, 19), True),
        (date(2025, 3, 31), False),  # Idul Fitri
        (date(2025, 4, 7), False),  # joint leave of Idul Fitri
        (date(2025, 4, 8), True),
        (date(2024, 2, 14), False),  # general election
        (date(2023, 1, 23), False),  # joint leave of Lunar New Year
        (date(2022, 12, 26), True),  # no joint leave that year
    ],
)
def test_known_days(day: date, working: bool) -> None:
    assert CALENDAR.is_working_day(day) is working


def test_holidays_have_their_indonesian_name() -> None:
    assert CALENDAR.day_off_name(date(2025, 8, 17)) == "Hari Kemerdekaan Republik Indonesia"
    assert CALENDAR.day_off_name(date(2025, 8, 16)) is None


def test_working_days_across_idul_fitri_2025() -> None:
    # Off: Fri 28 March (joint leave) to Mon 7 April.
    assert CALENDAR.add_working_days(date(2025, 3, 27), 1) == date(2025, 4, 8)
    assert CALENDAR.working_days_between(date(2025, 3, 27), date(2025, 4, 7)) == 0
    assert CALENDAR.add_working_days(date(2025, 4, 8), -1) == date(2025, 3, 27)


def test_the_citys_own_days_win() -> None:
    own = WorkingCalendar(
        {
            date(2025, 5, 28): OwnDay(True, "Hari jadi kota"),  # a Wednesday
            date(2025, 8, 18): OwnDay(False, "Cuti bersama dicabut"),
        }
    )
    assert own.day_off_name(date(2025, 5, 28)) == "Hari jadi kota"
    assert not own.is_working_day(date(2025, 5, 28))
    assert own.is_working_day(date(2025, 8, 18))
    assert own.day_off_name(date(2025, 8, 18)) is None


def test_estimated_days_say_so() -> None:
    assert CALENDAR.is_estimated(date(2027, 3, 10))  # Idul Fitri, before the moon is seen
    assert not CALENDAR.is_estimated(date(2025, 3, 31))


@given(days, st.integers(-300, 300))
def test_between_is_the_inverse_of_add(day: date, count: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, count)) == count


@given(days, st.integers(-400, 400))
def test_add_is_the_inverse_of_between_on_working_days(day: date, distance: int) -> None:
    other = day + timedelta(days=distance)
    if CALENDAR.is_working_day(other):
        count = CALENDAR.working_days_between(day, other)
        assert CALENDAR.add_working_days(day, count) == other or count == 0


@given(days, days)
def test_between_counts_every_working_day_once(start: date, end: date) -> None:
    span = abs((end - start).days)
    assert abs(CALENDAR.working_days_between(start, end)) <= span
    middle = min(start, end) + timedelta(days=span // 2)
    low, high = sorted([start, end])
    assert CALENDAR.working_days_between(low, high) == CALENDAR.working_days_between(
        low, middle
    ) + CALENDAR.working_days_between(middle, high)


def test_days_are_those_of_western_indonesia() -> None:
    late = datetime(2025, 8, 14, 17, 30, tzinfo=timezone.utc)  # noqa: UP017
    assert CALENDAR.local_day(late) == date(2025, 8, 15)
    # Three working days after Friday 15 August: 19, 20, 21; over at midnight WIB.
    assert CALENDAR.deadline(late, 3) == datetime(2025, 8, 22, tzinfo=WIB)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.local_day(datetime(2025, 8, 14, 17, 30))  # noqa: DTZ001


def test_an_endless_deadline_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        CALENDAR.add_working_days(date(2025, 1, 1), MOST_DAYS + 1)
