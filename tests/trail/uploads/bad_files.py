"""Files as people and attackers send them, each made here."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
PLAIN_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"


def points(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A picture whose left upper quarter is red and the rest blue, so that a turn can be seen."""
    image = Image.new("RGB", size, (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def jpeg(size: tuple[int, int] = (64, 48), *, orientation: int = 0, place: bool = False) -> bytes:
    exif = Image.Exif()
    if orientation:
        exif[Base.Orientation] = orientation
    if place:
        exif[Base.Make] = "KAMERA-RAHASIA"
        exif.get_ifd(IFD.GPSInfo).update(
            {GPS.GPSLatitudeRef: "S", GPS.GPSLatitude: (1.0, 36.0, 30.0), GPS.GPSLongitudeRef: "E"}
        )
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>RAHASIA-XMP</x:xmpmeta>"
    return saved(points(size), "JPEG", quality=95, exif=exif, comment=b"RAHASIA-KOMENTAR", xmp=xmp)


def png_that_declares(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge, and holds one row of zeros."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return written.getvalue()


def archive_with_member(name: str, mode: int = 0, content: bytes = b"x") -> bytes:
    written = io.BytesIO()
    member = zipfile.ZipInfo("placeholder")
    member.filename = name  # past the constructor, which tidies names
    member.external_attr = mode << 16
    with zipfile.ZipFile(written, "w") as made:
        made.writestr(member, content)
    return written.getvalue()


CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
    b'.spreadsheetml.sheet.main+xml"/></Types>'
)
WORKBOOK: dict[str, bytes] = {
    "[Content_Types].xml": CONTENT_TYPES,
    "xl/workbook.xml": b'<?xml version="1.0" encoding="UTF-8"?><workbook><sheets/></workbook>',
    "xl/worksheets/sheet1.xml": b'<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData/></worksheet>',
}


_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%b</Relationships>'
)
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = (
    b'<Relationship Id="r1" Type="%b/hyperlink" Target="https://jambikota.go.id" TargetMode="External"/>'
    % _OFFICE
)
TEMPLATE = (
    b'<Relationship Id="r2" Type="%b/attachedTemplate" Target="http://x/a" TargetMode="External"/>' % _OFFICE
)


def with_relations(*relations: bytes, name: str = "xl/_rels/workbook.xml.rels") -> bytes:
    """A workbook with these relationships."""
    return archive(WORKBOOK | {name: _RELATIONS % b"".join(relations)})


def pdf(catalogue: bytes = b"", *, stream: bytes = b"BT ET", dictionary: bytes = b"") -> bytes:
    """A PDF of one page; `catalogue` stands in its root object, `stream` as one more object, as it is."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(stream), dictionary, stream),
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return out


SCRIPT_OBJECT = b"9 0 << /S /JavaScript /JS (app.alert(1)) >>"


def objects_behind(dictionary: bytes, stream: bytes | None = None) -> bytes:
    """A PDF with a script in an object stream that is packed in ASCII85 above deflation."""
    packed = base64.a85encode(zlib.compress(SCRIPT_OBJECT)) + b"~>"
    return pdf(stream=packed if stream is None else stream, dictionary=dictionary)


def packed_objects(content: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF with an object stream that holds this."""
    return pdf(stream=zlib.compress(content), dictionary=b"/Type /ObjStm /N 1 /First 4 " + dictionary)
