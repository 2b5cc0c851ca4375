from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "jcoc.telemetry"
    label = "telemetry"
    verbose_name = "Telemetry"
