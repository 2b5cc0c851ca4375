"""Bring what the programmes declare into the database, when the centre starts."""

from __future__ import annotations

import logging
from datetime import date

from django.db import IntegrityError

from jcoc.contract import registry
from jcoc.contract.models import Enrolment, as_kept
from jcoc.contract.programme import Programme
from jcoc.indicators.services.declaring import Refused, declare
from jcoc.trail.audit.recording import writing

logger = logging.getLogger(__name__)


def codes() -> set[str]:
    """Of all programmes that are installed, and of those that were."""
    return registry.installed_codes() | set(Enrolment.objects.values_list("code", flat=True))


def bring_in(today: date) -> None:
    """Enrol each programme that runs with its indicators, and retire those of one that is no longer installed.

    A programme that is kept out, which the log names here, has not left: what it declared before stands. Where nothing
    has changed since, nothing is written.
    """
    for fault in registry.faults():
        logger.error("Kept out: %s", fault)
    for programme in registry.programmes():
        try:
            _enrol(programme, today)
        except (
            IntegrityError
        ):  # another server of the same database enrolled it first: now its row is there to lock
            _enrol(programme, today)
    for gone in Enrolment.objects.filter(left=None).exclude(code__in=registry.installed_codes()):
        with writing("contract.leave"):
            declare(gone.code, [], today=today)
            gone.left, gone.refused = today, ""
            gone.save(update_fields=["left", "refused"])


@writing("contract.enrol")
def _enrol(programme: Programme, today: date) -> None:
    kept = Enrolment.objects.select_for_update().filter(code=programme.code).first()
    if kept is None:
        kept = Enrolment.objects.create(
            code=programme.code, name_id=programme.name.id, name_en=programme.name.en, since=today
        )
    wanted = {
        "name_id": programme.name.id,
        "name_en": programme.name.en,
        "refused": _declare(programme, today),
        "left": None,
    }
    changed = [field for field, value in wanted.items() if getattr(kept, field) != value]
    for field in changed:
        setattr(kept, field, wanted[field])
    if changed:
        kept.save(update_fields=changed)


def _declare(programme: Programme, today: date) -> str:
    """Why the indicators were refused, as an enrolment keeps it; empty where they stand."""
    try:
        declare(programme.code, programme.indicators, today=today)
    except Refused as refused:
        logger.error("%s: its indicators stand as they were: %s", programme.code, refused)
        return as_kept(refused.faults)
    return ""
