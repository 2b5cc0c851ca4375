"""What entries about indicators are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "indicators.declare": _("Indicators declared"),
    "indicators.values_keep": _("Values of indicators kept"),
}
KINDS = {
    "indicators.indicator": _("indicator"),
    "indicators.target": _("target of an indicator"),
    "indicators.value": _("value of an indicator"),
    "indicators.flag": _("flag of a recomputation"),
}
