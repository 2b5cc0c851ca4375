from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class PrivacyConfig(AppConfig):
    name = "jcoc.people.privacy"
    label = "privacy"
    verbose_name = _("Personal data")
    menu = (
        Entry(66, "privacy:queue", _("Personal data"), "shield", Group.PEOPLE),
        Entry(88, "privacy:retention", _("Retention"), "clock", Group.UPKEEP),
    )

    def ready(self) -> None:
        autodiscover_modules("personal_data")
