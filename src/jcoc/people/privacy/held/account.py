"""The account that a person logs in with, and all that hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jcoc.people import services as people
from jcoc.people.authentication.models import OneTimeAccess, OpenSession
from jcoc.people.authentication.services import second_factor
from jcoc.people.identity.models import Person
from jcoc.people.models import User
from jcoc.trail.audit.models import Note
from jcoc.trail.receipts.models import FieldPhone, Receipt


def _account_of(subject: UUID) -> User | None:
    person = Person.objects.filter(pk=subject).select_related("account").first()
    return person.account if person else None


def _notes(account: User) -> QuerySet[Note]:
    """What officers wrote as a reason about the account and the roles it was given."""
    grants = [str(pk) for pk in account.grants.values_list("pk", flat=True)]
    of_grants = Q(entry__kind="people.rolegrant", entry__object__in=grants)
    return Note.objects.filter(of_grants | Q(entry__kind="people.user", entry__object=str(account.pk)))


def describe(subject: UUID) -> Iterable[dict[str, Any]]:
    account = _account_of(subject)
    if account is None:
        return
    yield {
        _("log-in name"): account.username,
        _("name"): account.get_full_name(),
        _("made"): account.date_joined.isoformat(),
        _("last log-in"): account.last_login.isoformat() if account.last_login else None,
    }
    for session in OpenSession.objects.filter(user=account):
        yield {
            _("logged in at"): session.device,
            _("address on the network"): session.address,
            _("last used"): session.last_used.isoformat(),
        }
    for phone in FieldPhone.objects.filter(account=account):
        yield {_("field phone"): phone.name, _("made"): phone.created.isoformat()}
    for note in _notes(account).select_related("entry"):
        yield {_("reason"): note.text, _("when"): note.entry.at.isoformat()}


def erase(subject: UUID) -> int:
    """Leave of the account a number without a name: what it did stays on record under it."""
    account = _account_of(subject)
    if account is None:
        return 0
    second_factor.remove(account)
    rows = 1 + _notes(account).delete()[0]
    for held in (
        SocialAccount.objects.filter(user=account),
        OneTimeAccess.objects.filter(account=account),
        FieldPhone.objects.filter(account=account),
        Receipt.objects.filter(account=f"user-{account.pk}"),
    ):
        rows += held.delete()[0]
    people.make_nameless(account)
    return rows
