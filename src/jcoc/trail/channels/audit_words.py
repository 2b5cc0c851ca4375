"""What this app's entries of the audit trail are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "channels.message_make": _("Message written into the outbox"),
    "channels.message_held": _("Message kept back: it would be sent"),
    "channels.message_queued": _("Message waits to be sent"),
    "channels.message_sending": _("Message taken to be sent"),
    "channels.message_sent": _("Message sent"),
    "channels.message_delivered": _("Message delivered"),
    "channels.message_failed": _("Message given up"),
    "channels.message_bounced": _("Message came back"),
    "channels.message_suppressed": _("Message not to be sent to this address"),
    "channels.message_cancelled": _("Message called off"),
    "channels.batch_make": _("Batch of letters made"),
    "channels.address_dead": _("Address noted as dead"),
    "channels.address_lift": _("Address allowed again"),
    "channels.opt_out": _("Messages ended by the reader"),
    "channels.opt_in": _("Messages allowed again by the reader"),
    "channels.forget": _("Messages emptied"),
}
KINDS = {
    "channels.message": _("message"),
    "channels.attempt": _("step of a message"),
    "channels.optout": _("opt-out"),
    "channels.deadaddress": _("dead address"),
}
