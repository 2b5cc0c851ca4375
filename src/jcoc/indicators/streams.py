"""The readings of an indicator's datastreams, each with the place that its thing was in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from jcoc.indicators.arithmetic import NO_END, entering
from jcoc.indicators.computed import CITY, CannotCompute, microseconds, midnight
from jcoc.indicators.datastreams import chosen, wrong_unit
from jcoc.indicators.declaration import OfStreams
from jcoc.indicators.periods import Period
from jcoc.indicators.placing import Places, PlacesOfDay
from jcoc.indicators.rowform import Stay, stay
from jcoc.telemetry.models import Datastream, HistoricalLocation, Thing
from jcoc.telemetry.stores.contract import ObservationStore
from jcoc.trail.marking import gettext_noop

#: Days that one look into the store takes at most; a year of a busy city does not stand in memory as Arrow at once.
DAYS_A_LOOK = 31
Span = tuple[int, int]  # µs since 1970: from, and until before
_EVER: Span = (-(2**63), 2**63 - 1)
_FIELDS = ("phenomenon_time", "phenomenon_end", "result", "quality")


@dataclass(frozen=True, slots=True)
class Part:
    """The readings of a datastream in a period, while its thing was in one place."""

    stream: Datastream
    kelurahan: str  # empty where it lies in none, or has no location
    time: np.ndarray  # (n,) int64 µs, ascending
    end: np.ndarray
    result: np.ndarray  # float64, NaN for no number
    quality: np.ndarray
    entered: np.ndarray  # (n,) bool

    def stay(self) -> Stay:
        chosen = self.entered
        return stay(
            self.stream.code, self.time[chosen], self.end[chosen], self.result[chosen], self.quality[chosen]
        )


@dataclass
class Streams:
    """The datastreams that a source names, and where their things have been."""

    source: OfStreams
    streams: dict[int, Datastream]
    #: By thing: (from when, point) in the order of time; the first also holds before, no earlier place is known.
    _trails: dict[int, list[tuple[int, tuple[float, float]]]] = field(default_factory=dict)
    #: For each thing the kelurahan of its stays, by the places that were in force.
    _homes: dict[PlacesOfDay, dict[int, list[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: OfStreams, unit: str, *, public: bool) -> Streams:
        """:class:`CannotCompute` where there is none, or what is made of them is not told in `unit`.

        A public indicator takes of an observed property the public datastreams alone: a mean over one is its reading.
        Whoever names a datastream says with it that what is made of its readings may be known.
        """
        named = chosen(source, public=public)
        if source.datastreams:
            missing = set(source.datastreams).difference(named.values_list("code", flat=True))
            if missing:
                raise CannotCompute(
                    gettext_noop("There is no datastream %(codes)s."), codes=", ".join(sorted(missing))
                )
        streams = {each.pk: each for each in named.order_by("code")}
        if wrong := wrong_unit(source, unit, [each.unit_symbol for each in streams.values()]):
            raise CannotCompute(wrong.text, **wrong.facts)
        return cls(source, streams, _trails({each.thing_id for each in streams.values()}))

    def first_day(self, store: ObservationStore) -> date | None:
        """The city's day of the oldest reading; None where there is no reading."""
        oldest = store.window(list(self.streams), limit=1).column("phenomenon_time")
        return oldest[0].as_py().astimezone(CITY).date() if len(oldest) else None

    def parts(
        self, store: ObservationStore, periods: Sequence[Period], places: Places
    ) -> Iterator[tuple[Period, list[Part]]]:
        """The readings of periods that follow one another, those too that do not enter."""
        if not self.streams:
            yield from ((period, []) for period in periods)
            return
        pk, columns = self._read(store, periods)
        bounds = [microseconds(midnight(each.start)) for each in periods]
        bounds.append(microseconds(midnight(periods[-1].end + timedelta(days=1))))
        slices = []
        for stream in self.streams.values():
            low, high = np.searchsorted(pk, (stream.pk, stream.pk + 1))
            cuts = low + np.searchsorted(columns[0][low:high], bounds)
            slices.append((stream, cuts))
        for number, period in enumerate(periods):
            homes = self._homes_at(places.at(period.end))
            found: list[Part] = []
            for stream, cuts in slices:
                low, high = int(cuts[number]), int(cuts[number + 1])
                if low < high:
                    found += self._split(stream, [each[low:high] for each in columns], homes)
            yield period, found

    def _read(
        self, store: ObservationStore, periods: Sequence[Period]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Columns in the order of (datastream, time, end)."""
        begin, last = periods[0].start, periods[-1].end
        looks = []
        while begin <= last:
            end = min(begin + timedelta(days=DAYS_A_LOOK), last + timedelta(days=1))
            table = store.window(list(self.streams), midnight(begin), midnight(end))
            looks.append(_columns(table))
            begin = end
        pk, *columns = (np.concatenate(each) for each in zip(*looks, strict=True))
        order = np.lexsort((columns[1], columns[0], pk))
        return pk[order], [each[order] for each in (*columns, entering(columns[2], columns[3]))]

    def _homes_at(self, there: PlacesOfDay) -> dict[int, list[str]]:
        if there not in self._homes:
            flat = [(thing, point) for thing, trail in self._trails.items() for _, point in trail]
            codes = there.locate([point for _, point in flat])
            found: dict[int, list[str]] = {}
            for (thing, _), code in zip(flat, codes, strict=True):
                found.setdefault(thing, []).append(code)
            self._homes[there] = found
        return self._homes[there]

    def spans(self, there: PlacesOfDay, here: Callable[[str], bool]) -> dict[int, list[Span]]:
        """By datastream when its thing was in a kelurahan (empty: in none) that is here."""
        homes, found = self._homes_at(there), {}
        for pk, stream in self.streams.items():
            turns = [since for since, _ in self._trails.get(stream.thing_id, [])[1:]]
            stays = zip(homes.get(stream.thing_id, [""]), [_EVER[0], *turns], [*turns, _EVER[1]], strict=True)
            found[pk] = [(since, until) for home, since, until in stays if here(home)]
        return found

    def _split(
        self, stream: Datastream, columns: list[np.ndarray], homes: dict[int, list[str]]
    ) -> Iterator[Part]:
        trail = self._trails.get(stream.thing_id, [])
        if len(trail) <= 1:
            yield Part(stream, homes[stream.thing_id][0] if trail else "", *columns)
            return
        turns = [0, *np.searchsorted(columns[0], [since for since, _ in trail[1:]]), len(columns[0])]
        for number, home in enumerate(homes[stream.thing_id]):
            low, high = int(turns[number]), int(turns[number + 1])
            if low < high:
                yield Part(stream, home, *(each[low:high] for each in columns))


def _columns(table: pa.Table) -> tuple[np.ndarray, ...]:
    time, end, result, quality = (table.column(name) for name in _FIELDS)
    return (
        table.column("datastream").to_numpy(),
        time.cast(pa.int64()).to_numpy(),
        end.cast(pa.int64()).fill_null(NO_END).to_numpy(),
        result.fill_null(float("nan")).to_numpy(),
        quality.to_numpy(),
    )


def _trails(things: set[int]) -> dict[int, list[tuple[int, tuple[float, float]]]]:
    found: dict[int, list[tuple[int, tuple[float, float]]]] = {}
    past = HistoricalLocation.objects.filter(thing__in=things).order_by("time").prefetch_related("locations")
    for history in past:
        for location in history.locations.all():
            point = _point(location.location)
            if point is not None:
                found.setdefault(history.thing_id, []).append((microseconds(history.time), point))
    for thing in Thing.objects.filter(pk__in=things.difference(found)).prefetch_related("locations"):
        for location in thing.locations.all():
            point = _point(location.location)
            if point is not None and thing.pk not in found:
                found[thing.pk] = [(0, point)]
    return found


def _point(location: Any) -> tuple[float, float] | None:
    if isinstance(location, dict) and location.get("type") == "Point":
        x, y = location["coordinates"][:2]
        return float(x), float(y)
    return None
