"""Axes, shades and courses as numbers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.drawing.axis import decimals, ticks
from jcoc.indicators.drawing.course import NARROW, WIDE, Frame, Point, course, spark
from jcoc.indicators.drawing.shades import STEPS, shades
from jcoc.indicators.periods import PeriodType, between

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3))


@given(NUMBERS, NUMBERS)
def test_ticks_frame_what_is_shown(one: float, other: float) -> None:
    low, high = sorted([one, other])
    found = ticks(low, high)
    hair = 1e-6 * max(abs(low), abs(high))  # less than a pixel of any picture
    assert found[0] <= low + hair and found[-1] >= high - hair
    assert 2 <= len(found) <= 9


@given(st.lists(NUMBERS, min_size=1, max_size=68), st.integers(0, 2))
def test_each_value_lies_in_its_step_of_at_most_six(values: list[float], digits: int) -> None:
    found = shades(values, digits)
    assert 1 <= len(found.steps) <= STEPS
    for value in values:
        step = found.steps[found.of(value)]
        slack = 1e-6 * max(abs(value), step.high - step.low)
        assert step.low - slack <= value <= step.high + slack
    assert [found.of(value) for value in sorted(values)] == sorted(found.of(value) for value in values)


def test_nothing_told_has_no_steps() -> None:
    assert shades([], 1).steps == ()


@pytest.mark.parametrize(("step", "digits"), [(20.0, 0), (2.5, 1), (0.2, 1), (0.25, 2)])
def test_digits_tell_ticks_apart(step: float, digits: int) -> None:
    assert decimals(step) == digits


def months(*values: float | None, provisional: int = 0) -> list[Point]:
    periods = list(between(PeriodType.MONTH, date(2024, 1, 1), date(2024, len(values), 1)))
    return [
        Point(period, value, "measured", i >= len(values) - provisional)
        for i, (period, value) in enumerate(zip(periods, values, strict=True))
        if value is not None
    ]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_period_without_a_value_breaks_the_line_and_a_provisional_one_is_dashed(frame: object) -> None:
    drawn = course(months(1, 2, None, 4, 5, 6, provisional=1), [], frame)  # type: ignore[arg-type]
    assert drawn is not None
    assert [len(line.split()) for line in drawn.firm] == [2, 2]
    assert [len(line.split()) for line in drawn.loose] == [2]
    assert drawn.loose[0].split()[0] == drawn.firm[1].split()[-1]


def test_a_value_between_two_gaps_has_a_mark() -> None:
    points = months(*[1.0 if i % 2 else None for i in range(12)])
    drawn = course(points, [], WIDE)
    assert drawn is not None and all(mark.shown for mark in drawn.marks) and not drawn.firm


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_of_a_target_years_ahead_the_values_keep_most_of_the_width(frame: Frame) -> None:
    points = months(50, 52, 51, 55, 54, 58, 57, 60, 59, 61, 60, 63)
    drawn = course(points, [(date(2020, 12, 31), 40), (date(2030, 12, 31), 70)], frame)
    assert drawn is not None
    width = drawn.right - drawn.left
    assert drawn.marks[-1].x - drawn.marks[0].x > 0.7 * width
    assert drawn.path_points == ()
    (line,) = [[float(part.split(",")[0]) for part in each.split()] for each in drawn.path]
    assert line[0] == drawn.left and line[-1] == drawn.right
    assert drawn.ahead is not None
    assert (drawn.ahead.period.code, drawn.ahead.value, drawn.ahead.way) == ("2030-12", 70, "right")
    assert drawn.top < drawn.ahead.y < drawn.bottom
    assert len(drawn.across) <= frame.words


@pytest.mark.parametrize(("asked", "way"), [(1_000.0, "up"), (-1_000.0, "down")])
def test_a_target_far_above_or_below_does_not_squeeze_the_values(asked: float, way: str) -> None:
    drawn = course(months(50, 52, 58, 60), [(date(2023, 12, 31), asked)], WIDE)
    assert drawn is not None
    ys = [mark.y for mark in drawn.marks]
    assert max(ys) - min(ys) > 0.3 * (drawn.bottom - drawn.top)
    assert drawn.ahead is not None
    assert (drawn.ahead.way, drawn.ahead.value, drawn.path) == (way, asked, ())


def test_a_target_that_is_near_is_drawn_with_its_points() -> None:
    drawn = course(months(1, 2, 3), [(date(2023, 12, 31), 1), (date(2024, 3, 31), 4)], WIDE)
    assert drawn is not None
    assert drawn.ahead is None
    assert len(drawn.path_points) == 2
    assert drawn.path_points[0][0] == drawn.left and drawn.path_points[1][0] == drawn.right


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda number: round(number, 2)), min_size=1, max_size=12),
    st.lists(st.tuples(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.floats(-1e6, 1e6)), max_size=4),
    st.sampled_from([WIDE, NARROW]),
)
def test_all_that_is_drawn_lies_in_the_frame(
    values: list[float], path: list[tuple[date, float]], frame: Frame
) -> None:
    drawn = course(months(*values), sorted(dict(path).items()), frame)
    assert drawn is not None
    corners = [tuple(map(float, part.split(","))) for line in drawn.path for part in line.split()]
    for x, y in [*corners, *drawn.path_points, *((mark.x, mark.y) for mark in drawn.marks)]:
        assert drawn.left - 0.1 <= x <= drawn.right + 0.1
        assert drawn.top - 0.1 <= y <= drawn.bottom + 0.1
    assert all(drawn.left <= tick.at <= drawn.right for tick in drawn.across)


def test_a_period_of_few_readings_is_dashed_on_both_sides() -> None:
    points = months(1, 2, 3, 4, 5)
    points[2] = replace(points[2], few=True)
    drawn = course(points, [], WIDE)
    assert drawn is not None
    assert [len(line.split()) for line in drawn.loose] == [3]
    assert [len(line.split()) for line in drawn.firm] == [2, 2]
    assert drawn.marks[2].shown


def test_no_number_no_picture() -> None:
    assert course([], [(date(2024, 1, 1), 1)], WIDE) is None
    assert spark([1]) is None


def test_a_target_far_away_does_not_flatten_the_small_line() -> None:
    near, far = spark([1, 2], [2.0, 2.0]), spark([1, 2], [900.0, 900.0])
    assert near and near.target and far and not far.target
