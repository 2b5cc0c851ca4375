"""The only code that writes receipts and field phones."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.trail.audit.digests import keyed
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import writing
from jcoc.trail.receipts.models import FieldPhone, Receipt

KEY_FIELD = "idempotency_key"
_LEFT_OUT = frozenset({KEY_FIELD, "csrfmiddlewaretoken"})
_SEEN_EVERY = timedelta(minutes=10)


class AlreadyDone(Exception):
    """The work of this key was done before; `receipt` says what was answered."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(str(receipt.key))
        self.receipt = receipt


class KeyReused(Exception):
    """The key came before with something else."""


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """The key of a request, from its header or field; ``ValueError`` where it is not a UUID."""
    text = request.headers.get("Idempotency-Key", "").strip().strip('"') or request.POST.get(KEY_FIELD, "")
    return uuid.UUID(text) if text else None


def digest_of(request: HttpRequest) -> str:
    """The same for the same fields and files at the same path, however the browser wrote them down."""
    fields = [[name, values] for name, values in sorted(request.POST.lists()) if name not in _LEFT_OUT]
    files = [[name, [_file_digest(f) for f in held]] for name, held in sorted(request.FILES.lists())]
    return keyed(json.dumps([request.path, fields, files], ensure_ascii=False).encode())


def _file_digest(file: UploadedFile[bytes]) -> str:
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _account(request: HttpRequest) -> str:
    principal = getattr(request, "principal", None)
    return principal.id if principal else "nobody"


def look_up(request: HttpRequest, key: uuid.UUID) -> None:
    """:class:`AlreadyDone` or :class:`KeyReused` where the key is known; nothing is locked."""
    if found := Receipt.objects.filter(account=_account(request), key=key).first():
        raise _as_before(found, request)


def _as_before(found: Receipt, request: HttpRequest) -> Exception:
    same = found.path == request.path and found.digest == digest_of(request)
    return AlreadyDone(found) if same else KeyReused()


class Claim:
    """A key that this request works under; `keep` writes down the answer."""

    def __init__(self, receipt: Receipt | None) -> None:
        self._receipt = receipt
        self.kept = False

    def keep(self, answer: HttpResponse) -> HttpResponse:
        """Keep a redirect or a JSON answer; a refusal is not kept, so that it may be asked again."""
        if self._receipt is None:
            return answer
        if answer.status_code >= 400:
            self._receipt.delete()
            return answer
        self._receipt.answer = _to_keep(answer)
        self._receipt.save(update_fields=["answer"])
        self.kept = True
        return answer


def _to_keep(answer: HttpResponse) -> dict[str, Any]:
    if 300 <= answer.status_code < 400:
        return {"location": answer.headers["Location"]}
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        return {"status": answer.status_code, "body": json.loads(answer.content)}
    raise TypeError("What is done once answers with a redirect or with JSON: a page cannot be kept.")


@contextmanager
def claimed(request: HttpRequest) -> Iterator[Claim]:
    """A transaction for the work of this request's key; whoever comes second waits and meets AlreadyDone."""
    claim: Claim | None = getattr(request, "claim", None)
    if claim is not None:
        yield claim
        return
    key = key_of(request)
    digest = digest_of(request) if key else ""
    with transaction.atomic():
        receipt = None
        if key:
            receipt, new = Receipt.objects.get_or_create(
                account=_account(request), key=key, defaults={"path": request.path, "digest": digest}
            )
            if not new:
                raise _as_before(receipt, request)
        request.claim = Claim(receipt)  # type: ignore[attr-defined]
        yield request.claim  # type: ignore[attr-defined]


def forget_old() -> int:
    """Clear away receipts that nothing will ask for again; how many."""
    before = timezone.now() - timedelta(days=settings.RECEIPT_DAYS)
    return Receipt.objects.filter(at__lt=before).delete()[0]


def add_phone(account: Any, name: str) -> tuple[FieldPhone, str]:
    """Make a phone of an account; its token is returned here once and never again."""
    token = secrets.token_urlsafe(32)
    phone = FieldPhone(account=account, name=name.strip(), digest=_digest(token))
    if not phone.name:
        raise ValidationError(_("Give the phone a name, such as its make."))
    phone.full_clean()
    with writing("receipts.phone_add"):
        phone.save()
    return phone, token


def revoke_phone(phone: FieldPhone) -> None:
    """End a phone: at its next contact it is told so, and wipes what lies on it."""
    with writing("receipts.phone_revoke"):
        if phone.revoked is None:
            phone.revoked = timezone.now()
            phone.save(update_fields=["revoked"])


def revoke_phones(account: Any) -> None:
    """End all phones of an account."""
    for phone in FieldPhone.objects.filter(account=account, revoked=None):
        revoke_phone(phone)


def phone_of(token: str) -> FieldPhone | None:
    """The phone of a token, revoked or not; None where there is none, or it was not seen for too long."""
    phone = FieldPhone.objects.select_related("account").filter(digest=_digest(token)).first()
    if phone is None:
        return None
    now = timezone.now()
    last = phone.last_seen or phone.created
    if phone.revoked is None and now - last > timedelta(days=settings.FIELD_PHONE_DAYS):
        return None
    if phone.revoked is None and (phone.last_seen is None or now - last > _SEEN_EVERY):
        phone.last_seen = now
        with unguarded():
            phone.save(update_fields=["last_seen"])
    return phone


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
