"""Against the worked example of NIST/SEMATECH, e-Handbook of Statistical Methods, 6.3.2.2, flow rate of ten batches."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

import pytest

from jcoc.indicators.leader.individuals import LEAST, allowed, by_mean, by_median, leaves

FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
RANGES = [abs(after - before) for before, after in pairwise(FLOW)]


def test_natural_limits_of_the_published_example() -> None:
    found = by_mean(RANGES)
    assert found.usual == pytest.approx(1.8778, abs=1e-4)
    # The handbook divides by d2 = 1.128, the rounded form of which 2.66 is.
    assert fmean(FLOW) + found.natural == pytest.approx(55.8041, abs=2e-3)
    assert fmean(FLOW) - found.natural == pytest.approx(45.8159, abs=2e-3)
    # D4 = 3.267 of ranges of two, in Montgomery's and the handbook's tables.
    assert found.upper == pytest.approx(3.267 * 1.8778, abs=5e-3)


def test_both_kinds_of_limits_estimate_one_spread() -> None:
    """Of normal chance the mean moving range is 1.128 σ, the median 0.954 σ: both limits are three σ."""
    assert by_mean([1.128]).natural == pytest.approx(3, abs=2e-3)
    assert by_median([0.954]).natural == pytest.approx(3, abs=2e-3)
    assert by_median([0.954]).upper == pytest.approx(by_mean([1.128]).upper, abs=2e-3)


def test_one_leap_does_not_widen_the_limits() -> None:
    calm, leapt = allowed(RANGES), allowed([*RANGES, 400.0])
    assert calm is not None
    assert leapt is not None
    assert leapt.usual == pytest.approx(1.75)
    assert leapt.upper < 1.2 * calm.upper


def test_where_most_periods_are_alike_the_mean_tells() -> None:
    found = allowed([0.0, 0.0, 0.0, 0.0, 5.0])
    assert found is not None
    assert found == by_mean([0.0, 0.0, 0.0, 0.0, 5.0])
    assert found.upper > 0


def test_fewer_than_five_values_have_no_limits() -> None:
    assert allowed(RANGES[: LEAST - 1]) is None
    assert allowed(RANGES[:LEAST]) is not None


def test_a_value_leaves_the_limits_once() -> None:
    ranges = by_median(RANGES)
    assert leaves(FLOW, ranges, FLOW[-1], 57.0)
    assert not leaves(FLOW, ranges, FLOW[-1], 54.0)
    assert not leaves(FLOW, ranges, 57.0, 58.0)
