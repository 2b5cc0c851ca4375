"""Values of a file beside those that stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicators.spreadsheet.sheets import asked
from jcoc.indicators.doubting import apart
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.spreadsheet.comparing import Key, Standing, compare, doubts, key_of, seal
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.sheet import Cell, Sheet

JANUARY = parse(PeriodType.MONTH, "2025-01")


def entry(value: float = 3.0, **fields: Any) -> Entry:
    return Entry("sampah", "15.71", JANUARY, value, (2, 2), **fields)


def state(given: Entry, kept: Standing | None, *, settled: bool = False, today: str = "2025-02-02") -> str:
    standing = {key_of(given): kept} if kept else {}
    (found,) = compare([given], standing, lambda _entry: settled, date.fromisoformat(today))
    assert found.follows == (kept.revision if kept else 0)
    return str(found.state)


RATIO = Standing(2, 3.0, 6.0, 2.0)


@pytest.mark.parametrize(
    ("given", "kept", "expected"),
    [
        (entry(), None, "new"),
        (entry(), Standing(1, 3.0), "unchanged"),
        (entry(3.0000000000000004), Standing(1, 3.0), "unchanged"),
        (entry(4.0), Standing(1, 3.0), "changes"),
        (entry(), Standing(1, None), "changes"),
        (entry(), RATIO, "unchanged"),
        (entry(numerator=6.0, denominator=2.0), RATIO, "unchanged"),
        (entry(numerator=9.0, denominator=3.0), RATIO, "changes"),
        (entry(numerator=6.0, denominator=2.0), Standing(1, 3.0), "changes"),
        (entry(), Standing(1, 3.0, source="TPS"), "unchanged"),
        (entry(source="TPS"), Standing(1, 3.0, source="TPS"), "unchanged"),
        (entry(source="Timbangan"), Standing(1, 3.0, source="TPS"), "confirms"),
        (entry(), Standing(1, 3.0, handed_in=False), "confirms"),
        (entry(4.0), Standing(1, 3.0, handed_in=False), "changes"),
        (entry(), Standing(1, 3.0, provisional=True), "unchanged"),
        (entry(), Standing(1, 3.0, provisional=True, early=True), "confirms"),
        (entry(), Standing(1, 3.0, provisional=False, early=True), "unchanged"),
    ],
)
def test_what_a_value_would_be(given: Entry, kept: Standing | None, expected: str) -> None:
    assert state(given, kept) == expected


@pytest.mark.parametrize(("today", "expected"), [("2025-01-31", "unchanged"), ("2025-02-01", "confirms")])
def test_a_figure_made_too_early_is_confirmed_once_its_period_is_over(today: str, expected: str) -> None:
    assert state(entry(), Standing(1, 3.0, provisional=True, early=True), today=today) == expected


def test_a_provisional_one_becomes_final_when_its_time_is_over() -> None:
    for kept in (Standing(1, 3.0, provisional=True), Standing(1, 3.0, provisional=True, handed_in=False)):
        assert state(entry(), kept, settled=True) == "settles"
    assert state(entry(), Standing(1, 3.0), settled=True) == "unchanged"


def test_the_seal_is_of_what_would_be_kept_and_of_what_it_would_follow() -> None:
    def of(given: Entry, kept: Standing | None = None) -> str:
        standing = {key_of(given): kept} if kept else {}
        return seal(compare([given], standing, lambda _entry: False, date(2025, 3, 1)))

    assert of(entry()) == of(entry())
    others = [
        of(entry(4.0)), of(entry(source="TPS")), of(entry(numerator=6.0, denominator=2.0)),
        of(entry(), Standing(1, 9.0)), of(entry(), Standing(2, 9.0)),
    ]  # fmt: skip
    assert len({of(entry()), *others}) == 6


@pytest.mark.parametrize(
    ("value", "other", "far"),
    [
        (5, 4864, True), (4864, 5, True), (486.4, 4864, True), (48640, 4864, True), (0.6, 6, True),
        (500, 4864, False), (48000, 4864, False), (0, 4864, True), (0, 9, False), (5, 0, False), (0, 0, False),
        (-5, 4864, True), (-4864, 4864, False),
    ],
)  # fmt: skip
def test_ten_times_as_much_or_as_little_is_asked_about(value: float, other: float, far: bool) -> None:
    assert apart(value, other) is far


def doubted(value: float, standing: dict[Key, Standing], unit: str = "t") -> dict[str, Any]:
    sheet = Sheet("Data", {(2, 2): Cell(value)})
    compared = compare([entry(value)], standing, lambda _entry: True, date(2025, 6, 1))
    found = doubts(compared, {"sampah": asked(unit=unit)}, standing, sheet)
    assert all(each.spot == (2, 2) for each in found)
    return {each.rule: each.values for each in found}


def test_a_value_of_another_magnitude_than_the_one_that_stands() -> None:
    stands = {key_of(entry()): Standing(1, 4864.0)}
    for value in (5.0, 486.4, 48640.0):
        assert doubted(value, stands) == {"far_from_standing": {"standing": 4864.0}}
    assert doubted(4000.0, stands) == {}


def test_a_value_of_another_magnitude_than_is_usual_for_the_place() -> None:
    months = [("sampah", "15.71", date(2024, month, 1)) for month in range(1, 13)]
    stands = {key: Standing(1, 4800.0 + number) for number, key in enumerate(months)}
    assert doubted(5.0, stands) == {"far_from_usual": {"usual": 4805.5}}
    assert doubted(60_000.0, stands) == {"far_from_usual": {"usual": 4805.5}}
    assert doubted(4000.0, stands) == {}
    few = dict(list(stands.items())[:2])
    assert doubted(5.0, few) == {}
    assert doubted(60_000.0, few) == {"far_off": {"largest": 4801.0}}


@pytest.mark.parametrize(
    ("value", "unit", "rules"),
    [
        (101.0, "%", {"percent_range"}), (-1.0, "%", {"percent_range"}), (100.0, "%", set()),
        (-1.0, "t", {"negative"}), (-1.0, "Cel", set()), (1.5, "{person}", {"not_whole"}), (1.5, "t", set()),
    ],
)  # fmt: skip
def test_values_that_a_unit_does_not_have(value: float, unit: str, rules: set[str]) -> None:
    assert set(doubted(value, {}, unit)) == rules
