"""Letting a resident in: an account without a password, and a code that goes out by the way the person wants.

The name of the account says nothing of the person: it stands on letters and pages where a name would give one away.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jcoc.people import services as people
from jcoc.people.access import grants_of, principal_of_user
from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.authentication.rights import may_issue
from jcoc.people.authentication.services import one_time
from jcoc.people.granting import refusal
from jcoc.people.identity import services
from jcoc.people.identity.models import Channel, Person
from jcoc.people.identity.reaching import reach
from jcoc.people.models import Role, User
from jcoc.people.scope import where
from jcoc.people.services import Grant
from jcoc.trail.audit.recording import writing
from jcoc.trail.channels import services as channels
from jcoc.trail.channels.models import Message
from jcoc.web.formats import moment

#: Without the letters and digits that are read for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LANGUAGE = "id"
#: A letter waits for its batch, and then for the postman.
BY_POST = timedelta(days=14)


def let_in(person: Person, by: User) -> Message:
    """Send a person a link and a code that let in once; makes the account where there is none yet.

    `by` must be somebody who may give the role of a resident where the person lives; where there is an account,
    somebody who may let in all that it holds. ``ValidationError`` says what is missing: a way to reach the person, a
    kelurahan, the right. Nothing is kept then.
    """
    check(person, by)
    channel, address, name = reach(person)
    by_post = channel == Channel.LETTER
    with writing("identity.let_in", detail={"channel": channel}):
        row = (
            Person.objects.select_for_update(of=("self",))
            .select_related("account", "place")
            .get(pk=person.pk)
        )
        account = _known(row.account, by) if row.account else _account(row, by)
        link, code = one_time.issue(account, by, valid=BY_POST if by_post else None)
        until = OneTimeAccess.objects.usable().filter(account=account).latest("issued").expires
        with override(LANGUAGE):
            told = f"{moment(until)} WIB"
        return channels.send(
            "identity.access_letter" if by_post else "identity.access",
            subject=row.pk,
            address=address,
            channel=channel,
            language=LANGUAGE,
            context={
                "name": name,
                "handle": account.username,
                "code": f"{code[:4]} {code[4:]}",
                "link": link,
                "until": told,
            },
        )


def check(person: Person, by: User) -> None:
    """Refuse, before anything is opened, what :func:`let_in` could not do. ``ValidationError`` says why."""
    if person.is_child(services.today()):
        raise ValidationError(_("This is a child: let a guardian in, who sees the child's page."))
    if person.account:
        _known(person.account, by)
        return
    if person.place is None:
        raise ValidationError(_("Say first in which kelurahan the person lives."))
    there = where(place=person.place)
    if by.is_active and not refusal(grants_of(by), Role.RESIDENT, there, None, to_oneself=False):
        return
    raise ValidationError(_("You may not give this person the role of a resident. A kelurahan officer can."))


def last_sent(person: Person) -> tuple[Message, OneTimeAccess | None] | None:
    """The newest code that went to a person, and the access it opens while that can be used or was."""
    message = (
        Message.objects.filter(subject=person.pk, kind__startswith="identity.access")
        .order_by("-created")
        .first()
    )
    if message is None:
        return None
    access = OneTimeAccess.objects.filter(account=person.account_id).order_by("-issued").first()
    return message, access


def _known(account: User, by: User) -> User:
    # Who works here may be registered as a resident too: that must not open the desk to who changes the record.
    principal = principal_of_user(by)
    if principal is None or not may_issue(principal, account):
        raise ValidationError(_("You may not let this person in anew. An administrator can."))
    return account


def _account(person: Person, by: User) -> User:
    handle = "warga-" + "".join(secrets.choice(_ALPHABET) for _place in range(6))
    account = people.add_account(
        handle,
        secrets.token_urlsafe(32),
        [Grant(Role.RESIDENT, place=person.place, valid_from=timezone.now())],
        by=by,
        demonstration=person.demonstration,
    )
    person.account = account
    person.save(update_fields=["account"])
    return account
