"""The row of totals: offered as the city's value, and held against its parts."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.spreadsheet.sheets import KELURAHAN, asked, mapped, rules, workbook
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.mapping import Choices
from jcoc.indicators.spreadsheet.totals import agree, city_differs, sums

TAKEN = Choices(totals=True)
WASTE = asked(levels="kota kecamatan kelurahan")
FIRST, SECOND = KELURAHAN[0], KELURAHAN[1]


def table(total: object = 7, label: str = "Jumlah") -> list[list[object]]:
    return [["Kelurahan", "2025-01", "2025-02"], [FIRST.name, 3, 1], [SECOND.name, 4, 2], [label, total, 3]]


@pytest.mark.parametrize(
    "label", ["Jumlah", "TOTAL", "Total Kota Jambi", "Jumlah Keseluruhan", "Grand Total"]
)
def test_the_total_is_offered_and_taken_where_somebody_says_so(label: str) -> None:
    found = mapped(workbook(*table(label=label)), WASTE)
    assert (rules(found), len(found.entries)) == ({"A4": "total_offered"}, 4)
    found = mapped(workbook(*table(label=label)), WASTE, choices=TAKEN)
    assert rules(found) == {"A4": "total_taken"}
    assert [(each.place, str(each.period), each.value) for each in found.entries[4:]] == [
        ("15.71", "2025-01", 7.0),
        ("15.71", "2025-02", 3.0),
    ]


@pytest.mark.parametrize("choices", [Choices(), TAKEN])
def test_a_total_that_its_parts_do_not_come_to_is_told(choices: Choices) -> None:
    found = mapped(workbook(*table(8)), WASTE, choices=choices)
    (differs,) = [each for each in found.findings if each.rule == "total_differs"]
    assert (differs.address, differs.values) == ("B4", {"sum": 7})


@pytest.mark.parametrize(
    ("indicator", "label"),
    [
        (asked(), "Jumlah"),
        (asked(unit="%", levels="kota kelurahan"), "Jumlah"),
        (WASTE, "Jumlah Kecamatan Pasar"),
        (WASTE, "Rata-rata"),
    ],
    ids=["not told of the city", "does not add up", "of some rows", "a mean"],
)
def test_what_is_no_total_of_the_city_is_left_out(indicator: object, label: str) -> None:
    for choices in (Choices(), TAKEN):
        found = mapped(workbook(*table(label=label)), indicator, choices=choices)  # type: ignore[arg-type]
        assert (rules(found), len(found.entries)) == ({"A4": "total_row"}, 4)


def test_a_total_without_parts_is_no_value() -> None:
    found = mapped(workbook(["Kelurahan", "2025-01"], ["Jumlah", 7], ["Kota Jambi", 9]), WASTE, choices=TAKEN)
    assert rules(found) == {"A2": "total_row"}
    assert [each.value for each in found.entries] == [9.0]


def test_a_formula_is_taken_for_no_value() -> None:
    assert rules(mapped(workbook(*table("=SUM(B2:B3)")), WASTE)) == {"A4": "total_offered"}
    assert rules(mapped(workbook(*table("=SUM(B2:B3)")), WASTE, choices=TAKEN))["B4"] == "formula"


def test_a_row_of_the_city_is_held_against_the_others_and_stands_beside_no_total() -> None:
    found = mapped(workbook(*table(9, "Kota Jambi")), WASTE)
    assert rules(found) == {"B4": "total_differs"}
    both = workbook(*table(), ["Kota Jambi", 7, 3])
    assert not mapped(both, WASTE).faults
    assert "duplicate" in rules(mapped(both, WASTE, choices=TAKEN)).values()


def test_a_rounded_total_agrees_with_its_parts() -> None:
    assert agree(7.1, [7.1499])
    assert not agree(7.1, [7.16])
    assert agree(7.0, []), "nothing to hold it against"
    assert agree(7.0, [3.0, 7.0]), "the kecamatan come to it"


def test_kelurahan_and_kecamatan_are_not_added_to_one_another() -> None:
    assert sums({"15.71": 9.0, "15.71.01": 7.0, "15.71.01.1001": 3.0, "15.71.01.1002": 4.0}) == [7.0, 7.0]
    assert sums({"15.71": 9.0}) == []


def test_the_citys_standing_figure_is_held_against_the_parts_of_the_file() -> None:
    month = parse(PeriodType.MONTH, "2025-01")
    start = date(2025, 1, 1)
    given = [Entry("sampah", FIRST.code, month, 3.0, (2, 2))]
    standing = {("sampah", FIRST.code, start): 5.0, ("sampah", SECOND.code, start): 4.0}
    assert city_differs(given, (WASTE,), standing, "15.71") == []
    (found,) = city_differs(given, (WASTE,), standing | {("sampah", "15.71", start): 9.0}, "15.71")
    assert (found.rule, found.spot, found.values) == (
        "city_differs",
        (2, 2),
        {"period": month, "total": 9, "sum": 7},
    )
    assert city_differs(given, (WASTE,), standing | {("sampah", "15.71", start): 7.0}, "15.71") == []
    assert (
        city_differs(
            given, (asked(unit="%", levels="kota"),), standing | {("sampah", "15.71", start): 9.0}, "15.71"
        )
        == []
    )
    city = [*given, Entry("sampah", "15.71", month, 7.0, (3, 2))]
    assert city_differs(city, (WASTE,), standing | {("sampah", "15.71", start): 9.0}, "15.71") == []
