"""What residents are told about their way in."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from jcoc.trail.channels.kinds import SERVICE, MessageKind

EXAMPLE = {
    "name": "Siti Contoh",
    "handle": "warga-7kq2mw",
    "code": "1234 5678",
    "link": "https://jcoc.example.go.id/enter/xyz/",
    "until": "27 Nov 2026, 08.00 WIB",
}


def _access(code: str, valid_for: timedelta) -> MessageKind:
    return MessageKind(
        code,
        purpose=SERVICE,
        template="identity/messages/access",
        title=_("Code to log in"),
        purpose_title=_("Service messages"),
        example=EXAMPLE,
        valid_for=valid_for,
    )


kinds = (_access("identity.access", timedelta(days=3)), _access("identity.access_letter", timedelta(days=14)))
