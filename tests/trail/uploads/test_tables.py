"""Tables that are none, that disagree with themselves, or that a spreadsheet would run."""

from __future__ import annotations

import pytest

from jcoc.trail.uploads.faults import Fault
from jcoc.trail.uploads.tables import Limits, check_csv, check_xlsx
from support import shared_data
from trail.uploads.bad_files import LINK, SCRIPT, TEMPLATE, WORKBOOK, archive, with_relations

SMALL = Limits(rows=3, columns=4, cell=10)
BAD: dict[str, tuple[bytes, str, dict[str, object]]] = {
    "Windows-1252": ("kode;nama\n1;Café\n".encode("cp1252"), "not_utf8", {"row": 2}),
    "UTF-16": ("kode,nama\n".encode("utf-16"), "not_utf8", {"row": 1}),
    "a zero byte": (b"kode,nama\n1,a\x00b\n", "control", {"row": 2}),
    "an escape": (b"kode,nama\n1,\x1b[2J\n", "control", {"row": 2}),
    "a web page": (b"kode,nama\n<script src=x>,1\n", "markup", {"row": 2}),
    "a web page at once": (SCRIPT, "markup", {"row": 1}),
    "too many rows": (b"a\n" + b"1\n" * 4, "too_many_rows", {"most": 3}),
    "too many columns": (b"a,b,c,d,e\n", "too_many_columns", {"row": 1, "count": 5, "most": 4}),
    "a long cell": (b"a,b\n1,12345678901\n", "cell_too_long", {"row": 2, "column": 2, "most": 10}),
    "rows that differ": (b"a,b\n1,2\n1\n", "uneven", {"row": 3, "count": 1, "first": 2}),
    "a heading that is shorter": (b"a,b\n1,2,3\n", "uneven", {"row": 2, "count": 3, "first": 2}),
    "a short row below": (b"REKAP\na,b,c\n1,2\n", "uneven", {"row": 3, "count": 2, "first": 3}),
    "a title below": (b"a,b,c\nREKAP\n", "uneven", {"row": 2, "count": 1, "first": 3}),
    "a formula in a title": (b"=1+1\na,b\n1,2\n", "formula", {"row": 1, "column": 1, "sign": "="}),
    "an open quotation mark": (b'a,b\n1,"2\n', "quotes", {"row": 2}),
    "a formula": (b"a,b\n1,=1+1\n", "formula", {"row": 2, "column": 2, "sign": "="}),
    "a command": (b"a,b\n1,-cmd|'/C'\n", "formula", {"row": 2, "column": 2, "sign": "-"}),
    "a function": (b"a,b\n@SUM(1),2\n", "formula", {"row": 2, "column": 1, "sign": "@"}),
    "a formula in quotes": (b'a,b\n1,"=1"\n', "formula", {"row": 2, "column": 2, "sign": "="}),
    "only line ends": (b"\n\n", "empty", {}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_refused_by_row(name: str) -> None:
    data, code, values = BAD[name]
    with pytest.raises(Fault) as refused:
        check_csv(data, SMALL)
    assert (refused.value.code, refused.value.values) == (code, values)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", 1),
        ("\ufeffa;b\r\n1;2\r\n3;4", 2),
        ("a\tb\n1\t2\n", 1),
        ('a,b\n"1,5","x\ny"\n', 1),
        ("suhu,telepon\n-1.5,+62 812\n-,+\n", 2),
        ("a,b\n", 0),
        ("REKAP SAMPAH\n\nKelurahan;Jan;Feb\nLegok;1,5;2\nBeliung;3,5;4\n", 2),
        ("Rekap sampah, Kota Jambi, 2024\nKelurahan;Januari\nLegok;1,5\n", 1),
        ("Dinas;DLH\nTahun;2024\nNo;Kelurahan;Jan;Feb\n1;Legok;3;4\n", 1),
        ('"Rekap\nsampah"\nKelurahan,Jan\nLegok,1\n', 1),
        ("Kelurahan;Jan;Feb\nLegok;1,5;2,5\n", 1),
        ("satu\ndua\n", 1),
    ],
)
def test_a_good_table_gives_its_rows(text: str, rows: int) -> None:
    assert check_csv(text.encode()) == rows


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
RELATION = b'<Relationship Type="http://x/externalLinkPath" Target="http://x" TargetMode="External"/>'
BAD_BOOKS = {
    "macros": (archive(WORKBOOK | {"xl/vbaProject.bin": b"x"}), "workbook_active"),
    "entities": (archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": BOMB}), "workbook_doctype"),
    "a link elsewhere": (
        archive({"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/_rels/workbook.xml.rels": RELATION}),
        "workbook_active",
    ),
    "a template from elsewhere beside a link": (with_relations(LINK, TEMPLATE), "workbook_active"),
    "a template from elsewhere, spelt otherwise": (
        with_relations(TEMPLATE.replace(b'"External"', b'"Ext&#101;rnal"')), "workbook_active",
    ),
    "a template named a link elsewhere": (
        with_relations(TEMPLATE.replace(b"/attachedTemplate", b"/attachedTemplate?/hyperlink")), "workbook_active",
    ),
    "relationships in capitals": (with_relations(TEMPLATE, name="xl/_rels/WORKBOOK.XML.RELS"), "workbook_active"),
    "relationships in another alphabet": (
        archive(WORKBOOK | {"_rels/.rels": b'<?xml version="1.0" encoding="koi8-r"?><x/>'}), "workbook_broken",
    ),
    "relationships cut short": (archive(WORKBOOK | {"_rels/.rels": b"<Relationships>"}), "workbook_broken"),
    "linked files": (archive({"xl/workbook.xml": b"", "xl/externalLinks/externalLink1.xml": b""}), "workbook_active"),
    "embedded files": (archive({"xl/workbook.xml": b"", "xl/embeddings/o.bin": b"x"}), "workbook_active"),
    "macros by type": (
        archive({"[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"}),
        "workbook_active",
    ),
    "UTF-16": (archive({"xl/workbook.xml": "<workbook/>".encode("utf-16")}), "workbook_broken"),
    "no workbook": (archive({"[Content_Types].xml": b"<Types/>"}), "workbook_broken"),
    "a path upwards": (archive({"../xl/workbook.xml": b""}), "zip_path"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_BOOKS)
def test_a_bad_workbook_is_refused(name: str) -> None:
    data, code = BAD_BOOKS[name]
    with pytest.raises(Fault) as refused:
        check_xlsx(data)
    assert refused.value.code == code
    assert str(refused.value)


def test_a_plain_workbook_is_taken() -> None:
    check_xlsx(archive(WORKBOOK))
    check_xlsx(with_relations(LINK, name="xl/worksheets/_rels/sheet1.xml.rels"))


REAL = ("kota_jambi_wilayah.csv", "smpn_kota_jambi.csv", "landfill/lmop_us_landfills_2019.csv")


@pytest.mark.parametrize("name", REAL)
def test_real_tables_are_taken(name: str) -> None:
    import csv

    path = shared_data(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for row in csv.reader(file) if row) - 1
    assert check_csv(path.read_bytes()) == rows
