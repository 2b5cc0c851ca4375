"""Which channels this installation has, and what goes out through them."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from jcoc.trail.channels.adapters import email, gateway
from jcoc.trail.channels.adapters.contract import Outcome, Parcel
from jcoc.trail.channels.gatewayfile import Gateway
from jcoc.trail.channels.models import Channel


def never_sends() -> bool:
    """Whether nothing may leave the house, such as from a demonstration."""
    return any(import_string(path)() for path in settings.NEVER_SEND_WHERE)


def set_up(channel: str) -> bool:
    """Whether the channel is configured. Letters need nothing: they are printed here."""
    return {
        Channel.EMAIL: settings.MAIL_SERVER is not None,
        Channel.GATEWAY: settings.GATEWAY is not None,
        Channel.LETTER: True,
    }[Channel(channel)]


def why_held(channel: str) -> str:
    """Why a message of the channel only would be sent: a code of words.py; empty where it is sent."""
    if channel == Channel.LETTER:
        return ""
    if never_sends():
        return "demonstration"
    return "" if set_up(channel) else "not-set-up"


def send(channel: str, parcel: Parcel) -> Outcome:
    """Hand a parcel over. Takes as long as the other side does; never inside of a transaction."""
    if channel == Channel.EMAIL and settings.MAIL_SERVER:
        return email.send(settings.MAIL_SERVER, parcel)
    if channel == Channel.GATEWAY and settings.GATEWAY:
        return gateway.send(settings.GATEWAY, parcel)
    raise ValueError(f"Nothing goes out by {channel}: ask why_held() first.")


@cache
def _pace(described: str, rate: float) -> gateway.Pace:
    return gateway.Pace(rate)


def wait(channel: str) -> float:
    """Take the channel's next moment: how many seconds away it is. A gateway takes only so many a second."""
    described: Gateway | None = settings.GATEWAY
    if channel != Channel.GATEWAY or described is None:
        return 0.0
    return _pace(described.url, described.rate).wait()
