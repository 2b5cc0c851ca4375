"""A file that everybody may see, for tests that walk every address."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from jcoc.trail.uploads import services, views
from jcoc.trail.uploads.models import Upload
from jcoc.trail.uploads.purposes import Purpose, purpose_of, register


def public_file() -> tuple[Upload, str]:
    """The file, and the signature with which the files' own host gives it."""
    if purpose_of("tests.public") is None:
        register(Purpose("tests.public", "Test", public=True))
    file = SimpleUploadedFile("data.csv", b"kode,nama\n1,Asam\n", "text/csv")
    upload = services.accept(file, kinds=("table",), purpose="tests.public")
    return upload, views.signature_of(upload.pk, "nobody")
