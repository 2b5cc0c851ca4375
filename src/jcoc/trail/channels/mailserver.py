"""Where e-mail goes out: one address such as ``smtp://name:password@mail.example.go.id:587`` and the sender's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class BadMailServer(ValueError):
    """A setting cannot be used; the text is a sentence that names it, without the password."""


@dataclass(frozen=True)
class MailServer:
    """``smtps`` speaks TLS from the start, ``smtp`` changes to it before anything is said (STARTTLS).

    Without TLS only to this machine itself, or where ``?tls=none`` says so.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: str  # "whole", "starttls" or "none"
    sender: str  # From, as people see it
    return_path: str  # where bounces go; the message's id is put into it
    timeout_s: float = 20.0

    def envelope_sender(self, message_id: str) -> str:
        """The return path of one message, so that a bounce names it: ``bounces+<id>@…``."""
        local, _, domain = self.return_path.rpartition("@")
        return f"{local}+{message_id.replace('-', '')}@{domain}"


def read(url: str, sender: str, return_path: str = "") -> MailServer:
    """The mail server of JCOC_SMTP_URL, JCOC_MAIL_FROM and JCOC_MAIL_BOUNCES; :class:`BadMailServer` by name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadMailServer("JCOC_SMTP_URL has no usable port or host.") from None
    if parts.scheme not in _PORTS:
        raise BadMailServer("JCOC_SMTP_URL must begin with smtp:// or smtps://.")
    if not parts.hostname:
        raise BadMailServer("JCOC_SMTP_URL names no host: smtp://name:password@host:587.")
    options = parse_qs(parts.query)
    wanted = options.pop("tls", ["whole" if parts.scheme == "smtps" else ""])[0]
    if options or parts.path not in ("", "/") or wanted not in ("", "whole", "starttls", "none"):
        raise BadMailServer("JCOC_SMTP_URL may end with ?tls=starttls or ?tls=none, and nothing else.")
    tls = wanted or ("none" if parts.hostname in _LOCAL else "starttls")
    address = _address("JCOC_MAIL_FROM", sender)
    return MailServer(
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls,
        sender.strip(),
        _address("JCOC_MAIL_BOUNCES", return_path) if return_path else address,
    )


def _address(name: str, value: str) -> str:
    address = parseaddr(value)[1]
    if "\n" in value or "\r" in value or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise BadMailServer(f"{name} must be an e-mail address, such as Kota Jambi <jcoc@example.go.id>.")
    return address
