"""Down from a value to the rows it was made of, as they are now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from jcoc.city.models import Place
from jcoc.indicators import stream_values, tally_values
from jcoc.indicators.computed import CannotCompute, Computed
from jcoc.indicators.declaration import Entered, OfStreams, Ratio, Tally
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.periods import Period
from jcoc.indicators.placing import Places
from jcoc.indicators.rows import Cell, Column
from jcoc.indicators.stored import from_json
from jcoc.indicators.streams import Part, Streams
from jcoc.indicators.words import Words
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.stores.contract import ObservationStore

NO_NUMBER = gettext_noop("no number")
OUT_OF_RANGE = gettext_noop("outside of what is plausible")
READING = (
    Column("result", Words("Hasil", "Result")),
    Column("quality", Words("Tanda mutu", "Quality flags")),
)


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
class RowsOfValue:
    """Empty, with `problem` saying why, where jcoc has no rows behind the value."""

    columns: tuple[Column, ...]
    rows: tuple[RowSeen, ...]
    found: Computed | None  # what they come to now
    kept: Value | None  # the newest revision
    problem: str | Promise = ""

    @property
    def sha256(self) -> str:
        return self.found.sha256 if self.found else ""

    @property
    def entered(self) -> int:
        return sum(not row.left_out for row in self.rows)

    @property
    def same_rows(self) -> bool:
        """Whether they are still those that the kept value was made of."""
        return bool(self.found and self.kept and self.found.sha256 == self.kept.rows_sha256)

    @property
    def same_value(self) -> bool:
        return bool(self.found and self.kept and self.found.result.value == self.kept.value)


def rows_of(store: ObservationStore, indicator: Indicator, place: Place, period: Period) -> RowsOfValue:
    """Every row of a value, those too that do not enter it, and the digest and number that they give now."""
    kept = (
        Value.objects.current()
        .filter(indicator=indicator, place=place, start=period.start)
        .select_related("indicator", "place")
        .first()
    )
    source = from_json(indicator.source)
    try:
        match source:
            case OfStreams():
                return _readings(
                    store,
                    Streams.of(source, indicator.unit_code, public=indicator.public),
                    place,
                    period,
                    kept,
                )
            case Tally() | Ratio():
                return _rows(source, place, period, kept)
            case Entered():
                return RowsOfValue((), (), None, kept, _("jcoc has no rows behind this value."))
    except CannotCompute as error:
        return RowsOfValue((), (), None, kept, error.said(gettext))


def _readings(
    store: ObservationStore, streams: Streams, place: Place, period: Period, kept: Value | None
) -> RowsOfValue:
    places = Places()
    together = [
        (part, part.stay())
        for _period, parts in streams.parts(store, [period], places)
        for part in parts
        if place.code in stream_values.holding(part, period, places, streams)
    ]
    seen = [row for part, _stay in together for row in _of_part(part)]
    found = stream_values.value(streams, place.code, period, together)
    return RowsOfValue(READING, tuple(seen), found, kept)


def _of_part(part: Part) -> list[RowSeen]:
    simulated = part.stream.origin == "simulated"
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    seen = []
    for time, result, quality, entered in zip(
        part.time.tolist(), part.result.tolist(), part.quality.tolist(), part.entered.tolist(), strict=True
    ):
        when = epoch + timedelta(microseconds=time)
        number = bool(np.isfinite(result))
        why = "" if entered else OUT_OF_RANGE if number and quality & Flag.RANGE else NO_NUMBER
        cells: tuple[Cell, ...] = (result if number else None, quality)
        seen.append(RowSeen(part.stream.code, when.isoformat(), when, cells, why, simulated))
    return seen


def _rows(source: Tally | Ratio, place: Place, period: Period, kept: Value | None) -> RowsOfValue:
    places = Places()
    sources = [tally_values.source_of(each) for each in tally_values.tallies(source)]
    found = [tally_values.buckets(each, [period], places).get((place.code, 0), []) for each in sources]
    seen = [
        RowSeen(
            of.code, row.id, row.day.isoformat(), row.cells, "", row.simulated, _address(of.address, row.id)
        )
        for of, lined in zip(sources, found, strict=True)
        for row, _line in sorted(lined, key=lambda each: each[0].id)
    ]
    computed = tally_values.value(source, place.code, period, found)
    return RowsOfValue(sources[0].columns, tuple(seen), computed, kept)


def _address(address: Callable[[str], str] | None, id_: str) -> str:
    return address(id_) if address else ""
