from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class AuthenticationConfig(AppConfig):
    name = "jcoc.people.authentication"
    label = "authentication"
    verbose_name = _("Log-in")
    menu = (Entry(90, "authentication:security", _("My log-in"), "key", Group.OWN),)

    def ready(self) -> None:
        from jcoc.people.authentication import receivers

        receivers.connect()
