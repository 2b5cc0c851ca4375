"""Which place a row is of, from its own cells and the rows above it."""

from __future__ import annotations

from indicators.spreadsheet.sheets import TODAY, asked, rules, saved, workbook
from jcoc.indicators.spreadsheet.mapping import Mapped, map_sheet
from jcoc.indicators.spreadsheet.places import Gazetteer, KnownPlace
from jcoc.indicators.spreadsheet.reading import read

PLACES = (
    KnownPlace("15.71", "Kota Jambi", "kota", ""),
    KnownPlace("15.71.01", "Kota Baru", "kecamatan", "15.71"),
    KnownPlace("15.71.02", "Pasar", "kecamatan", "15.71"),
    KnownPlace("15.71.01.1001", "Mekar", "kelurahan", "15.71.01"),
    KnownPlace("15.71.02.1001", "Mekar", "kelurahan", "15.71.02"),
)


def on_two_namesakes(*rows: list[object], levels: str = "kelurahan") -> Mapped:
    (sheet,) = read(saved(workbook(*rows)), "data.xlsx").sheets
    return map_sheet(sheet, (asked(levels=levels),), Gazetteer(PLACES), today=TODAY)


def test_a_row_that_names_a_kecamatan_alone_says_where_those_below_it_lie() -> None:
    found = on_two_namesakes(
        ["Wilayah", "2025-01", "2025-02"],
        ["Pasar", None, None], ["Mekar", 1, 2],
        ["Kota Baru", None, None], ["Mekar", 3, 4],
    )  # fmt: skip
    assert not found.findings
    assert [(entry.place, entry.value) for entry in found.entries] == [
        ("15.71.02.1001", 1.0), ("15.71.02.1001", 2.0), ("15.71.01.1001", 3.0), ("15.71.01.1001", 4.0),
    ]  # fmt: skip


def test_a_column_of_kecamatan_says_where_a_row_lies() -> None:
    found = on_two_namesakes(
        ["Kelurahan", "Kecamatan", "2025-01"], ["Mekar", "Kota Baru", 1], ["Mekar", "Pasar", 2]
    )
    assert [entry.place for entry in found.entries] == ["15.71.01.1001", "15.71.02.1001"]


def test_nothing_that_says_where_a_row_lies_is_asked_for() -> None:
    found = on_two_namesakes(["Wilayah", "2025-01"], ["Mekar", 1])
    assert rules(found) == {"A2": "ambiguous_place"}


def test_a_row_of_values_needs_a_place_of_its_own_and_no_formula() -> None:
    found = on_two_namesakes(
        ["Kecamatan", "2025-01", "2025-02"], [None, 1, 2], ["=A9", 1, 2], ["Pasar", 1, 2], levels="kecamatan"
    )
    assert rules(found) == {"A2": "no_place", "A3": "formula"}
    assert {entry.place for entry in found.entries} == {"15.71.02"}
