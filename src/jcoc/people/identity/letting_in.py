"""Letting a resident in: an account without a password, and a code that goes out by the way the person wants.

The name of the account says nothing of the person: it stands on letters and pages where a name would give one away.
"""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jcoc.people import services as people
from jcoc.people.access import principal_of_user
from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.authentication.rights import may_issue
from jcoc.people.authentication.services import one_time
from jcoc.people.identity.models import Channel, Person
from jcoc.people.models import Role, User
from jcoc.people.services import Grant
from jcoc.trail.audit.recording import writing
from jcoc.trail.channels import services as channels
from jcoc.trail.channels.models import Message
from jcoc.trail.sealing import seals
from jcoc.web.formats import moment

#: Without the letters and digits that are read for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LANGUAGE = "id"


def let_in(person: Person, by: User) -> Message:
    """Send a person a link and a code that let in once; makes the account where there is none yet.

    `by` must be somebody who may give the role of a resident where the person lives; where there is an account,
    somebody who may let in all that it holds. ``ValidationError`` says what is missing: a way to reach the person, a
    kelurahan, the right. Nothing is kept then.
    """
    channel, address, name = _reach(person)
    with writing("identity.let_in", detail={"channel": channel}):
        row = Person.objects.select_for_update().select_related("account", "place").get(pk=person.pk)
        account = _known(row.account, by) if row.account else _account(row, by)
        link, code = one_time.issue(account, by)
        until = OneTimeAccess.objects.usable().filter(account=account).latest("issued").expires
        with override(LANGUAGE):
            told = f"{moment(until)} WIB"
        return channels.send(
            "identity.access",
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


def _known(account: User, by: User) -> User:
    # Who works here may be registered as a resident too: that must not open the desk to who changes the record.
    principal = principal_of_user(by)
    if principal is None or not may_issue(principal, account):
        raise ValidationError(_("You may not let this person in anew. An administrator can."))
    return account


def _account(person: Person, by: User) -> User:
    if person.place is None:
        raise ValidationError(_("Say first in which kelurahan the person lives."))
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


def _reach(person: Person) -> tuple[str, str, str]:
    """By which channel, where, and under which name; opened before anything is written."""
    wanted = person.preferred_channel
    columns = {Channel.GATEWAY: person.phone, Channel.EMAIL: person.email, Channel.LETTER: person.address}
    if wanted not in columns:
        raise ValidationError(_("This person wants to hear from the city in person only."))
    column = columns[Channel(wanted)]
    if not column or not person.name:
        raise ValidationError(
            _("Nothing is recorded to reach this person by: %(way)s.")
            % {"way": person.get_preferred_channel_display()}
        )
    address, name = seals.open_many([column.item(), person.name.item()], reason=seals.Reason.CONTACT)
    return wanted, f"{name}\n{address}" if wanted == Channel.LETTER else address, name
