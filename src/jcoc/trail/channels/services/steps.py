"""One step of a message: by compare-and-set, so that of two who take the same step one does."""

from __future__ import annotations

from typing import Any

from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import watching, writing
from jcoc.trail.channels import states
from jcoc.trail.channels.models import Attempt, Channel, Message, State
from jcoc.trail.tasks.api import enqueue


def enqueue_delivery(message: Message, *, again: str = "") -> None:
    """Ask for a worker, once for each time that the message waits; letters wait for a printer instead."""
    from jcoc.trail.channels.background import deliver  # which itself takes steps

    if message.state == State.QUEUED and message.channel != Channel.LETTER:
        key = f"message {message.pk} {message.version}{again}"
        enqueue(deliver, run_after=message.due, key=key, message=str(message.pk))


def step(message: Message, to: str, code: str, *, words: str = "", **columns: Any) -> bool:
    """Take one step in a message's course; False where it may not be taken, or somebody else was first."""
    if to not in states.STEPS[message.state]:
        return False
    number = message.version + 1
    with writing(f"channels.message_{to}", detail={"code": code, "channel": message.channel}):
        rows = Message.objects.filter(pk=message.pk, version=message.version)
        with watching(rows):
            taken = rows.update(state=to, version=number, **columns)
        if not taken:
            return False
        attempt = Attempt(message=message, number=number, by=current_actor(), state=to, code=code)
        if words and message.content:
            attempt.words = words[:1000]
        attempt.save(force_insert=True)
        message.refresh_from_db(fields=["state", "version", *columns])
        enqueue_delivery(message)
    return True
