"""The index at its limits, between them, and beside what others publish."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.programmes.air_quality.ispu import HIGHEST, LIMITS, Category, category, ispu
from jcoc.programmes.air_quality.templatetags.air_quality import squares

MEANS = st.floats(0, 600, allow_nan=False)


@pytest.mark.parametrize(("mean", "index"), LIMITS)
def test_the_table_of_the_regulation(mean: float, index: int) -> None:
    assert ispu(mean).value == index


@pytest.mark.parametrize(
    ("mean", "index", "named"),
    [
        (7.75, 25, Category.BAIK),
        (15.5, 50, Category.BAIK),
        (16.0, 51, Category.SEDANG),
        (35.45, 75, Category.SEDANG),
        (55.4, 100, Category.SEDANG),
        (102.9, 150, Category.TIDAK_SEHAT),
        (200.4, 250, Category.SANGAT_TIDAK_SEHAT),
        (375.2, 400, Category.BERBAHAYA),
    ],
)
def test_between_two_limits_it_is_linear(mean: float, index: int, named: Category) -> None:
    found = ispu(mean)
    assert (found.value, found.category, found.beyond) == (index, named, False)


@pytest.mark.parametrize(("mean", "published"), [(94.01, 142), (42.14, 84), (19.71, 56)])
def test_what_the_ministrys_portal_publishes_is_at_most_one_higher(mean: float, published: int) -> None:
    """24-hour means and indices of one morning at Palembang, as its portal told them; see README.md."""
    assert published - ispu(mean).value in (0, 1)


@given(MEANS, MEANS)
def test_worse_air_never_has_a_lower_index(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert ispu(low).value <= ispu(high).value
    assert ispu(low).category <= ispu(high).category


@given(st.floats(500, 1e6, exclude_min=True))
def test_beyond_the_table_it_is_the_highest_or_more(mean: float) -> None:
    assert (ispu(mean).value, ispu(mean).beyond) == (HIGHEST, True)


@pytest.mark.parametrize("mean", [-0.1, math.nan, math.inf])
def test_what_is_no_concentration_has_no_index(mean: float) -> None:
    with pytest.raises(ValueError, match="no concentration"):
        ispu(mean)


@pytest.mark.parametrize(
    ("index", "indonesian"),
    [(0, "Baik"), (51, "Sedang"), (101, "Tidak sehat"), (201, "Sangat tidak sehat"), (301, "Berbahaya")],
)
def test_the_categories_begin_where_the_regulation_says(index: int, indonesian: str) -> None:
    assert category(index).indonesian == indonesian
    assert index == 0 or category(index - 1) < category(index)


def test_each_category_is_told_by_how_many_squares_are_filled() -> None:
    for each in Category:
        assert squares(each).count('fill="none"') == len(Category) - each
