from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry, Group


class TelemetryConfig(AppConfig):
    name = "jcoc.telemetry"
    label = "telemetry"
    verbose_name = "Telemetry"
    menu = (
        Entry(20, "telemetry:sensor_list", _("Sensors"), "sensor"),
        Entry(40, "telemetry:tokens", _("Devices"), "device", Group.UPKEEP),
        Entry(50, "telemetry:feeds", _("Feeds"), "feed", Group.UPKEEP),
    )

    def ready(self) -> None:
        from jcoc.telemetry.versions import connect_signals

        connect_signals()
