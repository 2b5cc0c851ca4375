"""What is made of readings and rows, against exact fractions and numpy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.arithmetic import (
    NO_END,
    NotANumber,
    Result,
    covered,
    entering,
    of_readings,
    ratio,
    tally,
)
from jcoc.indicators.declaration import Function, OfStreams
from jcoc.telemetry.quality import Flag

#: So that no sum of them reaches LARGEST.
numbers = st.lists(st.floats(-1e16, 1e16), min_size=1, max_size=40)


def source(function: Function, **fields: float) -> OfStreams:
    return OfStreams(function=function, observed_property="x", **fields)  # type: ignore[arg-type]


def value(function: Function, given_: list[float], **fields: float) -> float | None:
    return of_readings(source(function, **fields), np.array(given_)).value


@given(numbers)
def test_a_sum_is_the_exact_sum_rounded_once(given_: list[float]) -> None:
    assert value(Function.SUM, given_) == float(sum(map(Fraction, given_)))
    assert value(Function.SUM, given_) == value(Function.SUM, given_[::-1])


@given(numbers)
def test_a_mean_is_the_exact_sum_over_the_number(given_: list[float]) -> None:
    assert value(Function.MEAN, given_) == float(sum(map(Fraction, given_))) / len(given_)


@given(numbers, st.floats(-1e16, 1e16))
def test_smallest_largest_number_and_share_are_those_of_numpy(given_: list[float], threshold: float) -> None:
    array = np.array(given_)
    assert value(Function.MINIMUM, given_) == array.min()
    assert value(Function.MAXIMUM, given_) == array.max()
    assert value(Function.COUNT, given_) == len(given_)
    share = value(Function.SHARE_ABOVE, given_, threshold=threshold)
    assert share == pytest.approx(100 * np.mean(array > threshold))


@given(st.dictionaries(st.integers(0, 5), numbers, min_size=1))
def test_a_mean_of_hours_weighs_each_hour_alike(read: dict[int, list[float]]) -> None:
    values = np.array([each for found in read.values() for each in found])
    hours = np.array([hour for hour, found in read.items() for _ in found])
    order = np.random.default_rng(len(values)).permutation(len(values))
    told = of_readings(source(Function.MEAN_OF_HOURS), values[order], hours[order]).value
    means = [float(sum(map(Fraction, found))) / len(found) for found in read.values()]
    assert told == float(sum(map(Fraction, means))) / len(means)


def test_an_hour_that_was_read_often_does_not_pull_the_mean() -> None:
    values, hours = np.array([10.0] * 60 + [20.0]), np.array([1] * 60 + [2])
    assert of_readings(source(Function.MEAN_OF_HOURS), values, hours).value == 15.0
    assert value(Function.MEAN, values.tolist()) == pytest.approx(620 / 61)


HOUR = 3_600_000_000
spans = st.tuples(st.integers(0, 24 * HOUR - 1), st.none() | st.integers(0, 30 * HOUR))


@given(st.lists(spans, max_size=20))
def test_the_hours_with_readings_are_those_that_one_touches(found: list[tuple[int, int | None]]) -> None:
    begin, hours = 5 * HOUR, 24
    times = [begin + at for at, _ in found]
    ends = [NO_END if length is None else begin + at + length for at, length in found]
    touched = {
        hour
        for time, end in zip(times, ends, strict=True)
        for hour in range(hours)
        if time < begin + (hour + 1) * HOUR
        and (time >= begin + hour * HOUR if end in (NO_END, time) else end > begin + hour * HOUR)
    }
    told = covered(np.array(times, np.int64), np.array(ends, np.int64), begin, hours)
    assert told == len(touched) / hours


def test_a_factor_brings_the_unit_over() -> None:
    assert value(Function.MEAN, [1.0, 2.0], factor=1000) == 1500


@pytest.mark.parametrize("function", [each for each in Function if each is not Function.COUNT])
def test_of_nothing_there_is_no_value_and_a_note(function: Function) -> None:
    threshold = {"threshold": 1.0} if function is Function.SHARE_ABOVE else {}
    nothing = np.empty(0, np.int64)
    assert of_readings(source(function, **threshold), np.empty(0), nothing) == Result(None, "no-readings")


def test_of_nothing_the_count_is_0() -> None:
    assert value(Function.COUNT, []) == 0


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_and_never_enters(wrong: float) -> None:
    with pytest.raises(NotANumber):
        value(Function.MEAN, [1.0, wrong])
    assert entering(np.array([1.0, wrong]), np.zeros(2, np.int32)).tolist() == [True, False]
    with pytest.raises(NotANumber):
        tally([1, wrong], 2)


@given(st.integers(0, 31))
def test_of_the_flags_range_alone_keeps_a_reading_out(flags: int) -> None:
    assert entering(np.array([-200.0]), np.array([flags], np.int32))[0] == (not flags & Flag.RANGE)


@pytest.mark.parametrize("number", [1e18, -1e300])
def test_a_number_that_a_page_cannot_show_is_no_value(number: float) -> None:
    for function in (Function.MEAN, Function.SUM, Function.MINIMUM, Function.MAXIMUM):
        assert of_readings(source(function), np.array([number])) == Result(None, "too-large")
    assert tally([number], 1) == Result(None, "too-large")


def test_a_number_too_large_is_no_value() -> None:
    assert of_readings(source(Function.SUM), np.array([1.7e308, 1.7e308])) == Result(None, "too-large")


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9))
def test_a_ratio_is_that_of_the_fractions(above: int, below: int) -> None:
    found = ratio(Result(float(above)), Result(float(below)), 100)
    assert found.value == pytest.approx(float(Fraction(above, below) * 100), rel=1e-15)
    assert (found.numerator, found.denominator) == (above, below)


def test_nothing_to_divide_by_is_no_value_with_a_note() -> None:
    assert ratio(Result(3.0), Result(0.0), 100) == Result(None, "no-denominator", 3.0, 0.0)


def test_a_tally_counts_or_adds_and_an_empty_cell_adds_nothing() -> None:
    assert tally(None, 7) == Result(7.0)
    assert tally([1, None, 2.5], 3) == Result(3.5)
    with pytest.raises(NotANumber, match="'x'"):
        tally(["x"], 1)
