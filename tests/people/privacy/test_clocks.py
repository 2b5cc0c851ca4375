from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jcoc.people.privacy.clocks import Clock, ClockState

START = datetime(2026, 3, 20, 16, 0, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Friday afternoon


def test_three_times_twenty_four_hours_run_through_the_weekend() -> None:
    assert Clock(START).due == datetime(2026, 3, 23, 9, 0, tzinfo=UTC)  # Monday 16.00 WIB


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0, "running"), (53.9, "running"), (54, "urgent"), (72, "urgent"), (72.001, "overdue")],
)
def test_a_running_clock(hours: float, state: str) -> None:
    assert Clock(START).state(START + timedelta(hours=hours)) == ClockState(state)


def test_done_at_the_last_instant_is_in_time_and_one_second_later_is_not() -> None:
    due = START + timedelta(hours=72)
    much_later = START + timedelta(days=400)
    assert Clock(START, due).state(much_later) == ClockState.MET
    assert Clock(START, due + timedelta(seconds=1)).state(much_later) == ClockState.LATE
    assert Clock(START, START + timedelta(hours=70)).left(much_later) == timedelta(hours=2)
