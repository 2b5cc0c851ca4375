"""Due times; the expected ones are what cron (croniter's rule: the newest match not after now) gives in WIB."""

from datetime import UTC, datetime, timedelta

import pytest

from jcoc.trail.tasks.clock import WIB, read_daily, read_every, read_weekly, wait_after


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-03-01T02:00:00", "2026-03-01T02:00:00"),
        ("2026-03-01T01:59:59.999999", "2026-02-28T02:00:00"),
        ("2026-03-01T23:00:00", "2026-03-01T02:00:00"),
        ("2026-01-01T00:00:00", "2025-12-31T02:00:00"),
    ],
)
def test_a_daily_task_is_due_at_its_hour_of_wib(now: str, latest: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=WIB)
    due = datetime.fromisoformat(latest).replace(tzinfo=WIB)
    schedule = read_daily("02:00")
    assert schedule.latest(at) == schedule.latest(at.astimezone(UTC)) == due
    assert schedule.following(at) == due + timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-03-02T04:10:00", "2026-03-02T04:10:00"),  # a Monday
        ("2026-03-02T04:09:59", "2026-02-23T04:10:00"),
        ("2026-03-03T00:00:00", "2026-03-02T04:10:00"),  # the server was down on Monday
        ("2026-03-08T23:59:59", "2026-03-02T04:10:00"),
    ],
)
def test_a_weekly_task_is_due_on_its_day_also_when_that_was_missed(now: str, latest: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=WIB)
    due = datetime.fromisoformat(latest).replace(tzinfo=WIB)
    schedule = read_weekly(0, "04:10")
    assert schedule.latest(at) == schedule.latest(at.astimezone(UTC)) == due
    assert schedule.following(at) == due + timedelta(days=7)


def test_every_worker_counts_alike() -> None:
    schedule = read_every(5)
    due = datetime(2026, 3, 1, 8, 15, tzinfo=UTC)
    assert {schedule.latest(due + timedelta(seconds=s)) for s in (0, 1, 299.999)} == {due}
    assert schedule.latest(due.astimezone(WIB)) == due
    assert schedule.following(due) == due + timedelta(minutes=5)


def test_a_time_that_is_none_is_refused() -> None:
    for wrong in ("24:00", "2", "02:60", ""):
        with pytest.raises(ValueError, match=r"match|remains|range|must be"):
            read_daily(wrong)
    for weekday in (-1, 7):
        with pytest.raises(ValueError, match="weekday"):
            read_weekly(weekday, "04:10")
    for minutes in (0, 0.05, 1441):
        with pytest.raises(ValueError, match="1440"):
            read_every(minutes)


def test_the_wait_grows_and_ends_growing() -> None:
    assert [wait_after(n).total_seconds() for n in (1, 2, 3, 4, 5, 6, 90)] == [
        10,
        40,
        160,
        640,
        2560,
        3600,
        3600,
    ]
