"""From readings of PM2.5 to 24-hour means. Pure.

Each hour counts once, however many readings it has: an instrument that was mended at noon and then reads every second
must not let the afternoon outweigh the morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jcoc.programmes.air_quality.ispu import Ispu, ispu

#: Hours of 24 that must have readings. The regulation asks for 24 hours without a break; three quarters is the usual
#: rule of air monitoring elsewhere (40 CFR 50, appendix N), taken here until the city's agency names its own.
LEAST_HOURS = 18


@dataclass(frozen=True)
class Mean:
    hours: int  # with readings, 0 to 24
    value: float | None  # µg/m³ of those hours; none where there is none
    ispu: Ispu | None  # none where too few hours have readings


def mean_of(hourly: Iterable[float]) -> Mean:
    """The 24-hour mean of up to 24 means of an hour, in µg/m³."""
    values = list(hourly)
    if not values:
        return Mean(0, None, None)
    value = sum(values) / len(values)
    return Mean(len(values), value, ispu(value) if len(values) >= LEAST_HOURS else None)


def hourly(readings: Iterable[tuple[datetime, float]]) -> dict[datetime, float]:
    """The means by hour (the hour's start) of readings (time, µg/m³) in any order."""
    sums: dict[datetime, tuple[float, int]] = {}
    for time, value in readings:
        hour = time.replace(minute=0, second=0, microsecond=0)
        total, count = sums.get(hour, (0.0, 0))
        sums[hour] = (total + value, count + 1)
    return {hour: total / count for hour, (total, count) in sums.items()}


def by_day(hours: Mapping[datetime, float]) -> dict[date, Mean]:
    """The mean of each calendar day, in the order of days; the hours are those of the city's clock."""
    days: dict[date, list[float]] = {}
    for hour in sorted(hours):
        days.setdefault(hour.date(), []).append(hours[hour])
    return {day: mean_of(values) for day, values in days.items()}


def last_24(hours: Mapping[datetime, float], until: datetime) -> Mean:
    """The mean of the 24 hours before `until`, which begin at full hours."""
    end = until.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return mean_of(value for hour, value in hours.items() if end - timedelta(hours=24) <= hour < end)
