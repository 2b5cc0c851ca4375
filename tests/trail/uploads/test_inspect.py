"""A file is what its content says, and one that says otherwise by name or type is refused by a sentence."""

from __future__ import annotations

import pytest

from jcoc.trail.uploads.faults import FAULTS, FORMS, KINDS, Fault
from jcoc.trail.uploads.inspect import check, recognise
from trail.uploads.bad_files import HTML, PLAIN_SVG, SVG, WORKBOOK, archive, jpeg, pdf, points, saved

PNG, WEBP, GIF = (saved(points(), form) for form in ("PNG", "WEBP", "GIF"))
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
EXE = b"MZ\x90\x00" + bytes(60)
CSV = b"kode,nama\n1,Sungai Asam\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (jpeg(), "jpeg"),
        (PNG, "png"),
        (WEBP, "webp"),
        (pdf(), "pdf"),
        (CSV, "csv"),
        (b"\xef\xbb\xbf" + CSV, "csv"),
        (archive(WORKBOOK), "xlsx"),
        (archive({"a.txt": b"a"}), "zip"),
        (SVG, "svg"),
        (PLAIN_SVG, "svg"),
        (b"<!-- note -->\n" + PLAIN_SVG, "svg"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "">' + PLAIN_SVG, "svg"),
        (HTML, "html"),
        (b"\n  " + HTML, "html"),
        (b"<?php system($_GET['c']);", "html"),
        (GIF, "gif"),
        (HEIC, "heic"),
        (EXE, "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (bytes(100), ""),
    ],
)
def test_the_content_tells_the_form(data: bytes, code: str) -> None:
    assert recognise(data) == code


@pytest.mark.parametrize(
    ("data", "name", "declared", "fault", "said"),
    [
        (SVG, "foto.svg", "image/svg+xml", "not_wanted", "svg"),
        (SVG, "foto.jpg", "image/jpeg", "not_wanted", "svg"),
        (PLAIN_SVG, "gambar.svg", "image/svg+xml", "not_wanted", "svg"),
        (HTML, "foto.jpg", "image/jpeg", "not_wanted", "html"),
        (GIF, "foto.gif", "image/gif", "not_wanted", "gif"),
        (EXE, "foto.jpg", "image/jpeg", "not_wanted", "program"),
        (pdf(), "surat.pdf", "application/pdf", "not_wanted", "pdf"),
        (HEIC, "IMG_1.HEIC", "image/heic", "heic", ""),
        (jpeg(), "foto.html", "image/jpeg", "name_differs", "jpeg"),
        (jpeg(), "foto.jpg.php", "image/jpeg", "name_differs", "jpeg"),
        (PNG, "foto.jpg", "image/png", "name_differs", "png"),
        (jpeg(), "foto.jpg", "text/html", "type_differs", "jpeg"),
        (b"", "foto.jpg", "image/jpeg", "empty", ""),
        (bytes(range(1, 9)) + bytes(90), "foto.jpg", "image/jpeg", "unknown", ""),
    ],
)
def test_what_is_no_photo_is_refused_as_one(
    data: bytes, name: str, declared: str, fault: str, said: str
) -> None:
    with pytest.raises(Fault) as refused:
        check(data, name, declared, ["photo"])
    assert (refused.value.code, refused.value.values.get("found", "")) == (fault, said)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("data", "name", "declared", "form"),
    [
        (jpeg(), "DCIM.JPG", "image/jpeg", "jpeg"),
        (jpeg(), "blob", "", "jpeg"),
        (jpeg(), "", "application/octet-stream", "jpeg"),
        (CSV, "data.csv", "application/vnd.ms-excel", "csv"),
        (CSV, "data.csv", "text/csv; charset=utf-8", "csv"),
        (archive(WORKBOOK), "data.xlsx", "", "xlsx"),
    ],
)
def test_what_says_what_it_is_is_taken(data: bytes, name: str, declared: str, form: str) -> None:
    assert check(data, name, declared, ["photo", "table"]).code == form


def test_a_large_file_is_refused_by_its_size() -> None:
    with pytest.raises(Fault, match="has 3 MB; at most 2 MB"):
        check(jpeg() + bytes(2 * 1024 * 1024), "foto.jpg", "", ["photo"], 2 * 1024 * 1024)


def test_an_ending_cannot_write_into_the_sentence() -> None:
    with pytest.raises(Fault) as refused:
        check(jpeg(), "x.<img src=a>" + "a" * 99, "", ["photo"])
    assert refused.value.values["ending"] == "imgsrca" + "a" * 13


def test_every_code_has_words() -> None:
    import re

    from support import ROOT

    source = "".join(path.read_text() for path in (ROOT / "src/jcoc/trail/uploads").glob("*.py"))
    assert set(re.findall(r'Fault\(\s*"(\w+)"', source)) == set(FAULTS)
    assert set(KINDS) == {"photo", "pdf", "table", "archive"}
    assert {"jpeg", "png", "webp", "pdf", "csv", "xlsx", "zip"} < set(FORMS)
