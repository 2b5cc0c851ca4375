"""What the simulated city may never do, whatever the time and the seed."""

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcoc.demo.catalogue import Stream, city_stations
from jcoc.demo.models import noise
from jcoc.demo.models.faults import SILENCE, SPIKE, STUCK, WINDOW, faults
from jcoc.demo.models.sampling import DAY, HOUR, Sampling
from jcoc.demo.models.weather import rain_depth, rain_gauge, rain_intensity
from jcoc.demo.simulation import Simulation
from jcoc.telemetry.quality import Limits, State, assess

STREAMS = [stream for station in city_stations(date(2026, 6, 1)) for stream in station.streams]
EVERY = list(range(len(STREAMS)))
START = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
END = datetime(2040, 1, 1, tzinfo=UTC).timestamp()

moments = st.floats(START, END, allow_nan=False)
seeds = st.text("abcdefgh", min_size=1, max_size=6)


def limits_of(streams: list[Stream]) -> Limits:
    limits = Limits.none(len(streams))
    for slot, stream in enumerate(streams):
        limits.lowest[slot], limits.highest[slot] = stream.kind.lowest, stream.kind.highest
        if stream.kind.rate_per_minute is not None:
            limits.rate_per_minute[slot] = stream.kind.rate_per_minute
        if stream.kind.flat_after is not None:
            limits.flat_after[slot] = stream.kind.flat_after * 1e6
    return limits


LIMITS = limits_of(STREAMS)


@settings(max_examples=25)
@given(moments, seeds)
def test_every_stream_stays_finite_and_plausible(moment: float, seed: str) -> None:
    simulation = Simulation(STREAMS, seed)
    readings = simulation.sampled(EVERY, moment + np.arange(8) * 3 * HOUR, with_faults=False)
    assert np.isfinite(readings.value).all()
    lowest = np.array([stream.kind.lowest for stream in STREAMS])[readings.stream]
    highest = np.array([stream.kind.highest for stream in STREAMS])[readings.stream]
    outside = np.flatnonzero((readings.value < lowest) | (readings.value > highest))
    assert not len(outside), [(STREAMS[readings.stream[i]].code, readings.value[i]) for i in outside[:5]]


@settings(max_examples=12)
@given(moments, st.lists(st.floats(0, 60), min_size=0, max_size=4), seeds)
def test_a_restart_anywhere_goes_on_as_if_nothing_had_happened(
    moment: float, cuts: list[float], seed: str
) -> None:
    whole = Simulation(STREAMS, seed).readings(moment, moment + 60)
    edges = [moment, *sorted(moment + cut for cut in cuts), moment + 60]
    parts = [Simulation(STREAMS, seed).readings(a, b) for a, b in pairwise(edges)]

    def rows(some: list) -> list[tuple[int, float, float]]:
        return sorted(
            row
            for part in some
            for row in zip(part.stream.tolist(), part.time.tolist(), part.value.tolist(), strict=True)
        )

    assert rows(parts) == rows([whole])


def test_another_seed_is_another_city() -> None:
    one, other = (
        Simulation(STREAMS, seed).sampled(EVERY, np.array([START]), with_faults=False) for seed in "ab"
    )
    assert (one.value != other.value).mean() > 0.4


@pytest.mark.parametrize("moment", [START + 200 * DAY, START + 2000.3 * DAY, START + 4111.6 * DAY])
def test_sound_instruments_raise_no_flag(moment: float) -> None:
    """An hour of live readings at each stream's own interval, judged by the rules the streams are registered with."""
    simulation = Simulation(STREAMS, "flags")
    flagged: dict[str, int] = {}
    for every in {stream.kind.every for stream in STREAMS}:
        chosen = [i for i, stream in enumerate(STREAMS) if stream.kind.every == every]
        readings = simulation.sampled(chosen, moment + np.arange(0, HOUR, every), with_faults=False)
        time = (readings.time * 1e6).astype(np.int64)
        flags = assess(readings.stream, time, readings.value, LIMITS, State.empty(len(STREAMS)))
        flagged |= {
            STREAMS[i].code: int(n) for i, n in enumerate(np.bincount(readings.stream[flags != 0])) if n
        }
    assert not flagged


def test_live_rates_are_those_asked_for() -> None:
    usual = Simulation(STREAMS, "x")
    assert 60 <= usual.rate <= 120
    assert len(usual.readings(START, START + 60)) == pytest.approx(60 * usual.rate, rel=0.05)
    driven = Simulation(STREAMS, "x", rate=900.0)
    assert len(driven.readings(START, START + 10)) == pytest.approx(9000, rel=0.05)


def test_faults_come_at_a_believable_rate_and_each_is_seen() -> None:
    stream = np.array([[noise.seed_of("fault", number)] for number in range(400)])
    wrong = faults(stream, START + np.arange(0, 10 * WINDOW, 60.0)[None, :])
    stuck = wrong.seen != START + np.arange(0, 10 * WINDOW, 60.0)[None, :]
    assert 0.009 < wrong.silent.mean() < 0.022
    assert 0.007 < stuck.mean() < 0.018
    assert 0.0005 < (wrong.spike != 0).mean() < 0.003
    assert not (wrong.silent & stuck).any()
    assert SILENCE + STUCK + SPIKE < 1


def test_faults_are_found_by_the_rules() -> None:
    """Of all streams over half a day: spikes are out of range, stuck values are flat, silence leaves gaps."""
    simulation = Simulation(STREAMS, "faulty")
    readings = simulation.readings(START, START + 6 * HOUR)
    time = (readings.time * 1e6).astype(np.int64)
    flags = assess(readings.stream, time, readings.value, LIMITS, State.empty(len(STREAMS)))
    sound = 6 * HOUR * simulation.rate
    assert 0.003 * sound < sound - len(readings) < 0.03 * sound
    assert (flags & 1).any()
    assert (flags & 4).any()
    assert (flags != 0).mean() < 0.03


def _everywhere(t: np.ndarray) -> Sampling:
    thing = np.array([[noise.seed_of("gauge", number)] for number in range(5)])
    return Sampling(noise.seed_of("rain", "city"), thing, thing, np.ones((5, 1)), t)


def test_a_year_has_the_rain_of_the_humid_tropics() -> None:
    days = START + np.arange(1, 366)[None, :] * DAY
    depth = rain_depth(_everywhere(days), 24.0).sum(axis=1)
    assert ((depth > 1500) & (depth < 3500)).all()


def test_the_depth_of_rain_is_the_integral_of_its_intensity() -> None:
    minutes = START + np.arange(0, 3 * DAY, 60.0)[None, :]
    intensity = rain_intensity(_everywhere(minutes))
    assert intensity.max() > 5
    summed = intensity.sum(axis=1) / 60.0
    told = rain_depth(_everywhere(np.array([[START + 3 * DAY]])), 72.0)[:, 0]
    assert summed == pytest.approx(told, rel=0.01, abs=0.1)
    assert (rain_gauge(_everywhere(minutes)) >= 0).all()


@given(st.integers(0, 2**64 - 1), moments)
def test_noise_is_continuous_and_bounded(seed: int, moment: float) -> None:
    course = noise.smooth(np.uint64(seed), moment + np.linspace(-1, 1, 101), 60.0)
    assert (np.abs(course) <= 1).all()
    assert np.abs(np.diff(course)).max() < 0.002
