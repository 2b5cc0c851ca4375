"""What entries about accounts are called, and whom the ids of accounts and screens mean."""

from collections.abc import Collection

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
}


def _users(keys: Collection[str]) -> dict[str, str]:
    found = User.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(user.pk): user.get_full_name() or user.username for user in found}


def _kiosks(keys: Collection[str]) -> dict[str, str]:
    found = KioskLink.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(link.pk): link.name for link in found}


NAMES = {"user": _users, "people.user": _users, "kiosk": _kiosks, "people.kiosklink": _kiosks}
