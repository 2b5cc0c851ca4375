"""The answer to a request, sent to the person by the way the person wants."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import override

from jcoc.people.identity.models import Person
from jcoc.people.identity.reaching import Reach, reach
from jcoc.people.privacy.models import Request
from jcoc.trail.channels import services as channels
from jcoc.trail.channels.models import Message

KIND = "privacy.answer"
LANGUAGE = "id"


def reach_of(subject: UUID) -> Reach | None:
    """Where an answer can go; None where nothing is recorded, or the person hears in person only. Before writing."""
    person = Person.objects.filter(pk=subject, erased=None).first()
    try:
        return reach(person) if person else None
    except ValidationError:
        return None


def tell(request: Request, answer: str, where: Reach) -> Message:
    """Write the answer into the outbox, with what was asked for and how it stands."""
    with override(LANGUAGE):
        asked, state = str(request.get_kind_display()), str(request.get_state_display())
    return channels.send(
        KIND,
        subject=request.subject,
        address=where.address,
        channel=where.channel,
        language=LANGUAGE,
        context={"name": where.name, "asked": asked, "state": state, "answer": answer},
    )
