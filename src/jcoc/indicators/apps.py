from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jcoc.web.context import Entry


class IndicatorsConfig(AppConfig):
    name = "jcoc.indicators"
    label = "indicators"
    verbose_name = "Indicators"
    menu = (Entry(15, "indicators:list", _("Indicators"), "trend"),)

    def ready(self) -> None:
        from jcoc.indicators.dimensions import DIMENSIONS
        from jcoc.web import dimensions

        dimensions.names |= {d.code: {"id": d.name_id, "en": d.name_en} for d in DIMENSIONS}
