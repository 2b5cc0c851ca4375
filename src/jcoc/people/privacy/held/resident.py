"""The register of residents, and the words that officers wrote beside the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jcoc.people.identity.models import SEALED, Person
from jcoc.people.identity.services import erase_person
from jcoc.trail.audit.models import Note
from jcoc.trail.sealing import seals


def describe(subject: UUID) -> Iterable[dict[str, Any]]:
    """Every column in plain text; that they were opened is entered."""
    person = Person.objects.filter(pk=subject, erased=None).select_related("place").first()
    if person is None:
        return
    columns = [(name, getattr(person, name)) for name in SEALED]
    filled = [(name, column) for name, column in columns if column]
    texts = seals.open_many([column.item() for _name, column in filled], reason=seals.Reason.REQUEST)
    row = {
        str(Person._meta.get_field(name).verbose_name): text  # type: ignore[union-attr]
        for (name, _column), text in zip(filled, texts, strict=True)
    }
    yield row | {
        _("kelurahan"): person.place.name if person.place else None,
        _("registered"): person.registered.isoformat(),
    }


def erase(subject: UUID) -> int:
    person = Person.objects.filter(pk=subject, erased=None).first()
    if person is None:
        return 0
    erase_person(person)
    return 1


def describe_notes(subject: UUID) -> Iterable[dict[str, Any]]:
    for note in Note.objects.filter(entry__object=str(subject)).select_related("entry"):
        yield {_("reason"): note.text, _("when"): note.entry.at.isoformat()}


def erase_notes(subject: UUID) -> int:
    return int(Note.objects.filter(entry__object=str(subject)).delete()[0])
