"""The values of an indicator that aggregates readings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from jcoc.indicators.arithmetic import HOUR, covered, of_readings
from jcoc.indicators.computed import Computed, Key, microseconds, midnight
from jcoc.indicators.models import Indicator
from jcoc.indicators.origins import least_certain
from jcoc.indicators.periods import Period
from jcoc.indicators.placing import Places, PlacesOfDay
from jcoc.indicators.rowform import Stay, readings_sha256
from jcoc.indicators.streams import Part, Streams
from jcoc.telemetry.stores.contract import ObservationStore


def holding(kelurahan: str, there: PlacesOfDay, streams: Streams) -> Sequence[str]:
    """The places whose value a reading of that kelurahan belongs to; one that lies in none (an empty code) belongs to
    the city, where its datastream is named."""
    if kelurahan:
        return there.holding(kelurahan)
    return there.city if streams.source.datastreams else ()


def values(  # noqa: PLR0917
    indicator: Indicator,
    streams: Streams,
    store: ObservationStore,
    periods: Sequence[Period],
    places: Places,
    also: Collection[Key] = (),
) -> Iterator[Computed]:
    """One for each place that has readings in a period, be it that none of them enters, and for those of `also`."""
    for period, parts in streams.parts(store, periods, places):
        there = places.at(period.end)
        chosen = set(there.of_levels(indicator.levels))
        found: dict[str, list[tuple[Part, Stay]]] = {
            code: [] for code, start in also if start == period.start and code in chosen
        }
        for part in parts:
            digested = (part, part.stay())
            for code in holding(part.kelurahan, there, streams):
                if code in chosen:
                    found.setdefault(code, []).append(digested)
        for code, together in found.items():
            yield value(streams, code, period, together)


def value(streams: Streams, place: str, period: Period, together: Sequence[tuple[Part, Stay]]) -> Computed:
    columns = zip(_NOTHING, *(_entered(part) for part, _ in together), strict=True)
    time, end, result, hour = (np.concatenate(each) for each in columns)
    begin = microseconds(midnight(period.start))
    return Computed(
        place,
        period,
        of_readings(streams.source, result, hour),
        query(streams, place, period, together),
        len(result),
        readings_sha256(stay for _, stay in together),
        least_certain({part.stream.origin for part, _ in together}),
        covered(time, end, begin, 24 * period.days),
    )


_NOTHING = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
#: More hours than there are between any two times of a reading, so that no two datastreams share the number of an hour.
_HOURS = 2**31


def _entered(part: Part) -> tuple[np.ndarray, ...]:
    """Time, end and result of what entered, and a number for its datastream and hour."""
    time = part.time[part.entered]
    return time, part.end[part.entered], part.result[part.entered], part.stream.pk * _HOURS + time // HOUR


def query(streams: Streams, place: str, period: Period, together: Sequence[tuple[Part, Stay]]) -> str:
    """What was asked of the store, enough to ask it again."""
    source = streams.source
    asked = {
        "function": str(source.function),
        "datastreams": sorted({part.stream.code for part, _ in together}),
        "place": place,
        "from": f"{period.start}T00:00:00+07:00",
        "to": f"{period.end}T24:00:00+07:00",
        "factor": source.factor,
    }
    if source.threshold is not None:
        asked["threshold"] = source.threshold
    return json.dumps(asked, separators=(",", ":"))
