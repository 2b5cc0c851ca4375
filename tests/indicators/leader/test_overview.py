from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.declaration import Direction
from jcoc.indicators.dimensions import CODES
from jcoc.indicators.leader.overview import (
    Bucket,
    Course,
    Overview,
    Point,
    Since,
    apart,
    make,
    steps,
    year_before,
)
from jcoc.indicators.periods import PeriodType, containing, following, parse
from jcoc.indicators.standing import Move

TODAY = date(2026, 11, 24)
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


def points(*values: float | None, last: str = "2026-10") -> list[Point]:
    newest = parse(PeriodType.MONTH, last)
    return [Point(following(newest, i + 1 - len(values)), value) for i, value in enumerate(values)]


def course(code: str, *values: float | None, last: str = "2026-10", **fields: Any) -> Course:
    given: dict[str, Any] = {"dimension": "living", "direction": Direction.HIGHER, "path": ()}
    return Course(code=code, points=points(*values, last=last), **(given | fields))


def overview(*courses: Course, since: Since = Since.PERIOD) -> Overview:
    return make(courses, since, TODAY)


def codes(figures: Any) -> list[str]:
    return [figure.code for figure in figures]


def test_each_indicator_is_in_one_bucket_of_its_dimension() -> None:
    path = ((date(2026, 1, 31), 50.0), (date(2027, 1, 31), 100.0))
    made = overview(
        course("reached", 100.0, path=path),
        course("on-path", 90.0, path=path),
        course("behind", 60.0, path=path),
        course("free", 60.0),
        course("neither", 60.0, path=path, direction=Direction.NEITHER),
        course("empty"),
        course("not-yet", 60.0, path=((date(2027, 1, 31), 100.0),)),
    )
    living = made.dimensions[CODES.index("living")]
    assert living.buckets == {
        Bucket.REACHED: 1,
        Bucket.ON_PATH: 1,
        Bucket.BEHIND: 1,
        Bucket.NO_TARGET: 3,
        Bucket.NO_VALUE: 1,
    }
    assert (living.kept, living.judged, living.indicators) == (2, 3, 7)
    assert [each.code for each in made.dimensions] == list(CODES)
    assert made.total.indicators == 7
    assert codes(made.behind) == ["behind"]
    assert codes(made.without) == ["empty"]


def test_the_furthest_behind_stands_first_whatever_its_unit_and_direction() -> None:
    asked = ((date(2020, 1, 31), 20.0),)
    made = overview(
        course("a-little", 19.0, path=asked),
        course("too-much", 30.0, path=asked, direction=Direction.LOWER),
        course("half", 10_000.0, path=((date(2020, 1, 31), 20_000.0),)),
    )
    assert codes(made.behind) == ["half", "too-much", "a-little"]
    assert [round(each.gap, 3) for each in made.behind] == [0.5, 0.333, 0.05]


def test_moves_are_ranked_by_the_own_usual_step_and_the_usual_ones_are_said_to_be_so() -> None:
    made = overview(
        course("restless", 10.0, 20.0, 10.0, 20.0, 10.0, 20.0),
        course("calm", 100.0, 101.0, 100.0, 101.0, 100.0, 105.0),
        course("calmer", 100.0, 101.0, 100.0, 101.0, 100.0, 102.0),
        course("still", 5.0, 5.0, 5.0, 5.0, 5.0, 5.1),
        course("young", 10.0, 30.0),
        course("within", 10.0, 20.0, 10.0, 20.0, 10.0, 11.0),
        course("same", 3.0, 3.0),
        course("alone", 3.0),
    )
    assert codes(made.moved) == ["still", "calm", "young", "calmer", "restless", "within"]
    assert [each.unusual for each in made.moved] == [True, True, None, False, False, False]
    assert [each.steps for each in made.moved] == [math.inf, 5.0, None, 2.0, 1.0, pytest.approx(0.1)]
    assert made.news == 2


