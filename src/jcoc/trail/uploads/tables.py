"""Tables: CSV as text with rows that agree, XLSX without anything that acts. Pure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple
from xml.parsers import expat

from jcoc.trail.uploads import archives
from jcoc.trail.uploads.faults import Fault


class Limits(NamedTuple):
    rows: int = 200_000
    columns: int = 500
    cell: int = 32_767  # what a spreadsheet's cell holds


USUAL = Limits()
#: Rows that tell how a CSV is written.
_LOOKED_AT = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe|img)\b", re.IGNORECASE)
# “-1,5”, “+62 812…”, “-” and dates are values; “-cmd|…” is not.
_FORMULA = re.compile(r"[\t\r ]*(?P<sign>[=@]|[+-](?=[^\d\s.,)(–-]))")
#: Parts of a workbook that act, fetch from elsewhere, or carry other files.
_ACTIVE = re.compile(
    r"(?P<name>vbaProject\w*\.bin|externalLinks|embeddings|activeX|oleObject\w*|macrosheets|dialogsheets|ctrlProps"
    r"|customUI|connections\.xml|queryTables|webextensions)",
    re.IGNORECASE,
)

#: The types of a relationship that is a link in a cell (ISO/IEC 29500-1, 9.2; its strict form).
_LINKS = frozenset(
    f"{place}/hyperlink"
    for place in (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
)


def check_csv(data: bytes, limits: Limits = USUAL) -> int:
    """How many rows a CSV has below its heading; :class:`Fault` names the row that is wrong (1 is the heading).

    UTF-8, with or without a byte-order mark; columns between commas, semicolons or tabs; as many in each row. Titles
    may stand above the heading.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault("not_utf8", row=data.count(b"\n", 0, error.start) + 1) from None
    if found := _CONTROL.search(text):
        raise Fault("control", row=text.count("\n", 0, found.start()) + 1)
    for number, line in enumerate(text.splitlines()[:20], 1):
        if _MARKUP.match(line):
            raise Fault("markup", row=number)
    return _check_rows(text, limits)


class Shape(NamedTuple):
    delimiter: str
    titles: int  # rows above the heading, empty ones included


def shape(text: str) -> Shape:
    """How the table of a CSV lies in it: by the delimiter under which most of its first rows agree.

    What stands above the first row of their width, and is at most half as wide, is titles.
    """
    lines = text.splitlines(keepends=True)
    best, found = (0, 0), Shape(",", 0)
    for delimiter in ";\t,":
        widths = [len(row) for row in _first_rows(lines, delimiter)]
        counts = Counter(width for width in widths if width > 1)
        # Of a heading and one row that differ the heading is right; of two pairs of rows the wider one is the table.
        width = max(counts, key=lambda each: (counts[each], each if counts[each] > 1 else 0), default=0)
        score = (counts[width], width)
        if score > best:
            above = widths[: widths.index(width)]
            titles = len(above) if all(2 * each <= width for each in above) else 0
            best, found = score, Shape(delimiter, titles)
    return found


def _first_rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(lines, delimiter=delimiter), _LOOKED_AT):
            rows.append(row)
    except csv.Error:
        pass
    return rows


def _check_rows(text: str, limits: Limits) -> int:
    delimiter, titles = shape(text)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    first = number = 0
    try:
        for number, row in enumerate(reader, 1):
            if not row:  # an empty line at the end
                continue
            if number <= titles:
                _check_row(number, row, len(row), limits)
                continue
            first = first or len(row)
            _check_row(number, row, first, limits)
    except csv.Error:
        raise Fault("quotes", row=number + 1) from None
    if not first:
        raise Fault("empty")
    return number - titles - 1


def _check_row(number: int, row: list[str], first: int, limits: Limits) -> None:
    if number > limits.rows + 1:
        raise Fault("too_many_rows", most=limits.rows)
    if len(row) > limits.columns:
        raise Fault("too_many_columns", row=number, count=len(row), most=limits.columns)
    if len(row) != first:
        raise Fault("uneven", row=number, count=len(row), first=first)
    for column, cell in enumerate(row, 1):
        if len(cell) > limits.cell:
            raise Fault("cell_too_long", row=number, column=column, most=limits.cell)
        if found := _FORMULA.match(cell):
            raise Fault("formula", row=number, column=column, sign=found["sign"])


def _check_relations(name: str, content: bytes) -> None:
    """Refuse what a workbook would fetch from elsewhere; a link waits until somebody follows it."""

    def begins(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(" ")[2] != "Relationship" or attributes.get("Type", "") in _LINKS:
            return
        if attributes.get("TargetMode", "Internal").strip() != "Internal":
            raise Fault("workbook_active", name="TargetMode=External")

    def declares(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii", "ascii"):
            raise Fault("workbook_broken", reason=f"{name}: {encoding}")

    def doctype(*_arguments: object) -> None:
        raise Fault("workbook_doctype", name=name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.XmlDeclHandler = begins, declares
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Fault("workbook_broken", reason=f"{name}: {expat.ErrorString(error.code)}") from None


def check_xlsx(data: bytes, limits: archives.Limits = archives.USUAL) -> None:
    """:class:`Fault` where a workbook is damaged, or holds macros, links, embedded files or a document type."""
    names: set[str] = set()

    def see(spelt: str, content: bytes) -> None:
        names.add(spelt)
        name = spelt.lower()  # parts of a package are named without regard to case
        if found := _ACTIVE.search(name):
            raise Fault("workbook_active", name=found["name"])
        if not name.endswith((".xml", ".rels", ".vml")):
            return
        # UTF-16 would hide the word: workbooks are written in UTF-8.
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:64]:
            raise Fault("workbook_broken", reason=f"{name}: UTF-16")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Fault("workbook_doctype", name=name)
        if name == "[content_types].xml" and b"macroEnabled" in content:
            raise Fault("workbook_active", name="macroEnabled")
        if name.endswith(".rels"):
            _check_relations(name, content)

    archives.check(data, limits, see)
    for needed in ("[Content_Types].xml", "xl/workbook.xml"):
        if needed not in names:
            raise Fault("workbook_broken", reason=needed)
