"""What the audit trail's own entries are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "audit.verified": _("Audit trail verified"),
    "audit.head_signed": _("Head of the audit trail signed"),
    "audit.head_refused": _("Head not signed: the audit trail is not whole"),
    "audit.export": _("Audit entries downloaded"),
    "audit.migrated": _("Changed by an upgrade of the system"),
}
KINDS = {"audit.chain": _("audit trail")}
