"""Headings: which row they stand in, and what each column is."""

from __future__ import annotations

import pytest

from indicators.spreadsheet.sheets import KELURAHAN, MONTHS, PLACES, asked, recap, saved, workbook
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.spreadsheet import columns
from jcoc.indicators.spreadsheet.columns import Column, Role
from jcoc.indicators.spreadsheet.places import Gazetteer
from jcoc.indicators.spreadsheet.reading import read
from jcoc.indicators.spreadsheet.sheet import Sheet

WASTE = (asked(),)


def sheet_of(*rows: list[object]) -> Sheet:
    (found,) = read(saved(workbook(*rows)), "data.xlsx").sheets
    return found


def only(sheet: Sheet, number: int, rows: range = range(1, 2)) -> Column:
    return columns.column(sheet, number, rows, WASTE, ())


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Kode Wilayah", Role.CODE), ("KODE", Role.CODE), ("Kelurahan", Role.PLACE), ("Nama Kel.", Role.PLACE),
        ("Kelurahan/Desa", Role.PLACE), ("Kecamatan", Role.KECAMATAN), ("Thn", Role.YEAR), ("Bulan", Role.PART),
        ("Periode", Role.PERIOD), ("Indikator", Role.INDICATOR), ("Nilai (ton)", Role.VALUE), ("Jumlah", Role.VALUE),
        ("Pembilang", Role.NUMERATOR), ("Penyebut", Role.DENOMINATOR), ("Sumber Data", Role.SOURCE),
        ("No.", Role.IGNORED), ("Keterangan", Role.IGNORED), ("Numerator", Role.NUMERATOR), ("Place", Role.PLACE),
    ],
)  # fmt: skip
def test_words_of_headings(heading: str, role: Role) -> None:
    assert columns.word(heading) is role


@pytest.mark.parametrize("heading", ["Banyaknya", "Legok", "", "Jumlah penduduk miskin"])
def test_what_is_no_word_of_a_heading(heading: str) -> None:
    assert columns.word(heading) is None


def test_an_indicator_is_named_by_its_code_or_either_name_and_a_unit_may_follow() -> None:
    chosen = (asked("a"), asked("b"))
    for text, code in (("a", "a"), ("NAMA B", "b"), ("Name of a (t)", "a"), ("Nama b (ton per hari)", "b")):
        found = columns.indicator_named(text, chosen)
        assert found is not None and found.code == code
    assert columns.indicator_named("Nama c", chosen) is None


def test_headings_below_titles_with_a_storey_of_months() -> None:
    (sheet,) = read(saved(recap()), "data.xlsx").sheets
    rows = columns.heading_rows(sheet, WASTE)
    assert rows == range(3, 5)
    assert rows is not None
    found = [columns.column(sheet, number, rows, WASTE, ()) for number in range(1, sheet.columns + 1)]
    assert [each.role for each in found] == [Role.IGNORED, Role.PLACE, *([Role.VALUE] * 12)]
    assert [str(each.period) for each in found[2:]] == [f"2025-{month:02}" for month in range(1, 13)]
    assert found[1].level == "kelurahan"
    assert found[2].heading == "2025 · Jan"


def test_a_sheet_without_headings() -> None:
    assert columns.heading_rows(sheet_of(["halo"], ["dunia"]), WASTE) is None
    deep = [[None]] * columns.DEEPEST + [["Kelurahan", "Nilai"]]
    assert columns.heading_rows(sheet_of(*deep), WASTE) is None, "so far down nobody looks"
    assert columns.heading_rows(sheet_of(*deep[1:]), WASTE) == range(columns.DEEPEST, columns.DEEPEST + 1)


def test_a_month_takes_the_one_year_of_the_title() -> None:
    sheet = sheet_of(["Kelurahan", *MONTHS])
    title = [period for period in [columns.spans.read("2024")] if isinstance(period, columns.Period)]
    assert str(columns.column(sheet, 2, range(1, 2), WASTE, title).period) == "2024-01"
    assert isinstance(only(sheet, 2).period, columns.spans.Part), "without one its year is missing"


def test_numerals_below_quarters_are_quarters() -> None:
    quarters = (asked(period=PeriodType.QUARTER),)
    sheet = sheet_of(["Kelurahan", 2025, None], [None, "I", "IV"])
    found = columns.column(sheet, 2, range(1, 3), quarters, ())
    assert str(found.period) == "2025-Q1"


def test_an_unknown_heading_is_left_out_and_an_empty_one_has_no_place() -> None:
    sheet = sheet_of(["Banyaknya", None, "Nilai"])
    assert (only(sheet, 1).role, only(sheet, 1).at) == (Role.IGNORED, (1, 1))
    assert (only(sheet, 2).role, only(sheet, 2).at) == (Role.IGNORED, None)


@pytest.mark.parametrize(
    ("row", "numbering"),
    [(["(1)", "(2)", "(3)"], True), ([1, 2, 3, 4], True), ([0, 1, 2], True), ([2, 3, 4], False), ([1, 2], False),
     ([1, 2, 4], False), (["Legok", 1, 2], False)],
)  # fmt: skip
def test_the_row_that_numbers_the_columns(row: list[object], numbering: bool) -> None:
    sheet = sheet_of(row)
    assert columns.is_numbering(sheet, 1, range(1, len(row) + 1)) is numbering


def test_a_column_of_places_without_a_heading_that_says_so() -> None:
    names = [[number, each.name, number] for number, each in enumerate(KELURAHAN[:5], 1)]
    sheet = sheet_of([None, None, "2025-01"], *names)
    found = [only(sheet, number) for number in (1, 2, 3)]
    assert columns.best_place_column(found, sheet, range(2, 7), Gazetteer(PLACES)) == 2
    strangers = sheet_of([None, None, "2025-01"], *([number, "Entah", number] for number in range(5)))
    found = [only(strangers, number) for number in (1, 2, 3)]
    assert columns.best_place_column(found, strangers, range(2, 7), Gazetteer(PLACES)) is None
