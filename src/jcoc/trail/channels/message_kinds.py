"""The one kind of message of this app: a test, to see whether a channel works."""

from django.utils.translation import gettext_lazy as _

from jcoc.trail.channels.kinds import SERVICE, MessageKind

kinds = (
    MessageKind(
        "channels.test",
        purpose=SERVICE,
        template="channels/messages/test",
        title=_("Test message"),
        purpose_title=_("Service messages"),
        example={"at": "24 Nov 2026, 14.05 WIB"},
    ),
)
