"""What entries about indicators are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "indicators.declare": _("Indicators declared"),
    "indicators.recompute": _("Values of indicators recomputed"),
    "indicators.settle": _("Values that were handed in became final"),
    "indicators.value_correct": _("Value of an indicator corrected"),
    "indicators.publish": _("Published values of indicators kept"),
    "indicators.flag_open": _("Flag of a recomputation opened"),
    "indicators.flag_close": _("Flag of a recomputation closed"),
    "indicators.values_keep": _("Values of indicators kept"),
}
KINDS = {
    "indicators.indicator": _("indicator"),
    "indicators.target": _("target of an indicator"),
    "indicators.value": _("value of an indicator"),
    "indicators.flag": _("flag of a recomputation"),
}
