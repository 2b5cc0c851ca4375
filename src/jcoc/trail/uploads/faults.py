"""Why a file is not taken, and how it is said. Pure: who shows it translates the sentence, then fills in the values."""

from __future__ import annotations

from jcoc.trail.marking import gettext_noop

FAULTS: dict[str, str] = {
    "empty": gettext_noop("The file is empty."),
    "too_large": gettext_noop("The file has %(size)s MB; at most %(most)s MB can be sent."),
    "not_wanted": gettext_noop("The file is %(found)s. Here you can send: %(wanted)s."),
    "unknown": gettext_noop("What kind of file this is cannot be told from its content. You can send: %(wanted)s."),
    "name_differs": gettext_noop(
        "The name ends in .%(ending)s, but the file is %(found)s. Save it under its right kind and send it again."
    ),
    "type_differs": gettext_noop(
        "It was sent as %(declared)s, but the file is %(found)s. Save it under its right kind and send it again."
    ),
    "heic": gettext_noop(
        "The photo is in the HEIC form, which few programs can show. Choose “most compatible” (JPEG) in the camera’s "
        "settings, or send it as JPEG."
    ),
    # photos
    "photo_broken": gettext_noop("The photo cannot be read; the file is damaged or incomplete."),
    "photo_pixels": gettext_noop(
        "The photo has %(width)s × %(height)s points; at most %(most)s million points in all are possible."
    ),
    "photo_moves": gettext_noop("The picture moves (%(frames)s frames). Send a photo that stands still."),
    # PDF
    "pdf_broken": gettext_noop("The PDF is damaged or incomplete: %(reason)s."),
    "pdf_encrypted": gettext_noop("The PDF is locked with a password. Save it without one and send it again."),
    "pdf_active": gettext_noop(
        "The PDF holds something that acts when it is opened (%(name)s). Print it into a new PDF and send that."
    ),
    "pdf_hidden": gettext_noop(
        "Parts of the PDF are packed so that they cannot be checked (%(name)s). Print it into a new PDF and send that."
    ),
    "pdf_expands": gettext_noop("The PDF unpacks to over %(most)s MB; that cannot be checked."),
    # tables
    "not_utf8": gettext_noop(
        "The table is not UTF-8 text: line %(row)s has a byte that cannot be read. Save it as “CSV UTF-8”."
    ),
    "control": gettext_noop("Line %(row)s of the table has a character that is no text."),
    "markup": gettext_noop("Line %(row)s of the table begins like a web page, not like a table."),
    "too_many_rows": gettext_noop("The table has over %(most)s rows. Send it in parts."),
    "too_many_columns": gettext_noop("Row %(row)s of the table has %(count)s columns; at most %(most)s are possible."),
    "cell_too_long": gettext_noop(
        "Row %(row)s, column %(column)s of the table has over %(most)s characters."
    ),
    "uneven": gettext_noop("Row %(row)s of the table has %(count)s columns, but the first row has %(first)s."),
    "quotes": gettext_noop("From row %(row)s on, a quotation mark of the table is not closed."),
    "formula": gettext_noop(
        "Row %(row)s, column %(column)s of the table begins with “%(sign)s”: a spreadsheet would run it as a formula. "
        "Write it as plain text."
    ),
    "workbook_broken": gettext_noop("The spreadsheet is damaged: %(reason)s."),
    "workbook_active": gettext_noop(
        "The spreadsheet holds %(name)s: it acts by itself or fetches from elsewhere. Save it as plain .xlsx or CSV."
    ),
    "workbook_doctype": gettext_noop("The spreadsheet’s part %(name)s declares a document type, which none needs."),
    # archives
    "zip_broken": gettext_noop("The archive is damaged: %(reason)s."),
    "zip_prefix": gettext_noop("Something stands before or behind the archive in this file. Pack it anew."),
    "zip_many": gettext_noop("The archive holds %(count)s files; at most %(most)s are possible."),
    "zip_path": gettext_noop("The archive’s file “%(name)s” would land outside of its folder."),
    "zip_link": gettext_noop("The archive’s file “%(name)s” is a link or a device, not a file."),
    "zip_twice": gettext_noop("The archive holds “%(name)s” more than once."),
    "zip_locked": gettext_noop("The archive is locked with a password. Pack it without one."),
    "zip_method": gettext_noop("The archive’s file “%(name)s” is packed in a way that is not known here."),
    "zip_expands": gettext_noop("The archive unpacks to over %(most)s MB, or to much more than its size lets expect."),
    "zip_nested": gettext_noop("The archive’s file “%(name)s” is an archive again. Pack the files themselves."),
}  # fmt: skip

#: What kinds are called in a sentence.
KINDS: dict[str, str] = {
    "photo": gettext_noop("a photo (JPEG, PNG or WebP)"),
    "pdf": gettext_noop("a PDF"),
    "table": gettext_noop("a table (CSV or XLSX)"),
    "archive": gettext_noop("an archive (ZIP)"),
}
FORMS: dict[str, str] = {
    "jpeg": gettext_noop("a JPEG photo"),
    "png": gettext_noop("a PNG picture"),
    "webp": gettext_noop("a WebP picture"),
    "pdf": gettext_noop("a PDF"),
    "csv": gettext_noop("a text table (CSV)"),
    "xlsx": gettext_noop("a spreadsheet (XLSX)"),
    "zip": gettext_noop("a ZIP archive"),
    "svg": gettext_noop("a drawing (SVG)"),
    "html": gettext_noop("a web page (HTML)"),
    "gif": gettext_noop("a GIF picture"),
    "heic": gettext_noop("a HEIC photo"),
    "program": gettext_noop("a program"),
    "other": gettext_noop("of another kind (%(guess)s)"),
}


class Fault(Exception):
    """A file that is not taken: a code of FAULTS and the values of its sentence.

    Values whose name is ``found`` are codes of FORMS, ``wanted`` is a tuple of codes of KINDS.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values

    def __reduce__(self) -> tuple[object, ...]:  # it comes back from a compute worker
        return _made, (self.code, self.values)

    def __str__(self) -> str:
        return FAULTS[self.code] % self.values


def _made(code: str, values: dict[str, object]) -> Fault:
    return Fault(code, **values)
