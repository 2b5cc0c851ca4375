"""Which streams are asked at which times, and the calendar of those times. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jcoc.demo.models import noise

DAY = 86_400.0
HOUR = 3_600.0
MINUTE = 60.0
#: Western Indonesian Time has no daylight saving.
WIB = 7 * HOUR


@dataclass(frozen=True)
class Sampling:
    """All but `city` are arrays that broadcast with each other."""

    city: np.uint64  # what the whole city shares: its weather
    thing: np.ndarray  # uint64: what the streams of one thing share
    stream: np.ndarray  # uint64
    size: np.ndarray  # float: how large the thing is, in the unit its model names
    t: np.ndarray  # float: seconds since 1970 UTC

    @cached_property
    def local(self) -> np.ndarray:
        return self.t + WIB

    @cached_property
    def day(self) -> np.ndarray:
        """Days since 1970 by the local calendar (int64)."""
        return np.floor(self.local / DAY).astype(np.int64)

    @cached_property
    def hour(self) -> np.ndarray:
        """Local time of day, 0 ≤ hour < 24."""
        return (self.local % DAY) / HOUR

    @cached_property
    def weekday(self) -> np.ndarray:
        """0 is Monday. The first of January 1970 was a Thursday."""
        return (self.day + 3) % 7

    @cached_property
    def workday(self) -> np.ndarray:
        """Monday to Friday (bool). Holidays are not known here."""
        return self.weekday < 5

    @cached_property
    def year(self) -> np.ndarray:
        """The phase of the year, 0 ≤ year < 1 from about the first of January."""
        return (self.local / (365.2425 * DAY)) % 1.0

    @cached_property
    def instant(self) -> np.ndarray:
        """Whole milliseconds, as a key of what differs from one reading to the next."""
        return np.rint(self.t * 1000.0).astype(np.int64)

    def jitter(self, amplitude: float | np.ndarray) -> np.ndarray:
        """What an instrument adds to each reading: normal, of that standard deviation."""
        return noise.normal(self.stream, self.instant) * amplitude

    def wander(self, period: float, salt: int = 0) -> np.ndarray:
        """A slow course of the thing in [−1, 1]; period in seconds."""
        return noise.smooth(noise.mix(self.thing, salt), self.t, period)

    def trait(self, salt: int) -> np.ndarray:
        """A lasting property of the thing in [0, 1)."""
        return noise.uniform(self.thing, salt)


def bump(hour: np.ndarray, centre: float, width: float) -> np.ndarray:
    """A bell around an hour of the day, 1 at its centre, that goes on over midnight; width in hours."""
    away = (hour - centre + 12.0) % 24.0 - 12.0
    return np.exp(-0.5 * (away / width) ** 2)


def open_between(hour: np.ndarray, opens: float, closes: float, ramp: float = 0.5) -> np.ndarray:
    """From 0 to 1 and back: what is open from one hour to another fills and empties within `ramp` hours."""
    return np.clip((hour - opens) / ramp, 0.0, 1.0) * np.clip((closes - hour) / ramp, 0.0, 1.0)


def share_of_day(hour: np.ndarray, begins: float, ends: float) -> np.ndarray:
    """Which share of a day's work is done by an hour, from 0 to 1, most of it about the middle."""
    done = np.clip((hour - begins) / (ends - begins), 0.0, 1.0)
    return done * done * (3.0 - 2.0 * done)
