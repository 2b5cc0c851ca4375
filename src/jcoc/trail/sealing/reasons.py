"""Why somebody may open a sealed value."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    SERVICE = "service", _("serving this person")
    IDENTITY = "identity", _("checking who this person is")
    CONTACT = "contact", _("contacting this person")
    PAYMENT = "payment", _("paying this person")
    REQUEST = "request", _("at this person's own request")
    CORRECTION = "correction", _("correcting an error")
    INSPECTION = "inspection", _("inspection or audit")
    LEGAL = "legal", _("a legal duty")
    EMERGENCY = "emergency", _("danger to life")
    DELIVERY = "delivery", _("delivering a message (by the system)")


#: What a person may choose; the rest are reasons of the system itself.
CHOSEN = [(value, label) for value, label in Reason.choices if value != Reason.DELIVERY]
