"""What jcoc itself holds of people, below the programmes. Each programme has such a module for what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.people.identity.models import SEALED, Person
from jcoc.people.identity.services import erase_person
from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.models import OPEN_STATES, Request
from jcoc.people.privacy.purposes import Basis, Holding, Purpose, Retention, declare
from jcoc.trail.audit.models import Note
from jcoc.trail.sealing import seals
from jcoc.trail.uploads import services as uploads
from jcoc.trail.uploads.models import Upload

declare(
    Purpose(
        "residents",
        gettext_lazy("Register of residents who take part in the city's programmes"),
        Basis.PUBLIC_TASK,
        (
            DataKind.NAME,
            DataKind.CONTACT,
            DataKind.IDENTITY_NUMBER,
            DataKind.BIRTH_DATE,
            DataKind.FINANCIAL,
            DataKind.CHILD,
        ),
        gettext_lazy("while the person takes part, and until erased on request"),
    ),
    Purpose(
        "accounts",
        gettext_lazy("Accounts and log-ins"),
        Basis.PUBLIC_TASK,
        (DataKind.NAME, DataKind.LOG_IN),
        gettext_lazy("while the account is open; the audit trail keeps an opaque number"),
        even_restricted=True,
    ),
    Purpose(
        "rights",
        gettext_lazy("Requests about personal data"),
        Basis.LEGAL_DUTY,
        (DataKind.WORDS,),
        gettext_lazy("five years after the answer"),
        even_restricted=True,
    ),
    Purpose(
        "news",
        gettext_lazy("News and invitations of the city"),
        Basis.CONSENT,
        (DataKind.NAME, DataKind.CONTACT),
        gettext_lazy("until you withdraw"),
        {
            "id": "Kami mengirim kabar dan undangan kegiatan kota lewat SMS, WhatsApp, atau surel yang Anda berikan. "
            "Nomor dan alamat itu tidak kami berikan kepada pihak lain. Anda dapat menarik persetujuan ini kapan saja "
            "di halaman ini atau dengan membalas BERHENTI.",
            "en": "We send news and invitations of the city by the SMS, WhatsApp or e-mail address you gave. We give "
            "it to nobody else. You can withdraw this consent at any time on this page or by replying STOP.",
        },
    ),
)


def _resident(subject: UUID) -> Iterable[dict[str, Any]]:
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


def _erase_resident(subject: UUID) -> int:
    person = Person.objects.filter(pk=subject, erased=None).first()
    if person is None:
        return 0
    erase_person(person)
    return 1


def _account(subject: UUID) -> Iterable[dict[str, Any]]:
    person = Person.objects.filter(pk=subject).select_related("account").first()
    if person and person.account:
        account = person.account
        yield {
            _("log-in name"): account.username,
            _("made"): account.date_joined.isoformat(),
            _("last log-in"): account.last_login.isoformat() if account.last_login else None,
        }


def _files(subject: UUID) -> Iterable[dict[str, Any]]:
    for upload in Upload.objects.filter(subject=subject, removed=None):
        yield {
            _("file"): upload.download_name,
            _("size in bytes"): upload.size,
            _("received"): upload.created.isoformat(),
        }


def _erase_notes(subject: UUID) -> int:
    """Words beside the audit trail that tell of this person."""
    return int(Note.objects.filter(entry__object=str(subject)).delete()[0])


declare(
    Holding(
        "notes",
        gettext_lazy("Reasons that officers wrote beside the audit trail"),
        ("residents",),
        lambda subject: (
            {_("reason"): note.text, _("when"): note.entry.at.isoformat()}
            for note in Note.objects.filter(entry__object=str(subject)).select_related("entry")
        ),
        _erase_notes,
    ),
    Holding("files", gettext_lazy("Files about the person"), ("residents",), _files, uploads.remove_of),
    Holding(
        "resident", gettext_lazy("Register of residents"), ("residents", "news"), _resident, _erase_resident
    ),
    Retention(
        "requests",
        gettext_lazy("Closed requests about personal data"),
        timedelta(days=5 * 365),
        gettext_lazy("the city must be able to show how it answered"),
        due=lambda before: Request.objects.filter(closed__lt=before).exclude(state__in=OPEN_STATES),
        freeze=lambda rows: dict(
            rows.order_by()
            .values_list("kind")
            .annotate(count=models.Count("pk"))
            .values_list("kind", "count")
        ),
        remove=lambda rows: int(rows.delete()[0]),
    ),
)
