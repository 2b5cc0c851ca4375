"""Read an .xlsx or .csv file into plain cells. Pure; runs in a compute worker.

openpyxl reads the values, streaming; what it leaves out then (merged and hidden cells) is found by a pass of our own,
which also counts before anything is built: a small file can claim a billion merged cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.parsers import expat

from jcoc.indicators.declaration import LARGEST
from jcoc.indicators.spreadsheet.sheet import Area, Book, Cell, Sheet, Spot, spot_of
from jcoc.trail.marking import gettext_noop
from jcoc.trail.uploads import archives, tables

MEGABYTE = 1024 * 1024


class Limits(NamedTuple):
    file: int = 5 * MEGABYTE
    unpacked: int = 30 * MEGABYTE
    sheets: int = 30
    rows: int = 20_000
    columns: int = 300
    cells: int = 60_000  # of all sheets, merged ones by their parts
    text: int = 2_000  # characters of a cell; the rest is cut off


USUAL = Limits()

UNREADABLE: dict[str, str] = {
    "too_large": gettext_noop("The file has over %(most)s MB. Take out what does not belong to the table."),
    "legacy": gettext_noop(
        "This is a spreadsheet of the old form (.xls). Open it and save it as “Excel workbook (.xlsx)”."
    ),
    "locked": gettext_noop("The spreadsheet is locked with a password. Save it without one and send it again."),
    "ods": gettext_noop("This is an OpenDocument spreadsheet (.ods). Save it as “Excel workbook (.xlsx)”."),
    "macros": gettext_noop(
        "A spreadsheet with macros (.xlsm) is not taken: they could act. Save it as “Excel workbook (.xlsx)”."
    ),
    "binary": gettext_noop(
        "This is a binary spreadsheet (.xlsb). Open it and save it as “Excel workbook (.xlsx)”."
    ),
    "many_sheets": gettext_noop("The file has %(count)s sheets; at most %(most)s are possible."),
    "many_rows": gettext_noop("The sheet “%(sheet)s” reaches to row %(count)s; at most %(most)s are possible."),
    "many_columns": gettext_noop(
        "The sheet “%(sheet)s” reaches to column %(count)s; at most %(most)s are possible."
    ),
    "many_cells": gettext_noop("The file has over %(most)s cells. Send it in parts."),
    "damaged": gettext_noop("The spreadsheet is damaged: %(reason)s."),
    "utf16": gettext_noop(
        "The text begins as UTF-16, but is not written so throughout. Save it as “CSV UTF-8” and send it again."
    ),
    "empty": gettext_noop("There is nothing in the file."),
}  # fmt: skip


class Unreadable(Exception):
    """A file that cannot be read as a spreadsheet: a code of UNREADABLE and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values

    def __reduce__(self) -> tuple[object, ...]:  # it comes back from a compute worker
        return _made, (self.code, self.values)

    def __str__(self) -> str:
        return UNREADABLE[self.code] % self.values


def _made(code: str, values: dict[str, object]) -> Unreadable:
    return Unreadable(code, **values)


