"""Values that an installation sets in its environment: each reader fails loudly, naming the variable and the reason."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from jcoc.trail.access import STAFF


def env_int(name: str, default: int, lowest: int, highest: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name} must lie between {lowest} and {highest}, not {value}.")
    return value


def env_choice(name: str, *choices: str) -> str:
    """One of the choices; the first where nothing is set."""
    text = os.environ.get(name, "").strip() or choices[0]
    if text not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text


def env_url(name: str, default: str) -> str:
    text = os.environ.get(name, "").strip().rstrip("/") or default
    if not text.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with http:// or https://, not {text!r}.")
    return text


def host_of(url: str) -> str:
    """The host of an address as ALLOWED_HOSTS wants it: in lower case, without a port, IPv6 in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def env_networks(name: str, default: str) -> list[str]:
    """Addresses and networks with commas between them; ``none`` for not one."""
    text = os.environ.get(name, "").strip() or default
    networks = [] if text == "none" else [item.strip() for item in text.split(",") if item.strip()]
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must name addresses or networks: {error}.") from None
    return networks


def env_roles(name: str, default: str) -> frozenset[str]:
    """Roles of staff, separated by commas; "none" for an empty set."""
    text = os.environ.get(name, "").strip() or default
    roles = frozenset() if text == "none" else frozenset(part.strip() for part in text.split(","))
    if unknown := roles - set(STAFF):
        raise ImproperlyConfigured(f"{name} names no role of staff: {', '.join(sorted(unknown))}.")
    return roles


def env_secret(name: str) -> str:
    """A value that must be there: in the variable, or in the file that NAME_FILE points to."""
    text = os.environ.get(name, "").strip()
    if path := os.environ.get(f"{name}_FILE", "").strip():
        try:
            text = Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}: {path}.") from None
    if not text:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")
    return text


def env_issuer(name: str) -> str:
    """The address of an identity provider; over plain HTTP only on this machine."""
    issuer = env_url(name, "") if os.environ.get(name, "").strip() else ""
    if issuer.startswith("http://") and urlsplit(issuer).hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured(f"{name} must begin with https://, not {issuer!r}.")
    return issuer
