"""PDFs that act when they are opened, however they hide it."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from time import thread_time

import pypdf
import pytest
from pypdf.actions import JavaScript

from jcoc.trail.uploads.documents import check
from jcoc.trail.uploads.faults import Fault
from trail.uploads.bad_files import HTML, SCRIPT_OBJECT, archive, objects_behind, packed_objects, pdf


def _written(writer: pypdf.PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def with_script() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_open_action(JavaScript("app.alert(1)"))
    return _written(writer)


def with_attachment() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_attachment("a.exe", b"MZ")
    return _written(writer)


def with_password() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.encrypt("sandi", algorithm="RC4-128")
    return _written(writer)


def packed_script() -> bytes:
    """A script whose every object lies in an object stream, as pypdf cannot write it but others do."""
    return packed_objects(b"9 0 << /S /JavaScript /JS (app.alert(1)) >>")


BAD = {
    "a script": (with_script(), "pdf_active"),
    "an attachment": (with_attachment(), "pdf_active"),
    "a password": (with_password(), "pdf_encrypted"),
    "a program": (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "pdf_active"),
    "a form that is sent": (pdf(b"/AA << /O << /S /SubmitForm /F (http://x) >> >>"), "pdf_active"),
    "an XFA form": (pdf(b"/AcroForm << /XFA 4 0 R >>"), "pdf_active"),
    "an escaped name": (pdf(b"/OpenAction << /S /J#61vaScr#69pt /JS (x) >>"), "pdf_active"),
    "a packed script": (packed_script(), "pdf_active"),
    "an escaped packing": (
        pdf(stream=zlib.compress(b"/Launch"), dictionary=b"/Type /Obj#53tm /Filter /FlateDecode"), "pdf_active",
    ),
    "another packing": (packed_objects(b"x", b"/Filter [/ASCIIHexDecode /FlateDecode]"), "pdf_hidden"),
    "LZW": (pdf(stream=b"\x80\x0b\x60", dictionary=b"/Type /ObjStm /Filter /LZWDecode"), "pdf_hidden"),
    "packing named elsewhere": (packed_objects(b"x", b"/Filter 9 0 R"), "pdf_hidden"),
    "a predictor": (
        packed_objects(b"x", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"), "pdf_hidden",
    ),
    "a string that ends like the head of an object": (
        objects_behind(b"/Type /ObjStm /Filter [/ASCII85Decode /FlateDecode] /X (obj)"), "pdf_hidden",
    ),
    "a string that looks like another dictionary": (
        objects_behind(
            b"/Filter [/RunLengthDecode /FlateDecode] /X (9 0 obj << /Filter /FlateDecode >>) /Type /ObjStm",
            zlib.compress(b"BT ET"),
        ),
        "pdf_hidden",
    ),
    "a second stream that counts for the first": (
        objects_behind(
            b"/Type /ObjStm /Filter [/ASCII85Decode /FlateDecode] /X (9 0 obj << /Type /ObjStm /Filter /FlateDecode >>"
            b"\nstream\n" + zlib.compress(b"BT ET") + b"stream\n" + zlib.compress(b"BT ET") + b" obj)",
        ),
        "pdf_hidden",
    ),
    "an object stream with a fault": (
        pdf(
            stream=zlib.compress(SCRIPT_OBJECT)[:-4] + b"\0\0\0\0",
            dictionary=b"/Type /ObjStm /Filter /FlateDecode",
        ),
        "pdf_hidden",
    ),
    "zeros": (pdf(stream=zlib.compress(bytes(130_000_000)), dictionary=b"/Filter /FlateDecode"), "pdf_expands"),
    "half": (pdf()[:200], "pdf_broken"),
    "a web page in front": (HTML + pdf(), "pdf_broken"),
    "a web page behind": (pdf() + HTML, "pdf_broken"),
    "an archive behind": (pdf() + archive({"a": b"b"}), "pdf_broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pdf_is_refused(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(Fault) as refused:
        check(data)
    assert refused.value.code == code
    assert str(refused.value)


def test_the_made_ones_are_what_they_are_meant_to_be() -> None:
    """Another reader finds in them what the check refuses."""
    assert "/JavaScript" in pypdf.PdfReader(io.BytesIO(with_script())).root_object["/Names"]  # type: ignore[operator]
    assert pypdf.PdfReader(io.BytesIO(with_attachment())).attachments["a.exe"] == [b"MZ"]
    assert len(pypdf.PdfReader(io.BytesIO(pdf())).pages) == 1
    hidden = BAD["a string that ends like the head of an object"][0]
    assert pypdf.PdfReader(io.BytesIO(hidden)).get_object(4).get_data() == SCRIPT_OBJECT


def test_plain_documents_are_taken() -> None:
    check(pdf())
    check(packed_objects(b"9 0 << /Type /Outlines >>"))
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    check(_written(writer))


def test_what_typst_sets_is_taken(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "a.typ"
    source.write_text('= Surat\n#lorem(200)\n#link("https://jambikota.go.id")[Kota]')
    check(typst.compile(str(source)))


def test_thousands_of_streams_cost_no_more_than_their_size() -> None:
    one = b"5 0 obj\n<< /Filter /FlateDecode >>\nstream\n%b\nendstream\nendobj\n" % zlib.compress(b"BT ET")

    def seconds(count: int) -> float:
        data = pdf().replace(b"xref\n0", one * count + b"xref\n0")
        return min(_of_this_thread(data) for _ in range(3))

    seconds(1000)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.005)


def _of_this_thread(data: bytes) -> float:
    """Seconds of the processor, not of the clock: what else runs on the machine does not count."""
    began = thread_time()
    check(data)
    return thread_time() - began