def test_steady_growth_is_usual_and_a_step_out_of_the_natural_limits_is_news() -> None:
    growing, out = overview(
        course("growing", *[float(10 + 5 * n) for n in range(24)]),
        course("out", 10.0, 11.0, 10.0, 11.0, 12.5, 10.5, 11.0, 13.5, 14.7),
    ).figures
    assert growing.unusual is False
    assert (out.unusual, out.leaves) == (True, True)
    assert out.steps is not None
    assert out.steps < 3.865


def test_a_year_is_held_against_years() -> None:
    """Each month differs by 100 from the next, and by 1 from the same of the year before."""
    values = [100.0 * (n % 2) + n // 12 for n in range(36)]
    values[-1] += 2
    (figure,) = overview(
        course("seasons", *values, year_before=points(values[-13], last="2025-10")[0]), since=Since.YEAR
    ).figures
    assert (figure.change, figure.steps, figure.unusual) == (3.0, 3.0, False)
    (figure,) = overview(
        course("leapt", *values[:-1], 150.0, year_before=points(values[-13], last="2025-10")[0]),
        since=Since.YEAR,
    ).figures
    assert (figure.change, figure.steps, figure.unusual) == (49.0, 49.0, True)
    (figure,) = overview(
        course("young", *values[-15:], year_before=points(values[-13], last="2025-10")[0]), since=Since.YEAR
    ).figures
    assert (figure.change, figure.steps, figure.unusual) == (3.0, None, None)


def test_what_grows_with_days_is_compared_as_of_equal_days() -> None:
    told = points(*[0.0] * 7, last="2026-09")
    assert [point.period.days for point in told] == [31, 30, 31, 30, 31, 31, 30]
    exact = [replace(point, value=1440.0 * point.period.days) for point in told]
    (figure,) = overview(replace(course("steady", grows=True), points=exact)).figures
    assert (figure.move, figure.change) == (Move.SAME, 0.0)
    (figure,) = overview(replace(course("as-it-stands"), points=exact)).figures
    assert figure.change == -1440.0
    more = [*exact[:-1], replace(exact[-1], value=1450.0 * 30)]
    (figure,) = overview(replace(course("rose", grows=True), points=more)).figures
    assert (figure.change, figure.evened, figure.move) == (300.0, True, Move.BETTER)
    assert figure.unusual


@pytest.mark.parametrize(
    ("direction", "move"),
    [(Direction.HIGHER, Move.BETTER), (Direction.LOWER, Move.WORSE), (Direction.NEITHER, Move.CHANGED)],
)
def test_better_or_worse_is_by_direction(direction: Direction, move: Move) -> None:
    (figure,) = overview(course("one", 3.0, 4.0, direction=direction)).moved
    assert figure.move is move
    assert figure.change == 1.0


def test_a_year_ago_is_compared_with_where_it_is_known() -> None:
    ago = points(50.0, last="2025-10")[0]
    known = course("known", 70.0, 60.0, year_before=ago)
    unknown = course("unknown", 70.0, 60.0)
    made = overview(known, unknown, since=Since.YEAR)
    assert codes(made.moved) == ["known"]
    assert (made.moved[0].change, made.moved[0].move) == (10.0, Move.BETTER)
    assert overview(known).moved[0].change == -10.0


def test_a_figure_is_old_once_two_further_periods_have_passed() -> None:
    made = overview(
        course("september", 1.0, last="2026-09"),
        course("august", 1.0, last="2026-08"),
        course("may", 1.0, None, None, last="2026-07"),
    )
    assert codes(made.old) == ["may", "august"]
    assert made.dimensions[CODES.index("living")].old == 2


def test_what_was_published_once_is_late_for_nobody() -> None:
    def published(code: str, *values: float | None) -> Course:
        told = [replace(point, published=True) for point in points(*values, last="2021-10")]
        return replace(course(code), points=told)

    made = overview(
        published("once", 835.0),
        published("twice", 1120.0, 1300.0),
        published("with-gaps", 1.0, None, 2.0, None, 3.0),
        published("a-series", 1.0, 2.0, 3.0),
        course("handed-in", 5.0, last="2021-10"),
    )
    assert codes(made.old) == ["a-series", "handed-in"]
    assert made.dimensions[CODES.index("living")].old == 2
    assert all(each.past for each in made.figures)


def test_a_move_of_long_ago_is_no_news() -> None:
    made = overview(course("july", 1.0, 2.0, last="2026-07"), course("september", 1.0, 2.0, last="2026-09"))
    assert codes(made.moved) == ["september"]


def test_a_value_of_few_readings_is_compared_with_nothing() -> None:
    def few(code: str, *values: float, partly: int) -> Course:
        told = points(*values)
        told[partly] = replace(told[partly], few=True)
        return replace(course(code), points=told)

    began, fell_silent, between = overview(
        few("began", 90.0, 20.0, partly=0),
        few("fell-silent", 20.0, 21.0, 90.0, partly=2),
        few("between", 20.0, 90.0, 21.0, partly=1),
    ).figures
    assert (began.move, fell_silent.move) == (None, None)
    assert (between.move, between.change) == (Move.BETTER, 1.0)
    assert fell_silent.newest is not None and fell_silent.newest.value == 90.0
    partly = [replace(point, few=point.value == 90.0) for point in points(90.0, 20.0, 22.0, 24.0, 27.0)]
    assert steps(partly, Since.PERIOD) == [2.0, 2.0, 3.0]


def test_the_least_to_spare_stands_first_of_what_keeps_to_its_target() -> None:
    path = ((date(2026, 1, 31), 50.0), (date(2030, 1, 31), 100.0))
    made = overview(
        course("reached", 120.0, path=path),
        course("plenty", 90.0, path=path),
        course("hardly", 60.0, path=path),
        course("behind", 40.0, path=path),
        course("reached-ahead-of-its-path", 7.0, path=((date(2027, 1, 31), 5.0),)),
    )
    assert codes(made.kept) == ["reached-ahead-of-its-path", "hardly", "plenty", "reached"]
    assert len(made.kept) == made.total.kept


def test_a_period_without_a_number_is_not_taken_for_a_value() -> None:
    (figure,) = overview(course("gap", 4.0, None, 6.0, None)).figures
    assert figure.newest is not None
    assert figure.newest.value == 6.0
    assert figure.former is not None
    assert figure.former.value == 4.0
    (figure,) = overview(course("none", None, None)).figures
    assert figure.bucket is Bucket.NO_VALUE


def test_steps_lie_between_neighbouring_periods_or_the_same_of_two_years() -> None:
    assert steps(points(1.0, 2.0, 4.0), Since.PERIOD) == [1.0, 2.0]
    assert steps(points(1.0, 2.0, None, 4.0, 7.0), Since.PERIOD) == [1.0, 3.0]
    assert steps(points(*[float(n) for n in range(14)]), Since.YEAR) == [12.0, 12.0]
    assert steps(points(1.0, 2.0), Since.YEAR) == []


@given(NUMBERS, NUMBERS)
def test_apart_is_a_share_that_treats_both_alike(one: float, other: float) -> None:
    share = apart(one, other)
    assert 0 <= share <= 2
    assert share == apart(other, one)
    assert apart(one, one) == 0


@given(st.lists(NUMBERS, min_size=6, max_size=12), st.floats(0.001, 1000))
def test_the_unit_does_not_change_how_unusual_a_move_is(values: list[float], factor: float) -> None:
    steps = [
        make([course("c", *each)], Since.PERIOD, TODAY).figures[0].steps
        for each in (values, [v * factor for v in values])
    ]
    assert steps[0] is not None
    assert steps[1] == pytest.approx(steps[0], rel=1e-4, abs=1e-4) or max(map(abs, values)) < 1e-200


@given(st.sampled_from(list(PeriodType)), st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_a_year_before_is_the_same_part_of_the_year(type_: PeriodType, day: date) -> None:
    period = containing(type_, day)
    before = year_before(period)
    assert before.type is type_
    assert 363 <= (period.start - before.start).days <= 366
    if type_ not in (PeriodType.DAY, PeriodType.WEEK):
        assert (before.start.month, before.start.year) == (period.start.month, period.start.year - 1)
