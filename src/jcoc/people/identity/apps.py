from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class IdentityConfig(AppConfig):
    name = "jcoc.people.identity"
    label = "identity"
    verbose_name = _("Residents")
    menu = (Entry(45, "identity:residents", _("Residents"), "residents", Group.PEOPLE),)

    def ready(self) -> None:
        from jcoc.people.identity.models import children_among
        from jcoc.trail.sealing import specific

        specific.ask(children_among)
