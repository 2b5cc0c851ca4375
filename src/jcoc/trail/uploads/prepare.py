"""From what was sent to what is kept. Pure; runs in a compute worker, not in the server process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jcoc.trail.uploads import archives, documents, photos, tables
from jcoc.trail.uploads.inspect import LARGEST, check


class Prepared(NamedTuple):
    data: bytes
    form: str  # a code of inspect.FORMS
    width: int | None = None
    height: int | None = None


def prepare(data: bytes, name: str, declared: str, kinds: Sequence[str], most: int = LARGEST) -> Prepared:
    """Check a file of one of these kinds, and draw a photo anew; :class:`Fault` where it is not taken."""
    form = check(data, name, declared, kinds, most)
    if form.kind == "photo":
        photo = photos.redraw(data, form.code)
        return Prepared(photo.data, photo.form, photo.width, photo.height)
    if form.code == "pdf":
        documents.check(data)
    elif form.code == "csv":
        tables.check_csv(data)
    elif form.code == "xlsx":
        tables.check_xlsx(data)
    else:
        archives.check(data)
    return Prepared(data, form.code)
