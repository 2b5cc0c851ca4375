from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "jcoc.indicators"
    label = "indicators"
    verbose_name = "Indicators"
