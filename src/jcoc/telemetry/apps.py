from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "jcoc.telemetry"
    label = "telemetry"
    verbose_name = "Telemetry"

    def ready(self) -> None:
        from jcoc.telemetry.directory import connect_signals

        connect_signals()
