"""What comes back: delivery reports, bounces, opt-outs."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from jcoc.trail import phone
from jcoc.trail.audit.recording import writing
from jcoc.trail.channels import bounces, stopping
from jcoc.trail.channels.bounces import Notice
from jcoc.trail.channels.models import Call, Channel, DeadAddress, Message, OptOut, State
from jcoc.trail.channels.services.steps import step
from jcoc.trail.sealing import seals


def take_reply(number: str, reply_id: str) -> bool:
    """Whoever has this number asked for an end; all or nothing, so that a call which failed can come again.

    A reply whose id came before changes nothing: who came back since is not put out again. One without an id is taken
    each time, or the second wish of somebody who came back would be lost. False where it is no number.
    """
    with transaction.atomic():
        if reply_id and _worked_in(b"inbound" + reply_id.encode()):
            return True
        return opt_out_number(number, how="reply")


def _worked_in(proof: bytes) -> bool:
    """Note a reply by its id; True where the same came before."""
    Call.objects.filter(at__lt=timezone.now() - Call.KEPT).delete()
    try:
        with transaction.atomic():
            Call.objects.create(digest=hashlib.sha256(proof).hexdigest())
    except IntegrityError:
        return True
    return False


def note_report(provider_id: str, *, delivered: bool) -> bool:
    """Enter a gateway's report; False where no message has that id. What is settled stays as it is."""
    message = (
        Message.objects.filter(channel=Channel.GATEWAY, provider_id=provider_id).first()
        if provider_id
        else None
    )
    if message is None:
        return False
    if delivered:
        step(message, State.DELIVERED, "report-delivered")
    else:
        step(message, State.FAILED, "report-failed")
    return True


def note_bounce(notice: Notice) -> int:
    """Enter a delivery notification; how many of our messages it was about. A dead address gets nothing any more."""
    messages = Message.objects.filter(pk__in=notice.message_ids, channel=Channel.EMAIL)
    for message in messages:
        for report in notice.reports:
            words = f"{report.status} {report.diagnostic}".strip()
            if report.action == "failed":
                dead = bounces.is_dead(report)
                step(message, State.BOUNCED, "bounce-hard" if dead else "bounce-soft", words=words)
                if dead:
                    mark_dead(message)
            elif report.action == "delivered":
                step(message, State.DELIVERED, "bounce-delivered", words=words)
    return len(messages)


def mark_dead(message: Message) -> None:
    """Send nothing to the message's address any more."""
    known = DeadAddress.objects.filter(address_index__in=stopping.indexes(message))
    if not message.address_index or known.exists():
        return
    with writing("channels.address_dead", detail={"channel": message.channel}):
        DeadAddress.objects.create(
            message=message,
            subject=message.subject,
            address=message.address.blob,
            address_index=message.address_index,
        )


def lift(message: Message) -> None:
    """Let messages go to the message's address again."""
    with writing("channels.address_lift"):
        for dead in DeadAddress.objects.filter(address_index__in=stopping.indexes(message)):
            dead.delete()


def opt_out(message: Message, *, purpose: str | None, how: str) -> None:
    """The reader of a message wants no more of its kind, or with an empty purpose none but service messages.

    Again changes nothing.
    """
    if message.address_index:
        blob = message.address.blob
        assert blob is not None
        _opt_out(
            message.subject,
            blob,
            stopping.indexes(message),
            message.purpose if purpose is None else purpose,
            how,
        )


def opt_out_number(number: str, *, how: str) -> bool:
    """Whoever has this telephone number wants none but service messages; False where it is no number."""
    try:
        address = phone.e164(number)
    except phone.NotANumber:
        return False
    indexes = seals.blind_indexes(stopping.CONTEXT, address)
    written = Message.objects.filter(address_index__in=indexes).first()
    if written and written.address.blob:
        _opt_out(written.subject, written.address.blob, indexes, "", how)
        return True
    with writing("channels.opt_out", detail={"how": how}):
        subject = seals.new_subject()
        _opt_out(subject, seals.seal(subject, stopping.CONTEXT, address), indexes, "", how)
    return True


def _opt_out(subject: uuid.UUID, address: bytes, indexes: Sequence[str], purpose: str, how: str) -> None:
    if OptOut.objects.filter(address_index__in=indexes, purpose=purpose).exists():
        return
    with writing("channels.opt_out", detail={"how": how, "purpose": purpose}):
        OptOut.objects.create(
            subject=subject, address=address, address_index=indexes[0], purpose=purpose, how=how
        )


def opt_in(message: Message) -> None:
    """The reader of a message takes back every opt-out of the address."""
    if not message.address_index:
        return
    with writing("channels.opt_in"):
        for choice in OptOut.objects.filter(address_index__in=stopping.indexes(message)):
            choice.delete()
