"""What jcoc itself does with data of people, below the programmes. Each programme has such a module of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy

from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.privacy.held import account, files, messages, resident
from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.models import OPEN_STATES, Request
from jcoc.people.privacy.purposes import Basis, Holding, Purpose, Retention, declare
from jcoc.trail.channels import services as channels
from jcoc.trail.receipts import services as receipts
from jcoc.trail.receipts.models import Receipt
from jcoc.trail.uploads import services as uploads

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


# In the order in which they are erased: what hangs on the resident's row goes before the row and its key.
declare(
    Holding(
        "notes",
        gettext_lazy("Reasons that officers wrote beside the audit trail"),
        ("residents",),
        resident.describe_notes,
        resident.erase_notes,
    ),
    Holding(
        "files", gettext_lazy("Files about the person"), ("residents",), files.describe, uploads.remove_of
    ),
    Holding(
        "messages",
        gettext_lazy("Messages to the person"),
        ("residents", "news"),
        messages.describe,
        channels.forget,
    ),
    Holding("account", gettext_lazy("Account and log-ins"), ("accounts",), account.describe, account.erase),
    Holding(
        "resident", gettext_lazy("Register of residents"), ("residents",), resident.describe, resident.erase
    ),
)


def _closed(before: datetime) -> QuerySet[Any]:
    return Request.objects.filter(closed__lt=before).exclude(state__in=OPEN_STATES)


def _old_accesses(before: datetime) -> QuerySet[Any]:
    return OneTimeAccess.objects.filter(expires__lt=before)


declare(
    Retention(
        "requests",
        gettext_lazy("Closed requests about personal data"),
        timedelta(days=5 * 365),
        gettext_lazy("the city must be able to show how it answered"),
        due=lambda before: _closed(before).count(),
        freeze=lambda before: dict(_closed(before).order_by().values_list("kind").annotate(Count("pk"))),
        remove=lambda before: int(_closed(before).delete()[0]),
    ),
    Retention(
        "messages",
        gettext_lazy("What messages said and where they went"),
        timedelta(days=365),
        gettext_lazy("to answer questions about a message; that it was sent stays"),
        due=lambda before: channels.forget_before(before, dry_run=True),
        remove=channels.forget_before,
    ),
    Retention(
        "one_time",
        gettext_lazy("One-time links and codes that let nobody in any more"),
        timedelta(days=90),
        gettext_lazy("to answer who was let in; only digests are kept"),
        due=lambda before: _old_accesses(before).count(),
        remove=lambda before: int(_old_accesses(before).delete()[0]),
    ),
    Retention(
        "receipts",
        gettext_lazy("Receipts of what devices handed in"),
        timedelta(days=settings.RECEIPT_DAYS),
        gettext_lazy("a repeat is recognised so long (JCOC_RECEIPT_DAYS)"),
        due=lambda before: Receipt.objects.filter(at__lt=before).count(),
        remove=lambda _before: receipts.forget_old(),
    ),
)