def check_form(data: bytes, name: str, limits: Limits = USUAL) -> None:
    """Tell plainly what spreadsheets of other forms are; :class:`Unreadable`."""
    if len(data) > limits.file:
        raise Unreadable("too_large", most=limits.file // MEGABYTE)
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # OLE: old Excel, or a locked new one
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("locked" if locked else "legacy")
    if not data.startswith(b"PK\x03\x04"):
        return
    if b"application/vnd.oasis.opendocument" in data[:200]:
        raise Unreadable("ods")
    if ending in ("xlsm", "xltm", "xlam") or b"xl/vbaProject.bin" in data:
        raise Unreadable("macros")
    if ending == "xlsb" or b"xl/workbook.bin" in data:
        raise Unreadable("binary")


def as_utf8(data: bytes) -> bytes:
    """Text in UTF-16 with its byte-order mark, which Excel calls “Unicode text”, in UTF-8; all else as it is."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise Unreadable("utf16") from None


def read(data: bytes, name: str, limits: Limits = USUAL) -> Book:
    """The sheets of a file; :class:`Unreadable`, or :class:`jcoc.trail.uploads.faults.Fault` where it may do harm."""
    check_form(data, name, limits)
    book = _workbook(data, limits) if data.startswith(b"PK\x03\x04") else _csv(data, name, limits)
    if not any(sheet.cells for sheet in book.sheets):
        raise Unreadable("empty")
    return book


def _csv(data: bytes, name: str, limits: Limits) -> Book:
    tables.check_csv(data)
    text = data.decode("utf-8-sig")
    delimiter = tables.shape(text).delimiter
    cells: dict[Spot, Cell] = {}
    for row, line in enumerate(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), 1):
        for column, content in enumerate(line, 1):
            if content.strip():
                cells[row, column] = Cell(content.strip()[: limits.text])
        _check_size(name, row, len(line), len(cells), limits)
    return Book((Sheet(name, cells),))


def _check_size(sheet: str, rows: int, columns: int, cells: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise Unreadable("many_rows", sheet=sheet[:60], count=rows, most=limits.rows)
    if columns > limits.columns:
        raise Unreadable("many_columns", sheet=sheet[:60], count=columns, most=limits.columns)
    if cells > limits.cells:
        raise Unreadable("many_cells", most=limits.cells)


@dataclass
class _Frame:
    """What stands in the XML of a sheet besides its values."""

    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    cells: int = 0  # with those of the sheets before it


def _workbook(data: bytes, limits: Limits) -> Book:
    parts: dict[str, bytes] = {}

    def see(name: str, content: bytes) -> None:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            parts[name] = content

    unpacked = archives.Limits(unpacked=limits.unpacked)
    tables.check_xlsx(data, unpacked)
    archives.check(data, unpacked, see)
    if len(parts) > limits.sheets:
        raise Unreadable("many_sheets", count=len(parts), most=limits.sheets)
    frames: dict[str, _Frame] = {}
    cells = 0
    for name, content in parts.items():
        frames[name] = _frame(name, content, cells, limits)
        cells = frames[name].cells
    return _values(data, frames, limits)


def _frame(name: str, content: bytes, before: int, limits: Limits) -> _Frame:
    found, here = _Frame(cells=before), posixpath.basename(name)

    def begins(element: str, attributes: dict[str, str]) -> None:
        kind = element.rpartition(" ")[2]
        if kind == "c":
            found.cells += 1
            if "r" in attributes:
                found.columns = max(found.columns, spot_of(attributes["r"])[1])
        elif kind == "row":
            found.rows = int(attributes.get("r", found.rows + 1))
            if attributes.get("hidden") in ("1", "true"):
                found.hidden_rows.add(found.rows)
        elif kind == "col" and attributes.get("hidden") in ("1", "true"):
            last = min(int(attributes["max"]), limits.columns)
            found.hidden_columns.update(range(max(1, int(attributes["min"])), last + 1))
        elif kind == "mergeCell":
            first, _, second = attributes["ref"].partition(":")
            area = Area(*spot_of(first), *spot_of(second or first))
            if area.bottom < area.top or area.right < area.left:
                raise ValueError(f"merged backwards: {attributes['ref']}")
            found.cells += (area.bottom - area.top + 1) * (area.right - area.left + 1)
            found.merged.append(area)
        _check_size(here, found.rows, found.columns, found.cells, limits)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begins
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unreadable("damaged", reason=f"{here}: {expat.ErrorString(error.code)}") from None
    except (ValueError, KeyError) as error:
        raise Unreadable("damaged", reason=f"{here}: {str(error)[:60]}") from None
    return found


def _values(data: bytes, frames: dict[str, _Frame], limits: Limits) -> Book:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheets, seen = [], 0
            for sheet in book.worksheets:
                # Which part of the file a sheet is read from: openpyxl says it nowhere else.
                part = sheet._worksheet_path.lstrip("/")  # type: ignore[attr-defined]
                if part not in frames:
                    raise ValueError(f"a sheet outside of its folder: {part}")
                frame = frames[part]
                sheet.reset_dimensions()  # what a sheet says of its own size may be a lie, either way
                cells = _cells(sheet.iter_rows(), sheet.title, seen, limits)
                seen += len(cells)
                sheets.append(
                    Sheet(
                        name=sheet.title,
                        cells=cells,
                        merged=tuple(frame.merged),
                        hidden_rows=frozenset(frame.hidden_rows),
                        hidden_columns=frozenset(frame.hidden_columns),
                        hidden=sheet.sheet_state != "visible",
                    )
                )
            book.close()
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise Unreadable("damaged", reason=re.sub(r"\s+", " ", str(error))[:80]) from None
    return Book(tuple(sheets))


def _cells(rows: Iterable[Iterable[Any]], sheet: str, seen: int, limits: Limits) -> dict[Spot, Cell]:
    """Counts once more: a cell may say another row than the one that it stands in. seen: cells before it."""
    cells: dict[Spot, Cell] = {}
    for row in rows:
        for cell in row:
            content = cell.value
            if content is None:
                continue
            seen += 1
            _check_size(sheet, cell.row, cell.column, seen, limits)
            formula = ""
            if cell.data_type == "f":
                formula = str(getattr(content, "text", None) or content)[: limits.text]
                content = None
            elif isinstance(content, str):
                content = content[: limits.text].strip()
                if not content:
                    continue
            elif isinstance(content, (int, float)) and not abs(content) < LARGEST:
                content = str(content)[: limits.text]
            elif not isinstance(content, (int, float, bool)) and not hasattr(content, "year"):
                content = str(content)  # a time of day, a span
            cells[cell.row, cell.column] = Cell(
                content, str(cell.number_format or "General"), formula, cell.data_type == "e"
            )
    return cells
