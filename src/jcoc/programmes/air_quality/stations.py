"""The air of each station, out of the store of observations: the newest 24 hours, and day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from jcoc.programmes.air_quality import daily
from jcoc.programmes.air_quality.programme import PM25
from jcoc.telemetry.models import Datastream
from jcoc.trail.visibility import Reader

if TYPE_CHECKING:
    from jcoc.telemetry.stores.contract import ObservationStore

#: The index is that of µg/m³; a datastream in another unit is left out rather than taken for it.
UNITS = ("µg/m³", "μg/m³", "ug/m3")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Station:
    datastream: Datastream
    newest: float | None
    at: datetime | None
    now: daily.Mean
    days: dict[date, daily.Mean]


@dataclass(frozen=True)
class Day:
    """The worst of the stations: the index of a city is not a mean over it."""

    day: date
    worst: Station | None
    mean: daily.Mean | None
    stations: int  # with an index that day


def stations(reader: Reader | None, store: ObservationStore, now: datetime, days: int) -> list[Station]:
    """Those this reader may see, the worst air first; those without an index last."""
    seen = Datastream.objects.visible(reader).filter(observed_property__name=PM25, unit_symbol__in=UNITS)
    listed = {each.pk: each for each in seen.select_related("thing").order_by("thing__name", "code")}
    if not listed:
        return []
    local = timezone.localtime(now)
    first = datetime.combine(local.date() - timedelta(days=days - 1), time(), local.tzinfo)
    hours = _hourly(store, list(listed), first, now + HOUR)
    newest = {row["datastream"]: row for row in store.latest(list(listed)).to_pylist()}
    found = []
    for pk, datastream in listed.items():
        row = newest.get(pk)
        own = hours.get(pk, {})
        found.append(
            Station(
                datastream,
                row["result"] if row else None,
                row["phenomenon_time"] if row else None,
                daily.last_24(own, local.replace(tzinfo=None)),
                daily.by_day(own),
            )
        )
    return sorted(found, key=lambda each: -(each.now.ispu.value if each.now.ispu else -1))


def _hourly(
    store: ObservationStore, datastreams: Sequence[int], start: datetime, end: datetime
) -> dict[int, dict[datetime, float]]:
    """Datastream → hour on the city's clock → mean, without readings beyond the instrument's range."""
    from jcoc.telemetry.quality import Flag

    zone = timezone.get_current_timezone()
    rows = store.rollup(datastreams, start, end, HOUR, without_flags=int(Flag.RANGE))
    columns = (rows.column(name).to_pylist() for name in ("datastream", "bucket", "avg"))
    hours: dict[int, dict[datetime, float]] = {}
    for pk, bucket, mean in zip(*columns, strict=True):
        if mean is not None and mean >= 0:
            hours.setdefault(pk, {})[bucket.astimezone(zone).replace(tzinfo=None)] = mean
    return hours


def day_by_day(found: Sequence[Station], last: date, days: int) -> list[Day]:
    """From the newest day backward."""
    told = []
    for back in range(days):
        day = last - timedelta(days=back)
        with_index = [
            (mean.ispu.value, -place, each, mean)
            for place, each in enumerate(found)
            if (mean := each.days.get(day)) and mean.ispu
        ]
        worst = max(with_index, key=lambda one: one[:2], default=None)
        told.append(Day(day, worst[2] if worst else None, worst[3] if worst else None, len(with_index)))
    return told
