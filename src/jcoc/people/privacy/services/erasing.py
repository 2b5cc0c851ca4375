"""Erasing a person: every holding lets go, the key is destroyed, and the account of it stays."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jcoc.people.privacy.models import Erasure, Request
from jcoc.people.privacy.purposes import holdings
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.sealing import seals
from jcoc.trail.sealing.services import cut_log


def erase(subject: UUID, request: Request | None = None) -> int:
    """Let every holding remove what it has of a subject and destroy the key; how many rows went.

    The audit trail, hashes and frozen summaries stay: they hold the opaque id only. A second call finds nothing.
    """
    with writing("privacy.erase"):
        rows = sum(holding.erase(subject) for holding in holdings())
        seals.destroy(subject)
        Erasure.objects.update_or_create(
            subject=subject, defaults={"at": timezone.now(), "request": request, "rows": rows}
        )
        transaction.on_commit(cut_log)  # what was overwritten still stands in SQLite's log
        record("privacy.erased", "privacy.subject", [subject], detail={"rows": rows})
    return rows


def export_erasures(since: datetime | None = None) -> Iterable[str]:
    """One line of JSON for each erased subject, to be applied again after a restore from an older backup."""
    rows = Erasure.objects.order_by("at")
    for erasure in rows.filter(at__gte=since) if since else rows:
        yield json.dumps({"subject": str(erasure.subject), "at": erasure.at.isoformat()})


def apply_erasures(lines: Iterable[str]) -> int:
    """Erase again whom these lines name; how many had come back. ``ValueError`` names the line that cannot be read."""
    again = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            subject = UUID(json.loads(line)["subject"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(f"Line {number} is not an erasure: {line.strip()[:80]!r}.") from None
        if erase(subject):
            again += 1
    return again
