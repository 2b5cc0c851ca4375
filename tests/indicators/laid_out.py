"""A small city with sensors and a store, for the tests of the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction, Function, Indicator, OfStreams, PlaceLevel, Source
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.words import Words
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.services import NewDatastream, register_thing
from jcoc.telemetry.stores.contract import OBSERVATIONS, ObservationStore
from jcoc.trail.audit.guard import unguarded

TODAY = date(2024, 6, 1)
NOW = datetime(2024, 6, 1, 5, tzinfo=UTC)


def declared(code: str = "level-mean", source: Source | None = None, **fields: Any) -> Indicator:
    given: dict[str, Any] = {
        "name": Words("Tinggi muka air", "Water level"),
        "method": Words("Rata-rata", "Mean"),
        "unit": "m",
        "direction": Direction.NEITHER,
        "period": PeriodType.DAY,
        "dimension": "environment",
        "sub_dimension": "protection",
        "owner": "Dinas PUPR",
        "source": source or OfStreams(function=Function.MEAN, observed_property="Water level"),
        "levels": tuple(PlaceLevel),
    }
    return Indicator(code=code, **(given | fields))


def kept(code: str = "level-mean", source: Source | None = None, **fields: Any) -> Kept:
    declare("test", [declared(code, source, **fields)], today=TODAY)
    return Kept.objects.get(code=code)


def places() -> dict[str, Place]:
    """A city of two kecamatan; of the second one kelurahan begins with 2023."""
    found: dict[str, Place] = {}

    def place(code: str, level: str, up: str = "", lon: float = 103.6, **fields: Any) -> None:
        found[code] = Place.objects.create(
            code=code,
            name=code,
            level=level,
            parent=found.get(up),
            lon=lon,
            lat=-1.6,
            source="test",
            **fields,
        )

    with unguarded():
        place("15.71", "kota")
        place("15.71.01", "kecamatan", "15.71", 103.60)
        place("15.71.02", "kecamatan", "15.71", 103.62)
        place("15.71.01.1001", "kelurahan", "15.71.01", 103.600)
        place("15.71.02.1001", "kelurahan", "15.71.02", 103.620)
        place("15.71.02.1002", "kelurahan", "15.71.02", 103.640, valid_from=date(2023, 1, 1))
    return found


def gauge(code: str, lon: float | None, **fields: Any) -> Datastream:
    point = None if lon is None else (lon, -1.6)
    given = {"unit_symbol": "m", "audience": "public"} | fields
    register_thing(code, code, [NewDatastream(code, code, "Water level", **given)], point=point)
    return Datastream.objects.get(code=code)


def send(
    store: ObservationStore, stream: Datastream, day: date, values: list[float | None], quality: int = 0
) -> None:
    """A reading an hour from the midnight that begins the city's day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    send_at(store, stream, [start + timedelta(hours=hour) for hour in range(len(values))], values, quality)


def send_at(
    store: ObservationStore,
    stream: Datastream,
    times: list[datetime],
    values: list[float | None],
    quality: int = 0,
) -> None:
    count = len(values)
    columns: dict[str, Any] = {
        "datastream": [stream.pk] * count,
        "phenomenon_time": times,
        "result": values,
        "quality": np.full(count, quality, np.int32),
    }
    batch = pa.table(
        [pa.array(columns.get(f.name, [None] * count), f.type) for f in OBSERVATIONS], OBSERVATIONS
    )
    store.append(batch).result(30)
