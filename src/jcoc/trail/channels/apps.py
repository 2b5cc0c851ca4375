from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class ChannelsConfig(AppConfig):
    name = "jcoc.trail.channels"
    label = "channels"
    verbose_name = _("Messages")
    menu = (Entry(55, "channels:outbox", _("Messages"), "message", Group.PEOPLE),)

    def ready(self) -> None:
        from jcoc.trail.channels import kinds
        from jcoc.trail.channels.models import DeadAddress, Message, OptOut
        from jcoc.trail.sealing import indexes

        kinds.autodiscover()
        for model in (Message, OptOut, DeadAddress):
            indexes.register(indexes.BlindIndex(model, "address_index", "address"))
