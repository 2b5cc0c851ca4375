from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class ContractConfig(AppConfig):
    """The last of INSTALLED_APPS: when it is ready, every programme is, or is kept out."""

    name = "jcoc.contract"
    label = "contract"
    verbose_name = _("Programmes")
    menu = (Entry(35, "contract:programmes", _("Programmes"), "programme", Group.UPKEEP),)

    def ready(self) -> None:
        from jcoc.contract import registry, services
        from jcoc.indicators.services import declaring
        from jcoc.people import programmes

        registry.freeze()
        declaring.programme_codes.append(services.codes)
        programmes.known.append(registry.names)
