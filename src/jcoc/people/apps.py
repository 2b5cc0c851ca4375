from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class PeopleConfig(AppConfig):
    name = "jcoc.people"
    label = "people"
    verbose_name = "People"
    menu = (
        Entry(60, "people:accounts", _("Accounts"), "account", Group.PEOPLE),
        Entry(70, "people:kiosk-links", _("Kiosk links"), "link", Group.UPKEEP),
    )
