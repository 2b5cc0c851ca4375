"""A value as computed from its rows, before it is compared with what is kept."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from jcoc.indicators.arithmetic import Result
from jcoc.indicators.models import Indicator, Origin
from jcoc.indicators.periods import Period
from jcoc.indicators.sentences import Told

#: The city's days. Asia/Jakarta has had this offset, without summer time, since 1964.
CITY = timezone(timedelta(hours=7), "WIB")
EPOCH = datetime(1970, 1, 1, tzinfo=CITY)


@dataclass(frozen=True, slots=True)
class Computed:
    place: str
    period: Period
    result: Result
    query: str  # compact JSON
    row_count: int
    sha256: str
    origin: Origin
    coverage: float | None = None  # the share of the period's hours with readings that entered


Key = tuple[str, date]  # a place's code, a period's start


class CannotCompute(Told):
    """An indicator cannot be computed as it is declared."""


def midnight(day: date) -> datetime:
    """When a day of the city begins."""
    return datetime.combine(day, time(), CITY)


def settled(indicator: Indicator, period: Period, now: datetime) -> bool:
    """Whether the time for late records of the period is over, so that a value of it is final."""
    return now >= midnight(period.end + timedelta(days=1)) + timedelta(seconds=indicator.settles_after_s)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) - 7 * 3_600_000_000


def way_of(error: BaseException) -> str:
    """The lines that an error came through, for the log; without its own words, which may name a person."""
    return "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
