"""From messages to the sheets that adapters/letter.py sets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import dateformat, timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jcoc.trail import compute
from jcoc.trail.channels import outlets
from jcoc.trail.channels.adapters.letter import Letter, compile_letters
from jcoc.trail.channels.models import Message
from jcoc.trail.sealing import seals

#: Letters in one batch: what a worker sets in some seconds, and what a person puts into envelopes in one go.
MOST = 200
_STEP = re.compile(r"\d+[.)]\s+")


def set_letters(messages: Sequence[Message]) -> bytes:
    """The letters as one PDF, in the order given; each opened under its person's name in the audit trail.

    Those whose person was erased meanwhile are left out; ``LookupError`` where none remains.
    """
    kept = [message for message in messages if message.address and message.content]
    while kept:
        items = [item for message in kept for item in (message.address.item(), message.content.item())]
        try:
            opened = seals.open_many(items, reason=seals.Reason.DELIVERY)
            break
        except seals.Erased as erased:
            kept = [message for message in kept if message.subject != erased.subject]
    else:
        raise LookupError("No letter is left to print.")
    sheets = [
        sheet(message, opened[2 * number], json.loads(opened[2 * number + 1]))
        for number, message in enumerate(kept)
    ]
    mark = _("DEMONSTRATION EXAMPLE") if outlets.never_sends() else ""
    return compute.run(compile_letters, sheets, sender(), mark).result()


def sender() -> str:
    """Who stands above the address: as it is set, or else the city's government."""
    return settings.LETTER_SENDER or import_string(settings.GOVERNMENT_NAME)() or "JCOC"


def sheet(message: Message, address: str, content: Mapping[str, Any]) -> Letter:
    """One letter: lines that begin with a number and a dot are its steps, other blocks its paragraphs."""
    steps, paragraphs = [], []
    for block in re.split(r"\n\s*\n", content["text"].strip()):
        lines = block.splitlines()
        if all(_STEP.match(line) for line in lines):
            steps += [_STEP.sub("", line, count=1) for line in lines]
        else:
            paragraphs.append(" ".join(line.strip() for line in lines))
    context = content["context"]
    with translation.override(message.language):
        return Letter(
            language=message.language,
            address=address.splitlines(),
            date=dateformat.format(timezone.localtime(message.created), "j F Y"),
            heading=content["heading"],
            paragraphs=paragraphs,
            code_label=_("Your code"),
            code=context.get("code", ""),
            link=context.get("link", ""),
            link_label=_("Address, also as a code to scan with a telephone:"),
            steps_label=_("How to use it"),
            steps=steps,
            reference=_("Letter %(id)s") % {"id": str(message.pk)[:8]},
        )
