"""The past of the simulated streams, so that charts are not empty: made up once, and for the time between runs.

It goes into the store by its usual way, but thinner than live readings, so silence and standing still cannot be
judged in it: its quality flags are those of range and rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa

from jcoc.demo.simulation import Readings, Simulation
from jcoc.telemetry.directory import Snapshot
from jcoc.telemetry.ingest.pipeline import newest_state
from jcoc.telemetry.instants import NO_TIME
from jcoc.telemetry.quality import Limits, State, assess
from jcoc.telemetry.stores.contract import OBSERVATIONS, ObservationStore

DAY = 86_400.0
#: All streams this far back at this step; those with a year in their kind further back, by the hour.
RECENT, STEP = 7 * DAY, 600.0
YEAR, YEAR_STEP = 365 * DAY, 3_600.0
READINGS_A_BATCH = 50_000

_NO_DURATION = np.iinfo(np.int64).max


def fill(
    store: ObservationStore,
    snapshot: Snapshot,
    simulation: Simulation,
    now: float,
    progress: Callable[[float], None],
) -> int:
    """Append what the streams would have reported since their newest reading until now; how many readings."""
    slots = np.array([snapshot.slots[stream.code] for stream in simulation.streams], dtype=np.int64)
    ids = snapshot.ids[slots]
    state = newest_state(store, snapshot)
    limits = _thin(snapshot.limits)
    newest = state.time[slots]
    # Streams without a reading: all of them in a new city, later those that a newer version brings.
    known, new = np.flatnonzero(newest != NO_TIME).tolist(), np.flatnonzero(newest == NO_TIME).tolist()
    pieces = _pieces(simulation, known, newest.max(initial=NO_TIME) / 1e6, now)
    pieces += _pieces(simulation, new, now - YEAR, now)
    total = 0
    for number, (streams, times, with_faults) in enumerate(pieces, start=1):
        readings = simulation.sampled(streams, times, with_faults=with_faults)
        if len(readings):
            store.append(_batch(readings, ids, slots, limits, state)).result()
        total += len(readings)
        progress(number / len(pieces))
    return total


def _pieces(
    simulation: Simulation, everything: list[int], since: float, now: float
) -> list[tuple[list[int], np.ndarray, bool]]:
    """Streams, times and whether faults belong in, in order of time, so that a broken-off fill goes on."""
    if not everything:
        return []
    yearly = [position for position in everything if simulation.streams[position].kind.year]
    recent = now - RECENT
    hours = _grid(max(since, now - YEAR), recent, YEAR_STEP)
    steps = np.append(_grid(max(since, recent), now - STEP / 2, STEP), now)
    pieces = []
    for streams, times, with_faults in ((yearly, hours, False), (everything, steps, True)):
        many = max(1, READINGS_A_BATCH // (len(streams) or 1))
        pieces += [(streams, times[i : i + many], with_faults) for i in range(0, len(times), many)]
    return pieces


def _grid(after: float, until: float, step: float) -> np.ndarray:
    """The multiples of step with after < t ≤ until."""
    return np.arange(np.floor(after / step) + 1, np.floor(until / step) + 1) * step


def _thin(limits: Limits) -> Limits:
    never = np.full(len(limits.lowest), _NO_DURATION, np.int64)
    return replace(limits, flat_after=never, gap_after=never)


def _batch(
    readings: Readings, ids: np.ndarray, slots: np.ndarray, limits: Limits, state: State
) -> pa.RecordBatch:
    time = np.rint(readings.time * 1000.0).astype(np.int64) * 1000
    flags = assess(slots[readings.stream], time, readings.value, limits, state)
    count = len(readings)
    columns: dict[str, pa.Array] = {
        "datastream": pa.array(ids[readings.stream]),
        "phenomenon_time": pa.array(time).cast(OBSERVATIONS.field("phenomenon_time").type),
        "result": pa.array(readings.value),
        "quality": pa.array(flags),
    }
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in OBSERVATIONS]
    return pa.RecordBatch.from_arrays(arrays, schema=OBSERVATIONS)
