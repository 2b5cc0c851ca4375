"""A message's course: written into the outbox with what caused it, taken by one worker, sent, tried again, given up.

At least once: a worker that dies between the other side's yes and our commit leaves the message claimed; when the
claim runs out it is sent again, under the same id, by which a gateway or a mail server can know the copy.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import writing
from jcoc.trail.channels import backoff, kinds, outlets, states, stopping
from jcoc.trail.channels.adapters.contract import End, Outcome
from jcoc.trail.channels.addresses import BadAddress, normal
from jcoc.trail.channels.models import Attempt, Channel, DeadAddress, Message, OptOut, State
from jcoc.trail.channels.rendering import render
from jcoc.trail.channels.services import returns
from jcoc.trail.channels.services.steps import enqueue_delivery, step
from jcoc.trail.sealing import seals

#: Longer than any adapter takes, so that a claim does not run out under a worker that is only slow.
CLAIM = timedelta(minutes=10)
#: What is due so long without having been taken is put into the queue once more.
FORGOTTEN = timedelta(minutes=10)


def send(
    kind: str,
    *,
    subject: uuid.UUID | None,
    address: str,
    channel: str,
    language: str,
    context: Mapping[str, str],
) -> Message:
    """Write a message into the outbox, in the transaction that is open; a worker sends it after the commit.

    `subject` is the person it is to, under whose key it is sealed; None for an address without one. An address that
    nothing can go to, an opt-out or a channel that is not set up is no error: the message stands in the outbox and
    says so. `LookupError` for an unknown kind, `ValueError` for a value that is missing, `Erased` for a person who is
    no more.
    """
    declared, pk = kinds.named(kind), uuid.uuid4()
    texts = render(declared, channel, language, context, "" if declared.service else stopping.url(pk))
    try:
        where, fault = normal(channel, address), ""
    except BadAddress as bad:
        where, fault = address, bad.code
    now = timezone.now()
    with writing("channels.message_make", detail={"kind": kind, "channel": channel}):
        of_person, subject = subject is not None, subject or seals.new_subject()
        with seals.holding([subject]):
            message = Message(
                id=pk,
                by=current_actor(),
                kind=kind,
                purpose=declared.purpose,
                programme=declared.programme,
                channel=Channel(channel),
                language=language,
                subject=subject,
                of_person=of_person,
                address=where,
                address_index="" if fault else seals.blind_index(stopping.CONTEXT, where),
                content=json.dumps(texts._asdict() | {"context": dict(context)}, ensure_ascii=False),
                expires=now + declared.valid_for if declared.valid_for else None,
                due=now,
            )
        state, code = _beginning(message, fault)
        message.state = state
        message.save(force_insert=True)
        Attempt.objects.create(message=message, number=0, by=message.by, state=state, code=code)
        enqueue_delivery(message)
    return message


def _beginning(message: Message, fault: str) -> tuple[str, str]:
    if fault:
        return State.FAILED, fault
    if barred := _barred(message):
        return State.SUPPRESSED, barred
    if held := outlets.why_held(message.channel):
        return State.HELD, held
    return State.QUEUED, "made"


def _barred(message: Message) -> str:
    """Why nothing of this may go to the address: a code of words.py, or empty."""
    with_index = Q(address_index__in=stopping.indexes(message))
    if DeadAddress.objects.filter(with_index).exists():
        return "dead"
    if message.purpose != kinds.SERVICE:
        purposes = ["", message.purpose]
        if OptOut.objects.filter(with_index, purpose__in=purposes).exists():
            return "opted-out"
    if message.of_person and message.purpose != kinds.SERVICE:
        may = (import_string(path)(message.subject, message.purpose) for path in settings.ASK_BEFORE_WRITING)
        return "" if all(may) else "no-basis"
    return ""


def claim(pk: uuid.UUID) -> Message | None:
    """Take a message to send it; None where there is nothing to do: taken, called off, barred, out of time."""
    message = Message.objects.filter(pk=pk, state=State.QUEUED).first()
    now = timezone.now()
    if message is None or (message.due and message.due > now):
        return None
    if refused := _refusal(message):
        step(message, *refused)
        return None
    if held := outlets.why_held(message.channel):
        step(message, State.HELD, held)
        return None
    return message if step(message, State.SENDING, "taken", claimed_until=now + CLAIM) else None


def _refusal(message: Message) -> tuple[str, str] | None:
    if message.expires and message.expires <= timezone.now():
        return State.FAILED, "expired"
    barred = _barred(message)
    return (State.SUPPRESSED, barred) if barred else None


def finish(message: Message, outcome: Outcome) -> bool:
    """Enter what a try came to: sent, tried again later, or given up."""
    columns: dict[str, Any] = {"claimed_until": None}
    if outcome.end is End.SENT:
        done = step(
            message,
            State.SENT,
            outcome.code,
            words=outcome.words,
            provider_id=outcome.provider_id,
            **columns,
        )
    elif outcome.end is End.NEVER:
        done = step(message, State.FAILED, outcome.code, words=outcome.words, **columns)
    else:
        columns["tries"] = message.tries + 1
        due = timezone.now() + timedelta(seconds=backoff.wait(message.tries + 1, outcome.after_s))
        if columns["tries"] >= backoff.TRIES or (message.expires and due >= message.expires):
            done = step(message, State.FAILED, outcome.code, words=outcome.words, **columns)
        else:
            done = step(message, State.QUEUED, outcome.code, words=outcome.words, due=due, **columns)
    if outcome.dead:
        returns.mark_dead(message)
    return done


def retry(message: Message) -> bool:
    """Have a message sent again from the beginning; False where it is on its way, or would go nowhere."""
    if message.state not in states.AGAIN or not message.content or not message.address_index:
        return False
    if outlets.why_held(message.channel) or _refusal(message):
        return False
    return step(message, State.QUEUED, "again", due=timezone.now(), tries=0, batch=None)


def cancel(message: Message) -> bool:
    """Call a message off that nobody has taken yet."""
    return message.state in states.OFF and step(message, State.CANCELLED, "called-off")


def take_back_lost() -> int:
    """Let messages be sent again whose worker went away; how many. One that does so each time is given up."""
    lost = Message.objects.filter(state=State.SENDING, claimed_until__lt=timezone.now())
    moved = 0
    for message in lost:
        tries = message.tries + 1
        state = State.FAILED if tries >= backoff.TRIES else State.QUEUED
        moved += step(message, state, "lost", due=timezone.now(), tries=tries, claimed_until=None)
    return moved


def due_without_worker() -> int:
    """Put messages into the queue once more that are due for long; how many. At most once an hour each."""
    now = timezone.now()
    waiting = Message.objects.filter(state=State.QUEUED, due__lt=now - FORGOTTEN).exclude(
        channel=Channel.LETTER
    )
    for message in waiting:
        enqueue_delivery(message, again=f" {now:%Y%m%d%H}")
    return len(waiting)


def make_batch(letters: Iterable[Message]) -> tuple[uuid.UUID, int]:
    """Put waiting letters into one batch to print; its id, and how many are in it. What may not go is left out."""
    batch, taken = uuid.uuid4(), 0
    with writing("channels.batch_make"):
        for letter in letters:
            if letter.channel != Channel.LETTER or letter.state != State.QUEUED:
                continue
            if refused := _refusal(letter):
                step(letter, *refused)
            else:
                taken += step(letter, State.SENT, "printed", batch=batch)
    return batch, taken
