"""Messages to a person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jcoc.trail.channels.models import Message
from jcoc.trail.channels.rendering import without_keys
from jcoc.trail.sealing import seals


def describe(subject: UUID) -> Iterable[dict[str, Any]]:
    messages = list(Message.objects.filter(subject=subject, content__isnull=False))
    texts = seals.open_many(
        [part.item() for message in messages for part in (message.address, message.content)],
        reason=seals.Reason.REQUEST,
    )
    for message, address, content in zip(messages, texts[::2], texts[1::2], strict=True):
        told = without_keys(json.loads(content))
        yield {
            _("when"): message.created.isoformat(),
            _("by which way"): message.get_channel_display(),
            _("to"): address,
            _("heading"): told["heading"],
            _("text"): told["text"],
        }
