"""Files: what is read, and what is told plainly instead."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from types import SimpleNamespace

import pytest

from indicators.spreadsheet.sheets import mapped, recap, saved, workbook
from jcoc.indicators.spreadsheet.reading import USUAL, Unreadable, _cells, read
from jcoc.trail.uploads.faults import Fault


def _with(data: bytes, name: str, change: bytes | None, *, old: bytes = b"", new: bytes = b"") -> bytes:
    """A workbook with one part added, or changed."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for each in source.namelist():
            content = source.read(each)
            target.writestr(each, content.replace(old, new) if each == name and old else content)
        if change is not None:
            target.writestr(name, change)
    return written.getvalue()


def test_cells_formulas_merged_and_hidden_ones() -> None:
    book = recap()
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[8].hidden = True
    sheet.column_dimensions["F"].hidden = True
    (found,) = read(saved(book), "data.xlsx").sheets
    assert found.at(73, 3).formula == "=SUM(C5:C72)"  # type: ignore[union-attr]
    assert {area.reference for area in found.merged} == {"A1:N1", "A3:A4", "B3:B4", "C3:N3"}
    assert found.hidden_rows == {8}
    assert found.hidden_columns == {6}


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lama.xls", "legacy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "locked"),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "a.ods",
            "ods",
        ),
        (saved(workbook(["a"])), "makro.xlsm", "macros"),
        (bytes(USUAL.file + 1), "besar.xlsx", "too_large"),
        (saved(workbook([None])), "kosong.xlsx", "empty"),
    ],
    ids=["xls", "locked", "ods", "xlsm", "large", "empty"],
)
def test_other_files_are_told_plainly(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
            "many_cells",
        ),
        (b"</sheetData>", b'<row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>', "many_rows"),
        (b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>', "many_columns"),
        (b"</sheetData>", b"<row>" + b"<c/>" * (USUAL.cells + 1) + b"</row></sheetData>", "many_cells"),
        (b"</sheetData>", b'<row r="9"><c r="A1048576"><v>1</v></c></row></sheetData>', "many_rows"),
        (b"</sheetData>", b'<row r="x"/></sheetData>', "damaged"),
        (b"</sheetData>", b"", "damaged"),
    ],
    ids=["merged", "rows", "columns", "cells", "elsewhere", "row", "broken"],
)
def test_a_small_file_that_claims_much_is_refused_before_it_is_built(
    old: bytes, new: bytes, code: str
) -> None:
    data = _with(saved(workbook(["a", 1])), "xl/worksheets/sheet1.xml", None, old=old, new=new)
    with pytest.raises(Unreadable) as refused:
        read(data, "data.xlsx")
    assert refused.value.code == code


@pytest.mark.parametrize("rows", [1_000, 20_000], ids=["wide", "long"])
def test_a_million_cells_are_refused_with_a_sentence_before_memory_is_filled(rows: int) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * (1_000_000 // rows) + b"</row>"
    data = _with(
        saved(workbook(["a"])), "xl/worksheets/sheet1.xml", None, old=b"</sheetData>", new=row * rows + b"</sheetData>"
    )  # fmt: skip
    assert len(data) < 100_000, "it is small while it is packed"
    tracemalloc.start()
    try:
        with pytest.raises((Unreadable, Fault)) as refused:
            read(data, "data.xlsx")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(refused.value)
    assert most < 3 * USUAL.unpacked


def test_cells_are_counted_over_all_sheets_while_they_are_read() -> None:
    book = workbook(["a", 1])
    book.create_sheet("Dua").append(["b", 2])
    with pytest.raises(Unreadable, match="over 3 cells"):
        read(saved(book), "data.xlsx", USUAL._replace(cells=3))
    limits = USUAL._replace(cells=4)
    assert len(read(saved(book), "data.xlsx", limits).sheets) == 2
    cells = iter([[SimpleNamespace(row=1, column=1, value=1, data_type="n", number_format="")]] * 10)
    with pytest.raises(Unreadable, match="over 4 cells"):
        _cells(cells, "Satu", 1, limits)
    assert sum(1 for _ in cells) == 6, "the rest is not read"


def test_a_sheet_may_lie_about_its_size() -> None:
    data = _with(
        saved(workbook(["Kelurahan", "2025-01"], ["Legok", 4])), "xl/worksheets/sheet1.xml", None,
        old=b'ref="A1:B2"', new=b'ref="A1:A1"',
    )  # fmt: skip
    assert [entry.value for entry in mapped(data).entries] == [4.0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "workbook_active"),
        ("../../evil.xml", b"<a/>", "zip_path"),
        ("xl/huge.xml", b" " * (40 * 1024 * 1024), "zip_expands"),
        ("xl/more.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "workbook_doctype"),
    ],
    ids=["macros", "links", "path", "bomb", "entities"],
)
def test_what_could_do_harm_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises((Fault, Unreadable)) as refused:
        read(_with(saved(workbook(["a"])), name, content), "data.xlsx")
    assert refused.value.code == code  # type: ignore[union-attr]


def test_a_csv_with_semicolons_and_commas_in_its_numbers() -> None:
    data = "\ufeffKelurahan;2025-01;2025-02\r\nLegok;1,5;-\r\nKel. Beliung;1.234,5;n/a\r\n".encode()
    assert [entry.value for entry in mapped(data, name="data.csv").entries] == [1.5, 1234.5]


def test_titles_above_a_csv_are_mapped_and_give_the_period() -> None:
    data = (
        b"REKAPITULASI SAMPAH, KOTA JAMBI\r\nTahun 2025\r\n\r\nNo;Kelurahan;Januari;Februari\r\n"
        b"1;Legok;1,5;2\r\n2;Beliung;3;4,25\r\n"
    )
    found = mapped(data, name="data.csv")
    assert not found.faults
    assert [(str(entry.period), entry.value) for entry in found.entries] == [
        ("2025-01", 1.5), ("2025-02", 2.0), ("2025-01", 3.0), ("2025-02", 4.25),
    ]  # fmt: skip
