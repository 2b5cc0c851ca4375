"""When a task is due by the clock, and how long one that failed waits. Pure: instants in, instants out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

#: Western Indonesia Time has no summer time, so a fixed offset says all of it.
WIB = timezone(timedelta(hours=7), "WIB")
DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Daily:
    """Once a day at an hour and minute of WIB."""

    at: time

    def latest(self, now: datetime) -> datetime:
        """The newest due instant that is not after `now`."""
        today = datetime.combine(now.astimezone(WIB).date(), self.at, WIB)
        return today if today <= now else today - DAY

    def following(self, now: datetime) -> datetime:
        """The next due instant after `now`."""
        return self.latest(now) + DAY


@dataclass(frozen=True)
class Weekly:
    """Once a week; weekday 0 is Monday."""

    weekday: int
    at: time

    def latest(self, now: datetime) -> datetime:
        """The newest due instant that is not after `now`."""
        day = Daily(self.at).latest(now)
        return day - (day.weekday() - self.weekday) % 7 * DAY

    def following(self, now: datetime) -> datetime:
        """The next due instant after `now`."""
        return self.latest(now) + 7 * DAY


@dataclass(frozen=True)
class Every:
    """Again and again, counted from the first instant of 1970, so that every worker counts alike."""

    span: timedelta

    def latest(self, now: datetime) -> datetime:
        """The newest due instant that is not after `now`."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + (now - epoch) // self.span * self.span

    def following(self, now: datetime) -> datetime:
        """The next due instant after `now`."""
        return self.latest(now) + self.span


Schedule = Daily | Weekly | Every


def read_daily(text: str) -> Daily:
    """``"02:00"`` → every day at that time of WIB; ``ValueError`` where it is none."""
    return Daily(datetime.strptime(text, "%H:%M").replace(tzinfo=WIB).time())


def read_weekly(weekday: int, text: str) -> Weekly:
    """Monday is 0; ``ValueError`` where there is no such day or time."""
    if weekday not in range(7):
        raise ValueError(f"A weekday is a number from 0 (Monday) to 6, not {weekday}.")
    return Weekly(weekday, read_daily(text).at)


def read_every(minutes: float) -> Every:
    """A span between six seconds and a day; ``ValueError`` beyond."""
    span = timedelta(minutes=minutes)
    if not timedelta(seconds=6) <= span <= DAY:
        raise ValueError(f"A task by the clock runs every 0.1 to 1440 minutes, not {minutes}.")
    return Every(span)


def wait_after(attempt: int) -> timedelta:
    """How long a task waits after its attempt number 1, 2, 3, … failed: 10 s, 40 s, 160 s, … at most an hour."""
    return min(timedelta(seconds=10 * 4 ** min(attempt - 1, 8)), LONGEST_WAIT)
