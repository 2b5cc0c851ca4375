"""Which period of an indicator is shown, and which others may be chosen.

Ten years of days take as many statements as one of months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period, PeriodError, PeriodType, parse

#: Periods that one list holds; of more the reader chooses the year first, or a day by its date.
MANY = 130


@dataclass(frozen=True, kw_only=True)
class Choice:
    period: Period
    earlier: Period | None
    later: Period | None
    periods: tuple[Period, ...] = ()  # the newest first; none where a day is asked for by its date
    years: tuple[int, ...] = ()  # where `periods` are those of one year
    first: date  # of all that is told
    last: date

    @property
    def by_date(self) -> bool:
        return not self.periods


def choose(indicator: Indicator, asked: str, year: str, head: date | None = None) -> Choice | None:
    """The period of that code, or the newest of that year; else that of the page's head, which begins on that day, if a
    place is told of it, or the newest with a place. None where nothing is told.
    """
    told = Value.objects.filter(indicator=indicator)
    first, last = _start(told.order_by("start")), _start(told.order_by("-start"))
    if first is None or last is None:
        return None
    period = _asked(indicator, told, (first, last), asked, year) or _opened(indicator, told, head)
    earlier = _start(told.filter(start__lt=period.start).order_by("-start"))
    later = _start(told.filter(start__gt=period.start).order_by("start"))
    periods, years = _offered(indicator, told, (first, last), period)
    return Choice(
        period=period,
        earlier=indicator.period_of(earlier) if earlier else None,
        later=indicator.period_of(later) if later else None,
        periods=periods,
        years=years,
        first=first,
        last=last,
    )


def _start(values: QuerySet[Value]) -> date | None:
    return values.values_list("start", flat=True).first()


def _asked(
    indicator: Indicator, told: QuerySet[Value], bounds: tuple[date, date], asked: str, year: str
) -> Period | None:
    first, last = bounds
    try:
        period = parse(PeriodType(indicator.period_type), asked) if asked else None
    except PeriodError:
        period = None
    if year.isascii() and year.isdigit() and first.year <= int(year) <= last.year:
        if period is None or period.start.year != int(year):
            newest = _start(_of_year(told, int(year)).order_by("-start"))
            period = indicator.period_of(newest) if newest else None
    elif period is not None and not first <= period.start <= last:
        period = None
    return period


def _opened(indicator: Indicator, told: QuerySet[Value], head: date | None) -> Period:
    """Where nothing is asked for, or nothing that there is."""
    of_places = told.exclude(place__level="kota")
    if head is not None and of_places.filter(start=head).exists():
        return indicator.period_of(head)
    newest = _start(of_places.order_by("-start")) or _start(told.order_by("-start"))
    assert newest is not None
    return indicator.period_of(newest)


def _offered(
    indicator: Indicator, told: QuerySet[Value], bounds: tuple[date, date], period: Period
) -> tuple[tuple[Period, ...], tuple[int, ...]]:
    first, last = bounds
    if (last - first).days < MANY * period.days:
        years: tuple[int, ...] = ()
    elif period.type is PeriodType.DAY:
        return (), ()
    else:
        told, years = _of_year(told, period.start.year), tuple(range(last.year, first.year - 1, -1))
    starts = told.order_by("-start").values_list("start", flat=True).distinct()
    # A day that was asked for and that nothing is told of stands among the others all the same.
    found = dict.fromkeys(indicator.period_of(start) for start in starts) | {period: None}
    return tuple(sorted(found, key=lambda each: each.start, reverse=True)), years


def _of_year(told: QuerySet[Value], year: int) -> QuerySet[Value]:
    return told.filter(start__range=(date(year, 1, 1), date(year, 12, 31)))
