"""Everything that is held of one person, collected from every holding: to see it, and to take it along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from jcoc.people.privacy.models import ConsentEvent, Request
from jcoc.people.privacy.purposes import holdings, purpose_of
from jcoc.trail.audit.recording import record
from jcoc.trail.sealing import seals


def collect(subject: UUID) -> dict[str, Any]:
    """Plain values by holding, with the purposes they serve; that it was collected enters the trail first."""
    record("privacy.dossier_collect", "privacy.subject", [subject])
    return {
        "subject": str(subject),
        "collected": timezone.now().isoformat(),
        "holdings": [
            {
                "code": holding.code,
                "title": str(holding.title),
                "purposes": [_purpose(code) for code in holding.purposes],
                "rows": list(holding.describe(subject)),
            }
            for holding in reversed(holdings())  # who the person is comes first; it is erased last
        ],
        "consents": [
            {
                "purpose": str(purpose_of(event.purpose).title),
                "given": event.given,
                "at": event.at.isoformat(),
                "via": event.via,
                "text_version": event.text.version if event.text else None,
            }
            for event in ConsentEvent.objects.filter(subject=subject).select_related("text")
        ],
        "requests": [
            {"kind": asked.kind, "state": asked.state, "received": asked.received.isoformat()}
            | _written(asked)
            for asked in Request.objects.filter(subject=subject)
        ],
    }


def _written(asked: Request) -> dict[str, str]:
    """What the person wrote, and what was answered; nothing of who was erased."""
    filled = {name: column for name in ("words", "answer") if (column := getattr(asked, name))}
    try:
        texts = seals.open_many([column.item() for column in filled.values()], reason=seals.Reason.REQUEST)
    except seals.Erased:
        return {}
    return dict(zip(filled, texts, strict=True))


def _purpose(code: str) -> dict[str, str]:
    purpose = purpose_of(code)
    return {"code": code, "title": str(purpose.title), "basis": purpose.basis, "kept": str(purpose.kept)}
