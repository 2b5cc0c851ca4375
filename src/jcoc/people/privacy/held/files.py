"""Files that people sent about a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jcoc.trail.uploads.models import Upload


def describe(subject: UUID) -> Iterable[dict[str, Any]]:
    for upload in Upload.objects.filter(subject=subject, removed=None):
        yield {
            _("file"): upload.download_name,
            _("size in bytes"): upload.size,
            _("received"): upload.created.isoformat(),
        }
