"""Serves the files that were sent, by role, and so that none of them can act as a page of this site."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from jcoc.trail.access import EVERYONE, allow
from jcoc.trail.actor import acting, current_actor
from jcoc.trail.sealing.seals import Erased
from jcoc.trail.uploads import services
from jcoc.trail.uploads.models import Upload
from jcoc.trail.uploads.storage import Damaged

logger = logging.getLogger(__name__)

#: How long the address on the files' own host works: it stands for the log-in that this host does not know.
ELSEWHERE_S = 60
_signer = TimestampSigner(salt="uploads.elsewhere")


@allow(EVERYONE)
@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A file that the asking one may see; the same answer for one that is not there and one that is not for him."""
    upload = get_object_or_404(Upload.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    if settings.FILES_URL:
        address = reverse("uploads:elsewhere", args=[pk, signature_of(pk, current_actor())])
        answer = HttpResponseRedirect(settings.FILES_URL + address)
        answer["Cache-Control"] = "no-store"
        return answer
    return _serve(upload)


@allow(EVERYONE)
@require_safe
def elsewhere(request: HttpRequest, pk: uuid.UUID, signature: str) -> HttpResponse:
    """A file on the files' own host, for whom :func:`file` has just sent there, and entered as that one's reading."""
    try:
        principal = _signer.unsign(f"{pk}:{signature}", max_age=ELSEWHERE_S).split(":", 1)[1]
    except (BadSignature, IndexError):
        raise Http404 from None
    with acting(principal):
        return _serve(get_object_or_404(Upload.objects.filter(removed=None), pk=pk))


def signature_of(pk: uuid.UUID, principal: str) -> str:
    """What opens a file on the files' own host for a minute, in the name of a principal."""
    return _signer.sign(f"{pk}:{principal}").split(":", 1)[1]


def _serve(upload: Upload) -> HttpResponse:
    try:
        data = services.content(upload)
    except Erased:
        raise Http404 from None
    except Damaged:
        logger.exception("The file of upload %s", upload.pk)
        raise Http404 from None
    answer = HttpResponse(data, content_type=upload.media_type)
    # Only photos were drawn by us; anything else leaves the browser's window.
    shown = "inline" if upload.is_photo else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{upload.download_name}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-site" if settings.FILES_URL else "same-origin"
    kept_by = "no-store" if upload.subject is not None else "private, max-age=3600, immutable"
    answer["Cache-Control"] = kept_by
    return answer
