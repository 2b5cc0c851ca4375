"""Erasure and retention: the course of a message stays, what it said and to whom goes."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import QuerySet

from jcoc.trail.audit.recording import watching, writing
from jcoc.trail.channels import states
from jcoc.trail.channels.models import Attempt, DeadAddress, Message, OptOut, State
from jcoc.trail.channels.services.steps import step
from jcoc.trail.sealing import seals


def forget(subject: uuid.UUID) -> int:
    """Take out of the messages to a person what they said and where they went; how many. Waiting ones are called off.

    The person's key is destroyed by whoever erases the person.
    """
    with writing("channels.forget"):
        count = _empty(Message.objects.filter(subject=subject))
        for rows in (OptOut.objects.filter(subject=subject), DeadAddress.objects.filter(subject=subject)):
            for row in rows:
                row.delete()
    return count


def forget_before(moment: datetime, *, dry_run: bool = False) -> int:
    """The same for messages made before a moment whose course has ended; how many it is or would be.

    Who opted out stays so. Keys that belong to one message alone are destroyed with it.
    """
    ended = [state for state in State.values if state not in states.OFF and state != State.SENDING]
    old = Message.objects.filter(created__lt=moment, state__in=ended, content__isnull=False)
    if dry_run:
        return old.count()
    alone = list(old.filter(of_person=False).values_list("subject", flat=True))
    with writing("channels.forget"):
        count = _empty(old)
        kept = {*OptOut.objects.values_list("subject", flat=True)}
        kept |= {*DeadAddress.objects.values_list("subject", flat=True)}
        for subject in alone:
            if subject not in kept:
                seals.destroy(subject)
    return count


def _empty(messages: QuerySet[Message]) -> int:
    keys = list(messages.values_list("pk", flat=True))
    for message in Message.objects.filter(pk__in=keys, state__in=states.OFF):
        step(message, State.CANCELLED, "erased")
    chosen = Message.objects.filter(pk__in=keys)
    with watching(chosen):
        chosen.update(address=None, content=None, address_index="", provider_id="")
    words = Attempt.objects.filter(message__in=keys, words__isnull=False)
    with watching(words):
        words.update(words=None)
    return len(keys)
