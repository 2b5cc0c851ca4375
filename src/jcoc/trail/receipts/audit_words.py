"""What entries about field phones are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "receipts.phone_add": _("Field phone added"),
    "receipts.phone_revoke": _("Field phone revoked"),
}
KINDS = {
    "receipts.fieldphone": _("field phone"),
}
