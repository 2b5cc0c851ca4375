"""Retention: what is older than its rule goes, after its summary was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jcoc.people.privacy.models import RetentionRun
from jcoc.people.privacy.purposes import Retention, retentions
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.sealing.services import cut_log


@dataclass(frozen=True)
class Due:
    """What a rule would remove now."""

    rule: Retention
    before: datetime
    rows: int


def due(now: datetime | None = None) -> list[Due]:
    """What each rule would remove, without removing it: the dry run."""
    now = now or timezone.now()
    return [Due(rule, now - rule.kept, rule.due(now - rule.kept)) for rule in retentions()]


def apply(now: datetime | None = None) -> list[RetentionRun]:
    """Remove what is due, rule by rule, each in a transaction of its own with its frozen summary."""
    now = now or timezone.now()
    runs = []
    for rule in retentions():
        before = now - rule.kept
        with writing("privacy.retention", detail={"rule": rule.code}):
            if not rule.due(before):
                continue
            summary = rule.freeze(before) if rule.freeze else {}
            removed = rule.remove(before)
            runs.append(
                RetentionRun.objects.create(
                    code=rule.code, at=now, before=before, removed=removed, summary=summary
                )
            )
            transaction.on_commit(cut_log)
            record("privacy.retention_run", "privacy.retention", [rule.code], detail={"rows": removed})
    return runs
