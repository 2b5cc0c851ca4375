"""Spreadsheets made for the tests, and the city that they are mapped on."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import Workbook

from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.spreadsheet.columns import Asked
from jcoc.indicators.spreadsheet.mapping import Choices, Mapped
from jcoc.indicators.spreadsheet.places import KnownPlace
from jcoc.indicators.spreadsheet.working import understand

TODAY = date(2026, 6, 1)
PLACES = tuple(
    KnownPlace(each.code, each.name, each.level, each.parent, each.valid_from, each.valid_to)
    for each in read_city(KOTA_JAMBI).places
)
KELURAHAN = tuple(place for place in PLACES if place.level == "kelurahan")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]


def asked(
    code: str = "sampah", unit: str = "t", period: PeriodType = PeriodType.MONTH, levels: str = "kelurahan"
) -> Asked:
    return Asked(code, (f"Nama {code}", f"Name of {code}"), period, tuple(levels.split()), unit)


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def workbook(*rows: list[Any], name: str = "Data") -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return book


def mapped(
    book: Workbook | bytes, *indicators: Asked, choices: Choices | None = None, name: str = "data.xlsx"
) -> Mapped:
    data = book if isinstance(book, bytes) else saved(book)
    return understand(data, name, indicators or (asked(),), PLACES, TODAY, choices or Choices()).mapped


def rules(found: Mapped) -> dict[str, str]:
    """Which rule stands against which cell."""
    return {each.address: each.rule for each in found.findings}


def recap(year: int = 2025) -> Workbook:
    """The year's table of an office: titles, headings of two storeys, 68 kelurahan × 12 months, a sum."""
    book = workbook(
        [f"REKAPITULASI SAMPAH TAHUN {year}"],
        ["Dinas Lingkungan Hidup"],
        ["No", "Kelurahan", year],
        [None, None, *MONTHS],
    )
    sheet = book.active
    assert sheet is not None
    for area in ("A1:N1", "A3:A4", "B3:B4", "C3:N3"):
        sheet.merge_cells(area)
    for number, place in enumerate(KELURAHAN, 1):
        sheet.append([number, f"Kel. {place.name.upper()}", *(number + month / 4 for month in range(12))])
    sheet.append([None, "Jumlah", *(["=SUM(C5:C72)"] * 12)])
    return book
