from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.declaration import Direction
from jcoc.indicators.standing import Move, Standing, expected, moved, standing

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3))
PATHS = st.dictionaries(DAYS, NUMBERS, min_size=1, max_size=8).map(lambda found: sorted(found.items()))
JUDGED = st.sampled_from([Direction.HIGHER, Direction.LOWER])

PLAN = [(date(2021, 12, 31), 10.0), (date(2023, 12, 31), 30.0), (date(2024, 12, 31), 60.0)]


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2021, 12, 30), None),
        (date(2021, 12, 31), 10.0),
        (date(2022, 12, 31), 20.0),  # 365 of 730 days
        (date(2023, 12, 31), 30.0),
        (date(2024, 7, 1), 45.0),  # 183 of 366 days
        (date(2024, 12, 31), 60.0),
        (date(2039, 1, 1), 60.0),
    ],
)
def test_what_the_path_asks_for(day: date, asked: float | None) -> None:
    assert expected(PLAN, day) == (None if asked is None else pytest.approx(asked))


def test_no_path_asks_for_nothing() -> None:
    assert expected([], date(2024, 1, 1)) is None
    assert standing(5, date(2024, 1, 1), [], Direction.HIGHER) is Standing.NONE


@given(PATHS, DAYS)
def test_the_path_meets_its_points_and_stays_between_them(path: list[tuple[date, float]], day: date) -> None:
    for end, value in path:
        assert expected(path, end) == pytest.approx(value)
    asked = expected(path, day)
    assert (asked is None) == (day < path[0][0])
    if asked is not None:
        before = [value for end, value in path if end <= day][-1]
        after = next((value for end, value in path if end > day), before)
        assert min(before, after) <= asked <= max(before, after) or asked == pytest.approx(before)


@pytest.mark.parametrize(
    ("value", "day", "direction", "found"),
    [
        (60, date(2022, 12, 31), Direction.HIGHER, Standing.REACHED),
        (20, date(2022, 12, 31), Direction.HIGHER, Standing.ON_PATH),
        (19.9, date(2022, 12, 31), Direction.HIGHER, Standing.BEHIND),
        (45, date(2030, 12, 31), Direction.HIGHER, Standing.BEHIND),
        (45, date(2020, 12, 31), Direction.HIGHER, Standing.NONE),
        (61, date(2020, 12, 31), Direction.HIGHER, Standing.REACHED),
        (61, date(2025, 12, 31), Direction.LOWER, Standing.BEHIND),
        (None, date(2025, 12, 31), Direction.LOWER, Standing.NONE),
        (60, date(2025, 12, 31), Direction.NEITHER, Standing.NONE),
    ],
)
def test_how_a_value_stands(value: float | None, day: date, direction: Direction, found: Standing) -> None:
    assert standing(value, day, PLAN, direction) is found


def test_the_last_digit_of_a_mean_decides_nothing() -> None:
    mean = (0.1 + 0.2) * 10  # 3.0000000000000004
    assert standing(mean, date(2024, 1, 1), [(date(2024, 1, 1), 3.0)], Direction.LOWER) is Standing.REACHED
    assert moved(3.0, mean, Direction.LOWER) is Move.SAME


@given(NUMBERS, NUMBERS, DAYS, PATHS, JUDGED)
def test_a_better_value_never_stands_worse(
    one: float, other: float, day: date, path: list[tuple[date, float]], direction: Direction
) -> None:
    worse, better = sorted([one, other], reverse=direction is Direction.LOWER)
    order = [Standing.BEHIND, Standing.NONE, Standing.ON_PATH, Standing.REACHED]
    stands = [order.index(standing(value, day, path, direction)) for value in (worse, better)]
    assert stands == sorted(stands)


@given(NUMBERS, NUMBERS, DAYS, PATHS)
def test_both_directions_mirror_each_other(
    before: float, after: float, day: date, path: list[tuple[date, float]]
) -> None:
    mirrored = [(end, -value) for end, value in path]
    assert standing(after, day, path, Direction.HIGHER) is standing(-after, day, mirrored, Direction.LOWER)
    assert moved(before, after, Direction.HIGHER) is moved(-before, -after, Direction.LOWER)


@given(NUMBERS, NUMBERS, JUDGED)
def test_there_and_back_again(before: float, after: float, direction: Direction) -> None:
    back = {Move.BETTER: Move.WORSE, Move.WORSE: Move.BETTER, Move.SAME: Move.SAME}
    assert moved(after, before, direction) is back[moved(before, after, direction)]


@given(NUMBERS, NUMBERS.filter(lambda number: abs(number) > 0.001))
def test_without_a_better_way_it_only_changed(before: float, by: float) -> None:
    assert moved(before, before, Direction.NEITHER) is Move.SAME
    if abs(by) > abs(before) * 1e-6:
        assert moved(before, before + by, Direction.NEITHER) is Move.CHANGED


def test_a_day_before_the_first_point_asks_for_nothing() -> None:
    first = PLAN[0][0]
    assert standing(9, first - timedelta(days=1), PLAN, Direction.HIGHER) is Standing.NONE
    assert standing(9, first, PLAN, Direction.HIGHER) is Standing.BEHIND
