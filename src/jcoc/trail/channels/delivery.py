"""Sending one message: taken, opened, handed over, entered. No transaction is open while it is on its way."""

from __future__ import annotations

import json
import uuid

from jcoc.trail.channels import kinds, outlets, stopping
from jcoc.trail.channels.adapters.contract import End, Outcome, Parcel
from jcoc.trail.channels.models import Message
from jcoc.trail.channels.services import claim, finish
from jcoc.trail.sealing import seals


def deliver(pk: uuid.UUID) -> str:
    """Send a message that is due and that nobody else has; what it came to, as a code; empty where nothing was sent."""
    message = claim(pk)
    if message is None:
        return ""
    try:
        outcome = outlets.send(message.channel, _parcel(message))
    except seals.Erased:
        outcome = Outcome(End.NEVER, "erased")
    except Exception:
        finish(message, Outcome(End.LATER, "unexpected"))
        raise
    finish(message, outcome)
    return outcome.code


def _parcel(message: Message) -> Parcel:
    if not (message.address and message.content):
        raise seals.Erased(message.subject)
    address, content = seals.open_many(
        [message.address.item(), message.content.item()], reason=seals.Reason.DELIVERY
    )
    texts = json.loads(content)
    return Parcel(
        id=str(message.pk),
        to=address,
        heading=texts["heading"],
        text=texts["text"],
        html=texts["html"],
        stop_url="" if message.purpose == kinds.SERVICE else stopping.url(message.pk),
    )
