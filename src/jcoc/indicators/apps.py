from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "jcoc.indicators"
    label = "indicators"
    verbose_name = "Indicators"

    def ready(self) -> None:
        from jcoc.indicators.dimensions import DIMENSIONS
        from jcoc.web import dimensions

        dimensions.names |= {d.code: {"id": d.name_id, "en": d.name_en} for d in DIMENSIONS}
