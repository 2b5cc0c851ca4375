"""PDF: nothing that acts when it is opened. Pure, and linear in the size of the file.

A check of bytes, not a reader: a reader follows the cross-reference table, which whoever made the file wrote, and
has loops of its own to be caught in. Here every byte is looked at, and every packed stream is unpacked and looked at,
whatever the table says; names count with their ``#xx`` escapes resolved (ISO 32000-1, 7.3.5). What cannot be looked
into (encryption, other packings around object streams) is refused.
"""

from __future__ import annotations

import re
import zlib

from jcoc.trail.uploads.faults import Fault

MEGABYTE = 1024 * 1024
MOST_UNPACKED = 120 * MEGABYTE
_PIECE = 16 * 1024

#: Names that an action, an attachment or a form of its own cannot do without (ISO 32000-1, 12.6, 7.11, 12.7).
ACTIVE = frozenset(
    {
        b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"Rendition", b"SubmitForm",
        b"ImportData", b"GoToR", b"GoToE", b"XFA", b"Movie",
    }
)  # fmt: skip
_NAME = re.compile(rb"/((?:[^\x00\t\n\f\r ()<>\[\]{}/%#]|#[0-9A-Fa-f]{2}){2,40})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
#: The type of a stream that holds objects, however it is spelt.
_HOLDER = re.compile(b"/" + b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in b"ObjStm"))
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[^\s/\[\]<>()]+|\d+\s+\d+\s+R)")


def check(data: bytes) -> None:
    """:class:`Fault` where a PDF is incomplete, locked, or holds something active."""
    if not re.match(rb"%PDF-[12]\.\d", data):
        raise Fault("pdf_broken", reason="%PDF-")
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data[max(0, end - 64) : end]:
        raise Fault("pdf_broken", reason="%%EOF")
    if data[end + 5 :].strip(b"\r\n \t\x00"):
        raise Fault("pdf_broken", reason="… %%EOF …")
    names = _names(data)
    if b"Encrypt" in names:
        raise Fault("pdf_encrypted")
    _refuse_active(names)
    left, looked_into = MOST_UNPACKED, set()
    for found in _STREAM.finditer(data):
        unpacked, whole = _unpacked(data, found.end(), left)
        if whole:
            begin = max(data.rfind(b"obj", max(0, found.start() - 4096), found.start()), 0)
            if _plainly_packed(data[begin : found.start()]):
                looked_into |= {name.start() for name in _HOLDER.finditer(data, begin, found.start())}
        left -= len(unpacked)
        if left <= 0:
            raise Fault("pdf_expands", most=MOST_UNPACKED // MEGABYTE)
        _refuse_active(_names(unpacked))
    # Whichever dictionary a name belongs to: a string in it, or a stray “stream”, can make it look like another.
    if any(name.start() not in looked_into for name in _HOLDER.finditer(data)):
        raise Fault("pdf_hidden", name="ObjStm")


def _names(data: bytes) -> set[bytes]:
    found = set(_NAME.findall(data))
    return {
        _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name) if b"#" in name else name
        for name in found
    }


def _refuse_active(names: set[bytes]) -> None:
    for name in sorted(names & ACTIVE):
        raise Fault("pdf_active", name=name.decode())


def _unpacked(data: bytes, start: int, most: int) -> tuple[bytes, bool]:
    """What the deflated stream that begins there holds, at most so much and a byte; and whether it is without fault."""
    expander = zlib.decompressobj()
    parts, size = [], 0
    try:
        # In pieces: zlib copies what lies behind the end of a stream, and there may be thousands of them.
        for at in range(start, len(data), _PIECE):
            part = expander.decompress(data[at : at + _PIECE], most + 1 - size)
            parts.append(part)
            size += len(part)
            if expander.eof or size > most:
                break
    except zlib.error:
        return b"".join(parts), False
    return b"".join(parts), True


def _plainly_packed(dictionary: bytes) -> bool:
    """Whether deflation is all that stands between the bytes and the objects: one dictionary, and no text in it."""
    if b"Predictor" in dictionary or re.search(rb"[()%]", dictionary):
        return False
    depth, body = 0, re.fullmatch(rb"obj\s*(<<.*>>)\s*", dictionary, re.DOTALL)
    marks = re.findall(rb"<<|>>|[<>]", body[1]) if body else []
    for at, mark in enumerate(marks, 1):
        depth += {b"<<": 1, b">>": -1}.get(mark, -len(marks))
        if depth < 0 or (depth == 0) != (at == len(marks)):
            return False
    if not marks:
        return False
    filters = _FILTER.findall(dictionary)
    return bool(filters) and all(
        re.fullmatch(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?", each) is not None for each in filters
    )
