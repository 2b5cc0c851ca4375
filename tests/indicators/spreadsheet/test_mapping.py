"""From a sheet as an agency keeps it to values, and what stands against each cell."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators.spreadsheet.sheets import KELURAHAN, PLACES, asked, mapped, recap, rules, workbook
from jcoc.indicators.numbers import Form
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.spreadsheet.columns import Role
from jcoc.indicators.spreadsheet.mapping import Choices
from jcoc.indicators.spreadsheet.saying import said


def test_titles_and_merged_headings_of_two_storeys_are_mapped() -> None:
    found = mapped(recap())
    assert not found.faults
    assert len(found.entries) == 68 * 12
    assert list(found.headings) == [3, 4]
    by_spot = {entry.spot: entry for entry in found.entries}
    first = by_spot[5, 3]
    assert (first.place, str(first.period), first.value) == (KELURAHAN[0].code, "2025-01", 1.0)
    assert str(by_spot[72, 14].period) == "2025-12"
    assert rules(found) == {"B73": "total_row"}


def test_a_long_table_with_source_numerator_and_denominator() -> None:
    book = workbook(
        ["Periode", "Kelurahan", "Nilai", "Pembilang", "Penyebut", "Sumber"],
        ["Januari 2025", "Legok", 50, 10, 20, "Laporan TPS"],
        ["Jan-25", "Kel. Simpang Tiga Sipin", 33.3, 1, 3, None],
        ["2025-02", "Legok", None, 1, 4, None],
        ["2025-03", "Legok", 10, 5, 0, None],
        ["2025-04", "Legok", "-", None, None, None],
        ["2025-05", "Legok", None, 5, None, None],
    )
    found = mapped(book, asked(unit="%"))
    assert [(str(each.period), each.value, each.numerator) for each in found.entries] == [
        ("2025-01", 50.0, 10.0),
        ("2025-01", 33.3, 1.0),
        ("2025-02", 25.0, 1.0),
    ]
    assert found.entries[0].source == "Laporan TPS"
    assert rules(found) == {"E5": "zero_division", "D7": "half_ratio"}


def test_faults_name_their_cells() -> None:
    book = recap()
    sheet = book.active
    assert sheet is not None
    sheet["C7"] = "=B7*2"
    sheet["D9"] = "dua puluh"
    sheet["B11"] = "Kel. Lgok"
    sheet.merge_cells("E13:F13")
    sheet["G15"] = "1.234"
    sheet["B20"] = sheet["B19"].value
    found = rules(mapped(book))
    assert found | {"C20": "duplicate", "N20": "duplicate"} == found
    assert found["C7"] == "formula"
    assert found["D9"] == "not_a_number"
    assert found["B11"] in ("unknown_place", "unknown_place_like")
    assert found["E13"] == "merged"
    assert found["G15"] == "ambiguous_number"


def test_a_place_that_did_not_exist_in_that_period() -> None:
    book = workbook(["Kelurahan", "2022-12", "2023-01"], ["Aur Kenali", 3, 4], ["Legok", 3, 4])
    found = mapped(book)
    assert rules(found) == {"B2": "place_not_then"}
    assert [entry.value for entry in found.entries] == [4.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("heading", "level", "code"),
    [("Kelurahan", "kelurahan", "15.71"), ("Kecamatan", "kecamatan", "15.71"), ("Wilayah", "", "")],
)
def test_a_name_of_two_levels_is_told_by_the_heading_or_asked_for(
    heading: str, level: str, code: str
) -> None:
    book = workbook([heading, "2025-01", "2025-02"], ["Telanaipura", 1, 2])
    found = mapped(book, asked(levels="kecamatan kelurahan"))
    if not level:
        assert rules(found) == {"A2": "ambiguous_place"}
        return
    places = {place.code: place.level for place in PLACES}
    assert {places[entry.place] for entry in found.entries} == {level}
    assert all(entry.place.startswith(code) for entry in found.entries)


def test_codes_with_and_without_points_and_a_name_that_differs() -> None:
    legok = next(place for place in KELURAHAN if place.name == "Legok")
    book = workbook(
        ["Kode", "Kelurahan", "2025-01"],
        [legok.code, "Legok", 1],
        [KELURAHAN[0].code.replace(".", ""), None, 2],
        [legok.code, "Beliung", 3],
        ["99.99", None, 4],
    )
    found = mapped(book)
    assert [entry.place for entry in found.entries] == [legok.code, KELURAHAN[0].code]
    assert rules(found) == {"A4": "code_and_name", "A5": "unknown_place"}


def test_columns_of_indicators_take_the_period_from_the_title() -> None:
    indicators = (asked("a", period=PeriodType.YEAR), asked("b", "%", PeriodType.YEAR))
    book = workbook(["DATA TAHUN 2024"], [], ["Kelurahan", "Nama a", "b"], ["Legok", 5, 0.5])
    sheet = book.active
    assert sheet is not None
    sheet["C4"].number_format = "0%"
    found = mapped(book, *indicators)
    assert [(each.indicator, str(each.period), each.value) for each in found.entries] == [
        ("a", "2024", 5.0),
        ("b", "2024", 50.0),
    ]


def test_hidden_rows_are_left_out_and_told_until_somebody_says_that_they_count() -> None:
    book = recap()
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["D"].hidden = True
    found = mapped(book)
    assert len(found.entries) == 67 * 11
    assert [each.values["which"] for each in found.findings if each.rule == "hidden_left_out"] == ["6, D"]
    assert len(mapped(book, choices=Choices(hidden=True)).entries) == 68 * 12


def test_true_dates_and_periods_of_another_type() -> None:
    book = workbook(
        ["Kelurahan", datetime.fromisoformat("2025-01-01"), "TW I 2025", "2025", "2027-01"],
        ["Legok", 1, 2, 3, 4],
    )
    sheet = book.active
    assert sheet is not None
    sheet["B1"].number_format = "mmm-yy"
    found = mapped(book)
    assert [str(entry.period) for entry in found.entries] == ["2025-01"]
    assert rules(found) == {"C1": "other_period", "D1": "other_period", "E2": "period_ahead"}


def test_a_heading_that_is_not_understood_is_told_and_can_be_said() -> None:
    book = workbook(["Kelurahan", "Banyaknya", "Rusak"], ["Legok", 7, 1])
    found = mapped(book, asked(period=PeriodType.YEAR))
    assert "no_value_column" in rules(found).values()
    said = Choices(roles={2: Role.VALUE}, period="2024")
    found = mapped(book, asked(period=PeriodType.YEAR), choices=said)
    assert [(str(each.period), each.value) for each in found.entries] == [("2024", 7.0)]


def test_the_other_numbers_of_a_sheet_say_how_an_ambiguous_one_is_meant() -> None:
    book = workbook(["Kelurahan", "2025-01", "2025-02"], ["Legok", "1.234", "2.000,5"])
    found = mapped(book)
    assert [entry.value for entry in found.entries] == [1234.0, 2000.5]
    assert rules(found) == {"B2": "doubtful_number"}
    book = workbook(["Kelurahan", "2025-01"], ["Legok", "1.234"])
    assert [entry.value for entry in mapped(book, choices=Choices(form=Form.ENGLISH)).entries] == [1.234]


@pytest.mark.parametrize(
    ("row", "cell", "rule"),
    [
        (["9" * 300, None, None], "C2", "number_too_large"),
        (["9" * 400, None, None], "C2", "number_too_large"),
        ([10**20, None, None], "C2", "number_too_large"),
        ([-1e300, None, None], "C2", "number_too_large"),
        ([None, 1e300, 1], "D2", "number_too_large"),
        ([None, 1e17, 1e-300], "D2", "number_too_large"),
        (["1e5", None, None], "C2", "not_a_number"),
    ],
)
def test_a_number_that_no_figure_of_a_city_is(row: list[object], cell: str, rule: str) -> None:
    book = workbook(["Periode", "Kelurahan", "Nilai", "Pembilang", "Penyebut"], ["2025-01", "Legok", *row])
    found = mapped(book, asked(unit="%"))
    assert (rules(found), found.entries) == ({cell: rule}, ())


def test_nothing_that_looks_like_headings_is_a_fault_of_the_sheet() -> None:
    assert rules(mapped(workbook(["halo"], ["dunia"]))) == {"": "no_headings"}


def test_a_period_that_is_not_over_is_told_once_a_column_in_words() -> None:
    wide = mapped(workbook(["Kelurahan", "2026-05", "2026-06"], *([each.name, 1, 2] for each in KELURAHAN)))
    assert rules(wide) == {"C1": "not_over"}
    assert len(wide.entries) == 136
    (finding,) = wide.findings
    with translation.override("en"):
        assert (
            said(finding)["why"]
            == "The period June 2026 is not over yet: its values are kept as provisional."
        )
    with translation.override("id"):
        assert "Juni 2026" in said(finding)["why"]
    long = [["Kelurahan", "Periode", "Nilai"], *([each.name, "2026-06", 1] for each in KELURAHAN)]
    assert rules(mapped(workbook(*long))) == {"C2": "not_over"}


def test_a_period_to_write_is_shown_in_words() -> None:
    found = mapped(workbook(["Kelurahan", "TW I 2025"], ["Legok", 1]))
    (finding,) = found.faults
    with translation.override("en"):
        assert said(finding)["mend"].startswith("Write a period such as March 2024,")
        assert "(quarter 1 of 2025)" in said(finding)["why"]


@given(
    order=st.permutations(range(6)),
    blank=st.integers(0, 3),
    values=st.lists(st.integers(-1000, 10**6), min_size=6, max_size=6),
)
def test_where_the_table_stands_and_how_its_rows_are_ordered_changes_no_value(
    order: list[int], blank: int, values: list[int]
) -> None:
    rows = [[KELURAHAN[each].name, values[each]] for each in order]
    book = workbook(*([[None]] * blank), ["Kelurahan", "Maret 2025"], *rows)
    found = mapped(book)
    assert {entry.place: entry.value for entry in found.entries} == {
        KELURAHAN[each].code: float(values[each]) for each in range(6)
    }
    assert all(entry.spot[0] == blank + 2 + at for at, entry in enumerate(found.entries))
