"""Periods, numbers and names as agencies write them."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators.spreadsheet.sheets import KELURAHAN, PLACES
from jcoc.indicators import numbers
from jcoc.indicators.numbers import Ambiguous, Form, NotANumber
from jcoc.indicators.periods import Period, PeriodType
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.places import Gazetteer
from jcoc.indicators.spreadsheet.saying import said
from jcoc.indicators.spreadsheet.sheet import address, spot_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Januari 2024", "2024-01"), ("Jan-24", "2024-01"), ("AGUSTUS 2024", "2024-08"), ("Mar 2024", "2024-03"),
        ("TW I 2024", "2024-Q1"), ("Triwulan 3 Tahun 2024", "2024-Q3"), ("Q2 2024", "2024-Q2"),
        ("Semester 2 2023", "2023-S2"), ("Semester I Tahun 2024", "2024-S1"), ("2024", "2024"),
        ("Tahun 2024", "2024"), ("2024/2025", "2024-25"), ("TA 2024/2025", "2024-25"), ("03/2024", "2024-03"),
        ("15 Januari 2024", "2024-01-15"), ("15/01/2024", "2024-01-15"), ("2024-W10", "2024-W10"),
    ],
)  # fmt: skip
def test_periods(text: str, code: str) -> None:
    assert str(spans.read(text)) == code


@pytest.mark.parametrize(
    "text", ["Legok", "12", "13/2024", "31 Februari 2024", "S3 2024", "Jumlah", "2024/2026"]
)
def test_what_is_no_period(text: str) -> None:
    assert not isinstance(spans.read(text), Period)


def test_what_could_be_two_is_read_as_the_indicator_is_told() -> None:
    assert str(spans.read("2010-11")) == "2010-11"
    school = spans.read("2010-11", wanted=PeriodType.SCHOOL_YEAR)
    assert isinstance(school, Period) and school.type is PeriodType.SCHOOL_YEAR


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("0,5", 0.5), ("0.25", 0.25), ("Rp 1.000.000", 1e6), ("85%", 85.0),
        ("(12)", -12.0), ("−3", -3.0), ("1 234,5", 1234.5),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float) -> None:
    assert numbers.from_text(text, None).value == value


@pytest.mark.parametrize("text", ["12 ton", "1.2.3", "satu", "1,23,4", "٣", "1e999", "--"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(NotANumber):
        numbers.from_text(text, None)


def test_one_text_of_two_meanings() -> None:
    with pytest.raises(Ambiguous):
        numbers.from_text("1.234", None)
    assert numbers.from_text("1.234", Form.INDONESIAN).value == 1234
    assert numbers.from_text("1.234", Form.ENGLISH).value == 1.234


@given(st.integers(-(10**9), 10**9), st.integers(0, 99), st.sampled_from(Form))
def test_what_is_written_in_a_form_is_read_in_it(whole: int, cents: int, form: Form) -> None:
    english = f"{whole:,}.{cents:02}"
    text = english if form is Form.ENGLISH else english.translate(str.maketrans(",.", ".,"))
    assert numbers.from_text(text, form).value == float(english.replace(",", ""))


@given(st.integers(1, 20_000), st.integers(1, 16_384))
def test_addresses_go_both_ways(row: int, column: int) -> None:
    assert spot_of(address(row, column)) == (row, column)


@pytest.mark.parametrize("form", ["{}", "Kel. {}", "KELURAHAN {}", "kel {}", "  {}  ", "3. {}"])
def test_names_however_they_are_written(form: str) -> None:
    gazetteer = Gazetteer(PLACES)
    for place in KELURAHAN:
        found = gazetteer.named(form.format(place.name.upper()), level="kelurahan")
        assert [each.code for each in found] == [place.code]


@pytest.mark.parametrize(("language", "words"), [("en", "4,864 stands there"), ("id", "sekarang 4.864:")])
def test_a_whole_number_in_a_sentence_has_no_decimals(language: str, words: str) -> None:
    with translation.override(language):
        assert words in said(Finding("far_from_standing", (2, 2), "5", {"standing": 4864.0}))["why"]
