"""The template that an agency downloads, and sends back filled in."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from indicators.laid_out import declared
from indicators.spreadsheet.handing_in import client_of, entered, hand_in
from indicators.spreadsheet.sheets import saved
from jcoc.indicators.declaration import Entered, PlaceLevel
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.services.declaring import declare


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_of_an_indicator_comes_back_without_a_finding(waste: Kept, language: str) -> None:
    client = client_of("admin-uji", "administrator", language=language)
    answer = client.get("/indicators/import/template.xlsx", {"indicators": waste.code, "level": "kelurahan"})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 4 + 68
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, 4, row)
    page = client.get(hand_in(client, waste, saved(book))["Location"])
    assert (page.context["findings"], page.context["counts"]["new"]) == ([], 68)


def test_the_template_has_the_places_that_the_indicator_is_told_by(waste: Kept) -> None:
    city = declared("kota-saja", Entered(), unit="t", period=PeriodType.MONTH, levels=(PlaceLevel.KOTA,))
    declare("pengangkutan", [city], today=timezone.localdate())
    declare("lain", [], today=timezone.localdate())
    client = client_of("admin-uji", "administrator")
    offered = client.get("/indicators/import/").context["form"].fields["level"].choices
    assert [code for code, _word in offered] == ["", "kota"]
    address = "/indicators/import/template.xlsx"
    answer = client.get(address, {"indicators": "kota-saja", "level": ""})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)] == ["15.71"]
    declare("lain", [entered("lain")], today=timezone.localdate())
    refused = client.get(address, {"indicators": ["kota-saja", "lain"], "level": "kelurahan"})
    assert refused.status_code == 422
    assert "Water level: it is not told by kelurahan." in refused.content.decode()
    both = client.get(address, {"indicators": ["kota-saja", "lain"]})
    sheet = load_workbook(io.BytesIO(both.content)).worksheets[0]
    assert sheet.max_row == 4 + 1 + 11 + 68
