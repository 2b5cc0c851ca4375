"""Signing the head, and verifying so that the result is kept. Entries themselves are written by recording.py alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from jcoc.trail.audit import heads, models, triggers
from jcoc.trail.audit.chain import GENESIS, instant
from jcoc.trail.audit.reading import head, verify_chain
from jcoc.trail.audit.recording import record
from jcoc.trail.audit.verifying import Verdict

Progress = Callable[[float, str], None]

VERIFIED, SIGNED, NOT_SIGNED, EXPORTED = (
    "audit.verified",
    "audit.head_signed",
    "audit.head_refused",
    "audit.export",
)
#: The kind that entries about the chain itself name.
CHAIN = "audit.chain"
#: So many faults are kept with a verification; the command tells the rest.
KEPT = 20


class NotSigned(RuntimeError):
    """The head was not signed; the text is a sentence."""


def _secret() -> bytes:
    # 43 URL-safe characters are 32 random bytes: the secret key of Ed25519.
    return base64.urlsafe_b64decode(settings.DATA_FOLDER.secret("audit_head_key") + "=")


def public_key() -> str:
    """The installation's public key for heads, in hexadecimal."""
    return heads.public_key_of(_secret())


def sign_head(progress: Progress = lambda _fraction, _text: None) -> heads.SignedHead:
    """Verify what came since the last signed head, sign the head and keep it.

    :class:`NotSigned` where the chain is not whole, which is entered as well.
    """
    last = models.SignedHead.objects.order_by("-seq").values_list("seq", "hash").first()
    verdict = verify_chain(progress, after=last or (0, GENESIS))
    if not verdict.whole:
        detail = {"faults": [[f.kind, f.seq, f.other] for f in verdict.faults[:KEPT]]}
        record(NOT_SIGNED, CHAIN, [verdict.seq], detail=detail)
        raise NotSigned(f"The head was not signed, for the chain is not whole: {verdict.faults[0]}")
    if verdict.seq == 0:
        raise NotSigned("There is nothing to sign: the audit trail has no entry yet.")
    now = timezone.now()
    city = str(import_string(settings.CITY_NAME)())
    signed = heads.sign(city, verdict.seq, verdict.hash, instant(now), _secret())
    with transaction.atomic():
        models.SignedHead.objects.create(
            seq=signed.seq, hash=signed.hash, at=now, document=signed.as_document()
        )
        record(SIGNED, CHAIN, [signed.seq])
    return signed


def verify_and_keep(progress: Progress = lambda _fraction, _text: None) -> Verdict:
    """Verify the whole chain and enter the result, which the auditor's page shows."""
    verdict = verify_chain(progress)
    detail: dict[str, Any] = {"entries": verdict.entries, "faults": len(verdict.faults) + verdict.untold}
    if verdict.faults:
        detail["first"] = [[f.kind, f.seq, f.other] for f in verdict.faults[:KEPT]]
    if missing := _missing_triggers():
        detail["triggers"] = missing
    record(VERIFIED, CHAIN, [verdict.seq], detail=detail)
    return verdict


def _missing_triggers() -> list[str]:
    from django.db import connection

    return triggers.missing(connection)


def state() -> dict[str, Any]:
    """How the chain stands: its head, the last verification and the last signed head."""
    seq, digest = head()
    last = models.Entry.objects.filter(action=VERIFIED).order_by("-seq").first()
    found = json.loads(last.detail) if last else {}
    return {
        "entries": seq,
        "hash": digest,
        "verified": last,
        "faults": found.get("faults", 0),
        "first": found.get("first", []),
        "triggers": found.get("triggers", []),
        "verified_entries": found.get("entries", 0),
        "signed": models.SignedHead.objects.first(),
    }
