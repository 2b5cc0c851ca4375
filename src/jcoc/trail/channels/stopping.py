"""The link by which a reader ends messages: it names a message, signed, and nothing of the reader."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from jcoc.trail.channels.models import Message
from jcoc.trail.sealing import seals

#: Under which addresses are sealed, and by which their blind index is made.
CONTEXT = "channels.address"
_SALT = "channels.stop"


def indexes(message: Message) -> tuple[str, ...]:
    """By which the message's address stands among those that want or get none; none where it has no address.

    Two while the key of the blind indexes is being replaced: a row may still be under the one before.
    """
    if not message.address_index:
        return ()
    return seals.indexes_of(message.address.item(), message.address_index)


class BadToken(ValueError):
    """The link is not ours, or was changed on its way."""


def token(message: uuid.UUID) -> str:
    """Without an end: who finds an old message may still want no more of them."""
    return signing.Signer(salt=_SALT, sep=".").sign(message.hex)


def url(message: uuid.UUID) -> str:
    return settings.PUBLIC_URL + reverse("channels:stop", args=[token(message)])


def message_of(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(signing.Signer(salt=_SALT, sep=".").unsign(token))
    except (signing.BadSignature, ValueError):
        raise BadToken("The link was changed on its way, or is not ours.") from None
