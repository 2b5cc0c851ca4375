"""Down from a value to the rows it was made of, as they are now: page by page, or all of them one after the other."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from django.utils.translation import gettext_noop

from jcoc.city.models import Place
from jcoc.indicators import stream_values, tally_values
from jcoc.indicators.computed import Computed, microseconds, midnight
from jcoc.indicators.declaration import Entered, OfStreams, Ratio, Tally
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.placing import Places
from jcoc.indicators.rows import Cell, Column, RowSource
from jcoc.indicators.stored import from_json
from jcoc.indicators.streams import Streams
from jcoc.indicators.tally_values import Lined
from jcoc.indicators.words import Words
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.stores.contract import ObservationStore

NO_NUMBER = gettext_noop("no number")
OUT_OF_RANGE = gettext_noop("outside of what is plausible")
READING = (
    Column("result", Words("Hasil", "Result")),
    Column("quality", Words("Tanda mutu", "Quality flags")),
)
#: Readings that one look into the store takes where all of them are told.
TOGETHER = 20_000


@dataclass(frozen=True, slots=True)
class RowSeen:
    source: str  # the code of its datastream, or of its source of rows
    id: str  # of a reading the instant, ISO 8601 in UTC
    when: datetime | str  # a reading's instant, or a row's day
    cells: tuple[Cell, ...]
    left_out: str = ""  # why it did not enter: a msgid of this module; empty where it did
    simulated: bool = False
    address: str = ""  # of the page that shows it


@dataclass(frozen=True)
class Compared:
    """What the rows come to now, beside what is kept."""

    found: Computed
    kept: Value
    rows: Mapping[str, int]  # by their source: how many there are, those too that did not enter

    @property
    def left_out(self) -> int:
        return sum(self.rows.values()) - self.found.row_count

    @property
    def same_rows(self) -> bool:
        """Whether they are still those that the kept value was made of."""
        return self.found.sha256 == self.kept.rows_sha256

    @property
    def same_value(self) -> bool:
        return self.found.result.value == self.kept.value


def walk(
    store: ObservationStore, indicator: Indicator, place: Place, period: Period
) -> OfReadings | OfRecords | None:
    """The way down from a value; None where jcoc has no rows behind it. :class:`~computed.CannotCompute`."""
    source = from_json(indicator.source)
    match source:
        case OfStreams():
            streams = Streams.of(source, indicator.unit_code, public=indicator.public)
            return OfReadings(store, streams, place.code, period)
        case Tally() | Ratio():
            return OfRecords(source, place.code, period)
        case Entered():
            return None


@dataclass(frozen=True)
class Position:
    """Where a page of readings begins: an instant, and how many readings of that instant stood on the page before."""

    time: int  # µs since 1970
    skip: int = 0

    def __str__(self) -> str:
        return f"{self.time}~{self.skip}"

    @classmethod
    def read(cls, text: str) -> Position | None:
        """None for what is no position."""
        found = re.fullmatch(r"(-?\d{1,18})~(\d{1,5})", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None


class OfReadings:
    columns = READING

    def __init__(self, store: ObservationStore, streams: Streams, place: str, period: Period) -> None:
        self._store, self._streams, self._place, self._period = store, streams, place, period
        self._places = Places()
        there = self._places.at(period.end)
        spans = streams.spans(there, lambda home: place in stream_values.holding(home, there, streams))
        self._spans = {pk: each for pk, each in spans.items() if each}

    def compare(self, kept: Value) -> Compared:
        """It reads all of them."""
        (_, parts), *_none = self._streams.parts(self._store, [self._period], self._places)
        there = self._places.at(self._period.end)
        together = [
            (part, part.stay())
            for part in parts
            if self._place in stream_values.holding(part.kelurahan, there, self._streams)
        ]
        rows: dict[str, int] = {}
        for part, _stay in together:
            rows[part.stream.code] = rows.get(part.stream.code, 0) + len(part.time)
        found = stream_values.value(self._streams, self._place, self._period, together)
        return Compared(found, kept, rows)

    def page(
        self, sources: Collection[str], begin: Position | None, most: int
    ) -> tuple[list[RowSeen], Position | None]:
        """So many of these datastreams in the order of time, and where the next ones begin; it reads hardly more."""
        start, end = (midnight(day) for day in (self._period.start, self._period.end + timedelta(days=1)))
        streams = [pk for pk in self._spans if self._streams.streams[pk].code in sources]
        position = Position(microseconds(start))
        if begin is not None and begin.time >= position.time:
            position = begin
        found: list[RowSeen] = []
        look = most + 1
        while streams and position.time < microseconds(end):
            wanted = position.skip + look
            table = self._store.window(streams, _moment(position.time), end, limit=wanted)
            times = table.column("phenomenon_time").cast(pa.int64()).to_pylist()
            rest = (table.column(name).to_pylist() for name in ("datastream", "result", "quality"))
            for number, (time, *row) in enumerate(zip(times, *rest, strict=True)):
                if number < position.skip or not self._lies_here(row[0], time):
                    continue
                if len(found) == most:
                    return found, Position(time, number - times.index(time))
                found.append(self._seen(time, *row))
            if len(times) < wanted:
                break
            # Of a thing that was mostly elsewhere: on from the last one, in longer strides.
            position, look = Position(times[-1], len(times) - times.index(times[-1])), TOGETHER
        return found, None

    def every(self, sources: Collection[str]) -> Iterator[RowSeen]:
        """All of these datastreams, a bounded number in memory."""
        begin: Position | None = None
        while True:
            found, begin = self.page(sources, begin, TOGETHER)
            yield from found
            if begin is None:
                return

    def _lies_here(self, stream: int, time: int) -> bool:
        return any(since <= time < until for since, until in self._spans[stream])

    def _seen(self, time: int, pk: int, result: float | None, quality: int) -> RowSeen:
        stream, when = self._streams.streams[pk], _moment(time)
        number = result is not None and math.isfinite(result)
        why = NO_NUMBER if not number else OUT_OF_RANGE if quality & Flag.RANGE else ""
        cells: tuple[Cell, ...] = (result if number else None, quality)
        return RowSeen(stream.code, when.isoformat(), when, cells, why, stream.origin == "simulated")


def _moment(time: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)


@dataclass(frozen=True)
class Records:
    """The rows of one tally: of a ratio there are two."""

    tally: Tally
    source: RowSource
    rows: tuple[RowSeen, ...]  # ordered by id

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


class OfRecords:
    def __init__(self, source: Tally | Ratio, place: str, period: Period) -> None:
        self._source, self._place, self._period = source, place, period
        self._found: list[Sequence[Lined]] = []
        places, parts = Places(), []
        for tally in tally_values.tallies(source):
            of = tally_values.source_of(tally)
            lined = tally_values.buckets(of, [period], places).get((place, 0), [])
            self._found.append(lined)
            seen = (
                RowSeen(
                    of.code, row.id, row.day.isoformat(), row.cells, "", row.simulated, _address(of.address, row.id)
                )
                for row, _line in sorted(lined, key=lambda each: each[0].id)
            )  # fmt: skip
            parts.append(Records(tally, of, tuple(seen)))
        self.parts = tuple(parts)

    def compare(self, kept: Value) -> Compared:
        found = tally_values.value(self._source, self._place, self._period, self._found)
        rows: dict[str, int] = {}
        for part in self.parts:
            rows[part.source.code] = rows.get(part.source.code, 0) + len(part.rows)
        return Compared(found, kept, rows)


def _address(address: Callable[[str], str] | None, id_: str) -> str:
    return address(id_) if address else ""
