"""Who opened what of a person, read back from the audit trail."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise

from jcoc.people.identity.models import WORDS
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.words import actor_names
from jcoc.trail.sealing.seals import Reason

#: More than these stand in the audit trail.
SHOWN = 50
_LABELS = {f"identity.person.{name}": words for name, words in WORDS.items()}


class Opening(NamedTuple):
    at: datetime
    who: str
    what: list[str | Promise]
    reason: str | Promise
    note: str


def of(subject: uuid.UUID) -> list[Opening]:
    """The newest openings of a person's sealed values, newest first."""
    entries = list(
        Entry.objects.filter(kind="sealing.subject", object=str(subject), action="sealing.opened")
        .select_related("words")
        .order_by("-seq")[:SHOWN]
    )
    names = actor_names(entry.actor for entry in entries)
    openings = []
    for entry in entries:
        detail = json.loads(entry.detail)
        what = [_LABELS.get(context, context) for context in detail["what"]]
        words = getattr(entry, "words", None)
        openings.append(
            Opening(
                entry.at,
                names.get(entry.actor, entry.actor),
                what,
                Reason(detail["reason"]).label,
                words.text if words else "",
            )
        )
    return openings
