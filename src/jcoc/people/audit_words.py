"""What entries about accounts are called, and whom the ids of accounts and screens mean."""

from collections.abc import Collection

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from jcoc.people.models import KioskLink, User

ACTIONS = {
    "people.account_add": _("Account added"),
    "people.account_close": _("Account closed"),
    "people.account_erase": _("Account made nameless"),
    "people.account_open": _("Account opened again"),
    "people.role_give": _("Role given"),
    "people.role_take_back": _("Role taken back"),
    "people.password_set": _("Password set"),
    "people.kiosk_link_make": _("Kiosk link made"),
    "people.kiosk_link_revoke": _("Kiosk link revoked"),
}
KINDS = {
    "people.user": _("account"),
    "people.rolegrant": _("role"),
    "people.kiosklink": _("kiosk link"),
    "people.user_groups": _("group of an account"),
    "people.user_user_permissions": _("single permission of an account"),
}


def _users(keys: Collection[str]) -> dict[str, str]:
    found = User.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(user.pk): user.get_full_name() or user.username for user in found}


def _find_users(text: str, most: int) -> list[str]:
    """Accounts are not sealed: they may be looked for by user name and by the name that is shown."""
    shown = Concat("first_name", Value(" "), "last_name")
    by_name = User.objects.alias(shown=shown)
    found = by_name.filter(username__icontains=text) | by_name.filter(shown__icontains=text)
    return [str(pk) for pk in found.order_by("pk").values_list("pk", flat=True)[:most]]


def _kiosks(keys: Collection[str]) -> dict[str, str]:
    found = KioskLink.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(link.pk): link.name for link in found}


NAMES = {"user": _users, "people.user": _users, "kiosk": _kiosks, "people.kiosklink": _kiosks}
FINDERS = {"user": _find_users, "people.user": _find_users}
