"""What entries about sensors and devices are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "telemetry.things_register": _("Sensors registered"),
    "telemetry.things_change": _("Sensors changed"),
    "telemetry.token_issue": _("Device token issued"),
    "telemetry.token_revoke": _("Device token revoked"),
}
KINDS = {
    "telemetry.thing": _("thing"),
    "telemetry.datastream": _("datastream"),
    "telemetry.sensor": _("sensor"),
    "telemetry.location": _("location"),
    "telemetry.historicallocation": _("earlier location"),
    "telemetry.observedproperty": _("observed property"),
    "telemetry.qualityrule": _("quality rule"),
    "telemetry.devicetoken": _("device token"),
    "telemetry.mqtttopic": _("MQTT topic"),
    "telemetry.featureofinterest": _("observed feature"),
    "telemetry.thing_locations": _("location of a thing"),
    "telemetry.historicallocation_locations": _("location in the past"),
    "telemetry.devicetoken_datastreams": _("datastream of a device token"),
}
