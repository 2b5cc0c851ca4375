"""By which way a person wants to hear from the city, and where that leads."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jcoc.people.identity.models import Channel, Person
from jcoc.trail.sealing import seals


class Reach(NamedTuple):
    channel: str
    address: str
    name: str


def reach(person: Person) -> Reach:
    """Channel, address and name, for channels.services.send. ``ValidationError`` where there is no way.

    Address and name are opened: call it before the block that writes.
    """
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
    return Reach(wanted, f"{name}\n{address}" if wanted == Channel.LETTER else address, name)
