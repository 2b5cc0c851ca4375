from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry


class PrivacyConfig(AppConfig):
    name = "jcoc.people.privacy"
    label = "privacy"
    verbose_name = _("Personal data")
    menu = (Entry(66, "privacy:queue", _("Personal data"), "shield"),)

    def ready(self) -> None:
        autodiscover_modules("personal_data")
