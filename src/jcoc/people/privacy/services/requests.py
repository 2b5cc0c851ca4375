"""Requests of persons: received, taken up, done or refused, each step a row; what a request asks for is done here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.people.privacy.models import (
    OPEN_STATES,
    Request,
    RequestKind,
    RequestState,
    RequestStep,
    Restriction,
)
from jcoc.people.privacy.purposes import holdings
from jcoc.people.privacy.services import answering, erasing
from jcoc.trail.actor import current_actor
from jcoc.trail.audit.recording import watching, writing
from jcoc.trail.channels.models import Message

#: So many open requests of a person for the same: two corrections are two things, a hundred are one complaint.
MOST_OPEN = 3


class TakenMeanwhile(RuntimeError):
    """Somebody else changed the request in between."""


def receive(subject: UUID, kind: str, *, via: str, words: str = "", purpose: str = "") -> Request:
    """Put a request into the queue; its clock starts now.

    Who asks for the same (kind and purpose) again while it is open has asked once; words go to the open one that has
    none. Beside one with words stands another with other words, up to MOST_OPEN, then `ValidationError`.
    """
    words = words.strip()
    with writing("privacy.request_receive", detail={"kind": RequestKind(kind).value}):
        rows = Request.objects.filter(subject=subject, kind=kind, purpose=purpose, state__in=OPEN_STATES)
        standing: list[Request] = list(rows.select_for_update())
        if standing and not words:
            return standing[0]
        for open_one in standing:
            if not open_one.words:
                open_one.words = words
                open_one.save(update_fields=["words"])
                return open_one
        if len(standing) >= MOST_OPEN:
            raise ValidationError(
                _("%(count)d requests for this are open already. They are answered first.")
                % {"count": len(standing)}
            )
        request = Request.objects.create(
            subject=subject,
            kind=RequestKind(kind),
            purpose=purpose,
            received=timezone.now(),
            via=via,
            words=words,
        )
        _step(request, "", RequestState.RECEIVED)
    return request


def take_up(request: Request) -> None:
    """Say that somebody works on it."""
    _move(request, (RequestState.RECEIVED,), RequestState.IN_WORK)


def refuse(request: Request, answer: str) -> None:
    """Refuse with the words that the person gets; the law asks for a reason."""
    if not answer.strip():
        raise ValidationError(_("A refusal needs a reason that the person can read."))
    where = answering.reach_of(request.subject)
    with writing("privacy.request_refuse"):
        _answer(request, answer)
        _move(request, OPEN_STATES, RequestState.REFUSED)
        if where:
            answering.tell(request, answer, where)


def answer_before_erasing(request: Request, answer: str) -> Message:
    """Send the answer while there is somebody to send it to; the request stays open, to be fulfilled afterwards.

    Erasing empties the message and calls off one that still waits. ``ValidationError`` where the answer is missing, or
    there is no way to the person: then it is handed over by hand.
    """
    if not answer.strip():
        raise ValidationError(_("Write the answer first."))
    where = answering.reach_of(request.subject)
    if where is None:
        raise ValidationError(
            _("There is no way recorded to reach this person: hand the answer over yourself.")
        )
    with writing("privacy.request_answer"):
        if request.state == RequestState.RECEIVED:
            _move(request, (RequestState.RECEIVED,), RequestState.IN_WORK)
        _answer(request, answer)
        return answering.tell(request, answer, where)


def fulfil(request: Request, answer: str = "") -> dict[str, Any]:
    """Do what the request asks for and close it; what was done, in small facts.

    To see, to export and to correct is done by the person or the officer on the pages; here it is closed. The answer
    goes to the person by the preferred way where there is one; of an erasure it goes before.
    """
    where = answering.reach_of(request.subject) if answer and request.kind != RequestKind.ERASE else None
    with writing("privacy.request_fulfil", detail={"kind": request.kind}):
        if request.kind == RequestKind.RESTRICT:
            Restriction.objects.create(subject=request.subject, since=timezone.now(), request=request)
        done: dict[str, Any] = {}
        if request.kind == RequestKind.WITHDRAW:
            done["stopped"] = [
                holding.code
                for holding in holdings()
                if holding.stop and request.purpose in holding.purposes
                if holding.stop(request.subject, request.purpose) is None
            ]
        if answer:
            _answer(request, answer)
        _move(request, OPEN_STATES, RequestState.DONE)
        if where:
            answering.tell(request, answer, where)
        if request.kind == RequestKind.ERASE:
            for other in Request.objects.filter(subject=request.subject, state__in=OPEN_STATES):
                _move(other, OPEN_STATES, RequestState.DONE)  # nothing is left to do it to
            done["rows"] = erasing.erase(request.subject, request)
    return done


def lift_restriction(restriction: Restriction) -> None:
    """Use the data again."""
    if restriction.until is None:
        with writing("privacy.restriction_lift"):
            restriction.until = timezone.now()
            restriction.save(update_fields=["until"])


def _answer(request: Request, answer: str) -> None:
    request.answer = answer
    request.save(update_fields=["answer"])


def _move(request: Request, before: tuple[str, ...], after: RequestState) -> None:
    with writing(f"privacy.request_{after}"):
        seen = request.state
        rows = Request.objects.filter(pk=request.pk, state=seen, state__in=before)
        closed = timezone.now() if after not in OPEN_STATES else None
        with watching(Request.objects.filter(pk=request.pk)):
            if not rows.update(state=after, closed=closed):
                raise TakenMeanwhile(_("This request was changed in between. Look at it again."))
        request.state, request.closed = after, closed
        _step(request, seen, after)


def _step(request: Request, before: str, after: RequestState) -> None:
    RequestStep.objects.create(
        request=request, at=timezone.now(), actor=current_actor(), before=before, after=after
    )
