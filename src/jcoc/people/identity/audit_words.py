"""What entries about residents are called, and of whom they are: by the mask, never the name."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from jcoc.people.identity.models import Person
from jcoc.trail.sealing import seals

ACTIONS = {
    "identity.person_added": _("Resident added"),
    "identity.person_changed": _("Resident changed"),
    "identity.person_erased": _("Resident erased"),
    "identity.person_searched": _("Residents searched"),
    "identity.person_compared": _("Typed data compared with what is sealed"),
    "identity.let_in": _("Resident let in to the personal page"),
    "identity.guardian_added": _("Guardian added"),
    "identity.guardian_ended": _("Guardianship ended"),
}
KINDS = {
    "identity.person": _("resident"),
    "identity.guardianship": _("guardianship"),
}


def _persons(keys: Collection[str]) -> dict[str, str]:
    ids = []
    for key in keys:
        with suppress(ValueError):  # a search that found nobody has no id
            ids.append(UUID(key))
    people = list(Person.objects.filter(pk__in=ids, erased=None))
    try:
        with seals.holding(person.pk for person in people):
            return {str(person.pk): str(person.name) for person in people if person.name}
    except seals.KeysUnusable:  # the trail is read without them, too
        return {}


NAMES = {"person": _persons, "identity.person": _persons, "sealing.subject": _persons}
