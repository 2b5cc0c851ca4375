"""What entries about messages are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "channels.message_make": _("Message made"),
    "channels.opt_out": _("Messages of a purpose stopped"),
    "channels.opt_in": _("Messages of a purpose allowed again"),
    "channels.batch_make": _("Letters put together"),
    "channels.address_dead": _("Address found dead"),
    "channels.address_lift": _("Address taken into use again"),
    "channels.forget": _("Message forgotten"),
}
