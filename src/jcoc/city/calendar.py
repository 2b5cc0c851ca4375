"""Indonesian working days. Pure.

A working day is Monday to Friday, no national holiday and no joint leave (cuti bersama), both as the
`holidays` library has them from the yearly decree of three ministers, unless the city's own days differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

WIB = ZoneInfo("Asia/Jakarta")

#: A deadline further away than this is a mistake of the caller's.
MOST_DAYS = 10_000


@dataclass(frozen=True)
class OwnDay:
    """What a city knows better than the library."""

    day_off: bool
    name: str


@dataclass(frozen=True)
class WorkingCalendar:
    own_days: Mapping[date, OwnDay] = field(default_factory=dict)
    zone: ZoneInfo = WIB

    @cached_property
    def _holidays(self) -> holidays.HolidayBase:
        return holidays.country_holidays("ID", categories=("public", "government"), language="id")

    def day_off_name(self, day: date) -> str | None:
        """The name of a holiday or joint leave; None on other days, also on Saturdays and Sundays."""
        if own := self.own_days.get(day):
            return own.name if own.day_off else None
        return self._holidays.get(day)

    def is_estimated(self, day: date) -> bool:
        """Whether the day is off only by reckoning: the moon has not been seen, or no decree is out yet."""
        return day not in self.own_days and "(perkiraan)" in self._holidays.get(day, "")

    def is_working_day(self, day: date) -> bool:
        if own := self.own_days.get(day):
            return not own.day_off
        return day.weekday() < 5 and day not in self._holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after a day, which itself does not count; before it, where count < 0.

        0 gives the day back, working day or not.
        """
        if abs(count) > MOST_DAYS:
            raise ValueError(f"{count} working days are more than {MOST_DAYS}.")
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after start up to and including end; negative where end lies before start.

        The inverse of add_working_days: working_days_between(d, add_working_days(d, n)) == n.
        """
        if end < start:
            days = (end + timedelta(days=n) for n in range((start - end).days))
            return -sum(map(self.is_working_day, days))
        days = (start + timedelta(days=n + 1) for n in range((end - start).days))
        return sum(map(self.is_working_day, days))

    def local_day(self, instant: datetime) -> date:
        """The day an instant falls on in the city."""
        if instant.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return instant.astimezone(self.zone).date()

    def deadline(self, start: datetime, working_days: int) -> datetime:
        """The end (midnight) of the n-th working day after the day an instant falls on in the city."""
        last = self.add_working_days(self.local_day(start), working_days)
        return datetime.combine(last + timedelta(days=1), time(0), self.zone)
