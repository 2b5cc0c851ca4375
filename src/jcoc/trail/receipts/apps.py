from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class ReceiptsConfig(AppConfig):
    name = "jcoc.trail.receipts"
    label = "receipts"
    verbose_name = _("Receipts")
    menu = (Entry(80, "receipts:unsent", _("Not yet sent"), "outbox", Group.OWN),)

    def ready(self) -> None:
        from jcoc.trail.receipts.middleware import note_log_out

        user_logged_out.connect(note_log_out, dispatch_uid="receipts")
