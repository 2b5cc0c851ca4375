"""What a file is, told from its content. Its name and the type the sender claims decide nothing. Pure.

Only forms that are listed are known; puremagic gives everything else a name for the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import puremagic

from jcoc.trail.uploads.faults import Fault


class Form(NamedTuple):
    code: str
    kind: str  # photo, pdf, table or archive
    media_type: str
    endings: tuple[str, ...]
    declared: tuple[str, ...]  # what browsers say it is


MEGABYTE = 1024 * 1024
#: Nothing larger reaches the pages (trail/pages.py takes so much of a request, and the form around it is small).
LARGEST = 10 * MEGABYTE

FORMS = {
    form.code: form
    for form in (
        Form("jpeg", "photo", "image/jpeg", ("jpg", "jpeg", "jfif"), ("image/jpeg", "image/pjpeg", "image/jpg")),
        Form("png", "photo", "image/png", ("png",), ("image/png", "image/x-png")),
        Form("webp", "photo", "image/webp", ("webp",), ("image/webp",)),
        Form("pdf", "pdf", "application/pdf", ("pdf",), ("application/pdf", "application/x-pdf")),
        Form(
            "csv", "table", "text/csv; charset=utf-8", ("csv", "txt", "tsv"),
            ("text/csv", "text/plain", "text/tab-separated-values", "application/csv", "application/vnd.ms-excel"),
        ),
        Form(
            "xlsx", "table", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"),
        ),
        Form("zip", "archive", "application/zip", ("zip",), ("application/zip", "application/x-zip-compressed")),
    )
}  # fmt: skip
KINDS = ("photo", "pdf", "table", "archive")
#: A sender that does not know says this.
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")

_MAGIC = (
    ("jpeg", re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")),
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    ("webp", re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL)),
    ("pdf", re.compile(rb"%PDF-[12]\.\d")),
    ("zip", re.compile(rb"PK\x03\x04")),
)
_REFUSED = (
    ("gif", re.compile(rb"GIF8[79]a")),
    ("heic", re.compile(rb".{4}ftyp(?:hei[cxmfs]|hev[cx]|mif1|msf1)", re.DOTALL)),
    ("program", re.compile(rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|dex\n")),
)
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?P<tag>!doctype\s+\w+|[a-z!?/][\w:-]*)",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_BYTES = bytes({7, 8, 9, 10, 12, 13, 27, *range(0x20, 0x100)} - {0x7F})


def recognise(data: bytes) -> str:
    """The code of a form, one of faults.FORMS; ``""`` where it cannot be told."""
    for code, magic in _MAGIC:
        if magic.match(data):
            return "xlsx" if code == "zip" and b"xl/workbook" in data else code
    for code, magic in _REFUSED:
        if magic.match(data):
            return code
    if markup := _MARKUP.match(data[:65_536]):
        tag = markup["tag"].lower()
        return "svg" if tag == b"svg" or tag.endswith(b" svg") or b"<svg" in data[:65_536].lower() else "html"
    if data and not data[:8192].translate(None, _TEXT_BYTES):
        return "csv"
    return ""


def check(data: bytes, name: str, declared: str, kinds: Sequence[str], most: int = LARGEST) -> Form:
    """The form of a file that may be one of these kinds; :class:`Fault` where it is not, or says it is another.

    name: as the sender calls it; only its ending is looked at. declared: the sender's media type.
    """
    if not data:
        raise Fault("empty")
    if len(data) > most:
        raise Fault("too_large", size=-(-len(data) // MEGABYTE), most=most // MEGABYTE)
    wanted = tuple(kinds)
    code = recognise(data)
    if code == "heic" and "photo" in wanted:
        raise Fault("heic")
    form = FORMS.get(code)
    if form is None:
        guess = "" if code else _guess(data)
        if not code and not guess:
            raise Fault("unknown", wanted=wanted)
        raise Fault("not_wanted", found=code or "other", guess=guess, wanted=wanted)
    if form.kind not in wanted:
        raise Fault("not_wanted", found=code, wanted=wanted)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in form.endings:
        raise Fault("name_differs", ending=re.sub(r"[^\w-]", "", ending)[:20], found=code)
    said = declared.partition(";")[0].strip().lower()
    if said not in _UNSAID and said not in form.declared:
        raise Fault("type_differs", declared=re.sub(r"[^\w/.+-]", "", said)[:60], found=code)
    return form


def _guess(data: bytes) -> str:
    try:
        return str(puremagic.magic_string(data)[0].name)[:60]
    except puremagic.PureError:
        return ""
