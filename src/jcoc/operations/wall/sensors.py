"""The wall's sensors as columns: what seldom changes is encoded once, the newest readings each time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from jcoc.telemetry import runtime
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.stores.contract import ObservationStore


@dataclass(frozen=True)
class Columns:
    ids: np.ndarray  # int64, ascending
    positions: dict[int, int]  # datastream id → position in ids
    encoded: msgspec.Raw  # the JSON object of the columns


_cache: dict[frozenset[str], tuple[object, Columns]] = {}


def columns(audiences: frozenset[str]) -> Columns:
    """The datastreams these audiences may see; kept until the directory changes."""
    version = runtime.current().directory.snapshot.version
    kept = _cache.get(audiences)
    if kept and kept[0] == version:
        return kept[1]
    made = _read(audiences)
    _cache[audiences] = (version, made)
    return made


def _point(location: object) -> tuple[float | None, float | None]:
    if isinstance(location, dict) and location.get("type") == "Feature":
        location = location.get("geometry")
    if isinstance(location, dict) and location.get("type") == "Point":
        lon, lat = location["coordinates"][:2]
        return round(lon, 6), round(lat, 6)
    return None, None


def _read(audiences: frozenset[str]) -> Columns:
    places = dict(
        Datastream.objects.filter(thing__locations__isnull=False)
        .order_by("thing__locations__pk")
        .values_list("thing_id", "thing__locations__location")
    )
    points = {thing: _point(location) for thing, location in places.items()}
    rows = (
        Datastream.objects.of_audiences(audiences)
        .order_by("pk")
        .values_list(
            "pk", "code", "name", "thing__name", "observed_property__name", "unit_symbol", "dimension", "origin",
            "quality_rule__lowest", "quality_rule__highest", "quality_rule__gap_after", "thing_id",
        )
    )  # fmt: skip
    names = ("id", "code", "name", "thing", "property", "unit", "dimension", "origin", "low", "high", "gap_s")
    table: dict[str, list[Any]] = {name: [] for name in (*names, "lon", "lat")}
    for row in rows.iterator(chunk_size=5000):
        for name, value in zip(names, row[:11], strict=True):
            table[name].append(value.total_seconds() if isinstance(value, timedelta) else value)
        lon, lat = points.get(row[11], (None, None))
        table["lon"].append(lon)
        table["lat"].append(lat)
    ids = table["id"]
    return Columns(
        ids=np.array(ids, dtype=np.int64),
        positions={pk: position for position, pk in enumerate(ids)},
        encoded=msgspec.Raw(msgspec.json.encode(table)),
    )


def latest(store: ObservationStore, columns: Columns) -> dict[str, list[Any]]:
    """The newest reading of each of the columns' datastreams; nulls where none came yet."""
    newest = store.latest()
    found = newest.column("datastream").to_numpy()
    order = np.searchsorted(found, columns.ids)
    order[order == len(found)] = 0
    known = found[order] == columns.ids if len(found) else np.zeros(len(columns.ids), dtype=bool)
    take = newest.take(order[known])
    where = np.flatnonzero(known)

    def spread(values: list[Any], empty: Any) -> list[Any]:
        full = [empty] * len(columns.ids)
        for position, value in zip(where.tolist(), values, strict=True):
            full[position] = value
        return full

    millis = (take.column("phenomenon_time").cast("int64").to_numpy() // 1000).tolist()
    results = [
        None if value is None or math.isnan(value) else value for value in take.column("result").to_pylist()
    ]
    counts = store.counts()
    return {
        "time": spread(millis, None),
        "value": spread(results, None),
        "quality": spread(take.column("quality").to_pylist(), 0),
        "count": [counts.get(pk, 0) for pk in columns.ids.tolist()],
    }


def sparklines(
    store: ObservationStore, datastreams: Sequence[int], points: int, span: timedelta
) -> dict[str, dict[str, list[Any]]]:
    """The last numbers of each datastream within the span before its newest one, oldest first."""
    lines: dict[str, dict[str, list[Any]]] = {}
    for pk in datastreams:
        newest = store.latest([pk])
        if not newest.num_rows:
            lines[str(pk)] = {"t": [], "v": []}
            continue
        until: datetime = newest.column("phenomenon_time")[0].as_py()
        rows = store.window([pk], until - span, until + timedelta(microseconds=1), order="desc", limit=points)
        times = (rows.column("phenomenon_time").cast("int64").to_numpy() // 1000)[::-1].tolist()
        lines[str(pk)] = {"t": times, "v": rows.column("result").to_pylist()[::-1]}
    return lines
