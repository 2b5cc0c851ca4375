"""The template that an agency fills in: places down, periods across, and a sheet that explains it. Pure.

Runs in a compute worker; the words come from whoever asks for it, in the reader's language.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jcoc.indicators.periods import Period
from jcoc.indicators.spreadsheet.places import KnownPlace


@dataclass(frozen=True)
class Heading:
    code: str
    name: str  # with its unit


def make(
    headings: Sequence[Heading],
    places: Sequence[KnownPlace],
    periods: Sequence[tuple[Period, str]],
    words: Mapping[str, str],
    guide: Sequence[tuple[str, str]],
) -> bytes:
    """An .xlsx. periods: with their headings, as spans.py reads them. words: title, sheet, guide, code, place,
    kecamatan; guide: what each heading is for."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = words["sheet"][:31]
    bold, head = Font(bold=True), PatternFill("solid", fgColor="E8EFFA")
    closed, middle = PatternFill("solid", fgColor="D9DDE6"), Alignment(horizontal="center", vertical="center")
    sheet["A1"] = words["title"]
    sheet["A1"].font = Font(bold=True, size=14)
    for column, word in enumerate(("code", "place", "kecamatan"), 1):
        sheet.cell(3, column, words[word])
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    across = len(periods)
    for at, heading in enumerate(headings):
        first = 4 + at * across
        sheet.cell(3, first, heading.name)
        if across > 1:
            sheet.merge_cells(start_row=3, end_row=3, start_column=first, end_column=first + across - 1)
        for offset, (_period, said) in enumerate(periods):
            sheet.cell(4, first + offset, said)
    last = 3 + across * len(headings)
    for row in (3, 4):
        for column in range(1, last + 1):
            cell = sheet.cell(row, column)
            cell.font, cell.fill, cell.alignment = bold, head, middle
    names = {place.code: place.name for place in places}
    for row, place in enumerate((each for each in places if each.level in words["levels"].split()), 5):
        sheet.cell(row, 1, place.code).number_format = "@"
        sheet.cell(row, 2, place.name)
        sheet.cell(row, 3, names.get(place.parent, "") if place.level == "kelurahan" else "")
        for column in range(4, last + 1):
            if not place.existed(periods[(column - 4) % across][0]):
                sheet.cell(row, column, "–").fill = closed
    for column, width in ((1, 16), (2, 24), (3, 20)):
        sheet.column_dimensions[get_column_letter(column)].width = width
    wide = max(13, *(len(said) + 3 for _period, said in periods))
    for column in range(4, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.freeze_panes = "D5"
    about = book.create_sheet(words["guide"][:31])
    for row, (term, text) in enumerate(guide, 1):
        about.cell(row, 1, term).font = bold
        about.cell(row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width = 28
    about.column_dimensions["B"].width = 90
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
