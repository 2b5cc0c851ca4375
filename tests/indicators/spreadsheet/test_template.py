"""The template's headings are in words that people read, and the import understands them."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils import translation
from openpyxl import load_workbook

from indicators.spreadsheet.sheets import PLACES, TODAY, asked, mapped
from jcoc.indicators.periods import PeriodType, containing, following
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.template import Heading, make
from jcoc.indicators.wording import period_words

WORDS = {
    "title": "Sampah", "sheet": "Nilai", "guide": "Petunjuk", "code": "Kode wilayah", "place": "Wilayah",
    "kecamatan": "Kecamatan", "levels": "kelurahan",
}  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("type_", PeriodType)
def test_every_period_in_words_is_understood(type_: PeriodType, language: str) -> None:
    with translation.override(language):
        for back in range(60):
            period = following(containing(type_, TODAY), -back)
            assert spans.read(period_words(period), wanted=type_) == period, period_words(period)
            assert spans.read(period_words(period)) == period


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("type_", PeriodType)
def test_a_filled_template_is_read_as_it_was_meant(type_: PeriodType, language: str) -> None:
    newest = following(containing(type_, TODAY), -1)
    periods = [following(newest, -2), following(newest, -1), newest]
    with translation.override(language):
        told = [(each, period_words(each)) for each in periods]
    indicator = asked(period=type_)
    data = make([Heading("sampah", "Nama sampah")], PLACES, told, WORDS, [("Wilayah", "Nama")])
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    assert [sheet.cell(4, column).value for column in (4, 5, 6)] == [words for _period, words in told]
    for row in range(5, sheet.max_row + 1):
        for column in (4, 5, 6):
            sheet.cell(row, column).value = row * column
    found = mapped(book, indicator)
    assert not found.findings
    assert len(found.entries) == 68 * 3
    first = found.entries[0]
    assert [(each.place, each.period) for each in found.entries[:3]] == [
        (first.place, each) for each in periods
    ]


def test_a_place_that_did_not_exist_has_a_closed_cell() -> None:
    month = containing(PeriodType.MONTH, date(2022, 12, 1))
    periods = [(each, period_words(each)) for each in (month, following(month, 1))]
    data = make([Heading("sampah", "Nama sampah")], PLACES, periods, WORDS, [])
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    names = {sheet.cell(row, 2).value: row for row in range(5, sheet.max_row + 1)}
    row = names["Aur Kenali"]
    assert (sheet.cell(row, 4).value, sheet.cell(row, 5).value) == ("–", None)
    assert sheet.cell(names["Legok"], 4).value is None
