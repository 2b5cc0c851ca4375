"""The file that describes an SMS or WhatsApp gateway (JCOC_GATEWAY): what to post where, and how to read the answer.

A message's values are set into strings of the body only, each as one value that is encoded afterwards; the address
and the headers take none, so that no number and no text comes into a log or breaks out of its field.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jcoc.trail.phone import as_dialled, digits_only

_NAME = re.compile(r"[a-z0-9-]{1,40}")
_PLACE = re.compile(r"\{(to|text|id)\}")
_ENVIRONMENT = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
NUMBERS: dict[str, Callable[[str], str]] = {
    "e164": lambda number: number,
    "digits": digits_only,
    "dialled": as_dialled,
}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class BadGatewayFile(ValueError):
    """The file cannot be used; the text is a sentence that names the key."""


@dataclass(frozen=True)
class Caller:
    """How the gateway's own calls prove themselves, and where their values stand."""

    secret: str = field(repr=False)
    header: str
    proof: str  # "hmac-sha256" over the body, or "shared": the secret itself
    keys: Mapping[str, str]
    delivered: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gateway:
    name: str
    url: str
    method: str
    headers: Mapping[str, str] = field(repr=False)
    form: bool  # a form is posted, not JSON
    body: Mapping[str, Any]
    number: str
    answer_id: str
    accepted: frozenset[int]
    permanent: frozenset[int]
    rate: float  # messages a second
    timeout_s: float
    report: Caller | None = None
    inbound: Caller | None = None

    def filled(self, *, to: str, text: str, id: str) -> Any:
        """The body with a message's values in their places; `to` is E.164."""
        values = {"to": NUMBERS[self.number](to), "text": text, "id": id}

        def fill(node: Any) -> Any:
            if isinstance(node, str):
                return _PLACE.sub(lambda found: values[found[1]], node)
            if isinstance(node, Mapping):
                return {key: fill(value) for key, value in node.items()}
            return [fill(each) for each in node] if isinstance(node, list) else node

        return fill(self.body)


def at(document: Any, path: str) -> str:
    """The value at a path such as ``messages.0.id``, as text; empty where there is none."""
    for step in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return ""
    plain = isinstance(document, str | int | float) and not isinstance(document, bool)
    return str(document) if plain else ""


def read(text: str, environment: Mapping[str, str]) -> Gateway:
    """Read the file; :class:`BadGatewayFile` names what is wrong, and never a secret."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadGatewayFile(f"The gateway's file is no TOML: {error}.") from None
    known = {
        "name", "url", "method", "format", "number", "rate_per_second", "timeout_seconds", "headers", "body", "answer",
        "report", "inbound",
    }  # fmt: skip
    if unknown := sorted(set(raw) - known):
        raise BadGatewayFile(f"The gateway's file has an unknown key: {unknown[0]}.")
    name = _text(raw, "name")
    if not _NAME.fullmatch(name):
        raise BadGatewayFile("name: use small letters, digits and hyphens.")
    body = raw.get("body")
    if not isinstance(body, dict) or not body:
        raise BadGatewayFile("[body] is missing: say what is posted, with {to}, {text} and {id}.")
    used = set(_PLACE.findall(repr(body)))
    if missing := {"to", "text"} - used:
        raise BadGatewayFile(f"[body] has no place for {{{sorted(missing)[0]}}}.")
    form = _choice(raw, "format", ("json", "form"), "json") == "form"
    if form and not all(isinstance(value, str) for value in body.values()):
        raise BadGatewayFile("[body] of a form holds texts only.")
    answer = _table(raw, "answer")
    return Gateway(
        name=name,
        url=_url(_text(raw, "url")),
        method=_choice(raw, "method", ("POST", "PUT"), "POST"),
        headers={
            key: _secret(f"headers.{key}", value, environment)
            for key, value in _table(raw, "headers").items()
        },
        form=form,
        body=body,
        number=_choice(raw, "number", tuple(NUMBERS), "e164"),
        answer_id=_text(answer, "id", "answer.", default=""),
        accepted=_statuses(answer, "accepted", (200, 201, 202)),
        permanent=_statuses(answer, "permanent", (400, 404, 422)),
        rate=_number(raw, "rate_per_second", 1.0, 0.01, 1000),
        timeout_s=_number(raw, "timeout_seconds", 15.0, 0.1, 120),
        report=_caller(raw, "report", ("id", "state"), ("delivered", "failed"), environment),
        inbound=_caller(raw, "inbound", ("from", "text", "id?"), ("stop",), environment),
    )


def _caller(
    raw: Mapping[str, Any],
    name: str,
    keys: tuple[str, ...],
    words: tuple[str, ...],
    environment: Mapping[str, str],
) -> Caller | None:
    if name not in raw:
        return None
    table, prefix = _table(raw, name), f"{name}."
    secret = _secret(f"{prefix}secret", table.get("secret"), environment)
    if len(secret) < 16:
        raise BadGatewayFile(f"{prefix}secret: use at least 16 characters.")
    return Caller(
        secret=secret,
        header=_text(table, "header", prefix),
        proof=_choice(table, "proof", ("hmac-sha256", "shared"), "hmac-sha256", prefix),
        keys=_keys(table, keys, prefix),
        **{each: _words(table, each, prefix) for each in words},
    )


def _keys(table: Mapping[str, Any], keys: tuple[str, ...], prefix: str) -> dict[str, str]:
    """Where the values stand; a key that ends in a question mark may be left out."""
    named = [(key.rstrip("?"), key.endswith("?")) for key in keys]
    return {key: _text(table, key, prefix) for key, optional in named if key in table or not optional}


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise BadGatewayFile(
            "url must begin with https://; without it numbers and texts could be read on the way."
        )
    if not parts.hostname or parts.username or parts.password:
        raise BadGatewayFile("url names a host, and no user or password: secrets belong into [headers].")
    if "{" in url or "}" in url:
        raise BadGatewayFile("url takes no {to}, {text} or {id}: addresses are written into logs.")
    return url


def _secret(name: str, value: object, environment: Mapping[str, str]) -> str:
    if not isinstance(value, str) or "\n" in value or "\r" in value:
        raise BadGatewayFile(f"{name} must be a text, such as ${{JCOC_GATEWAY_TOKEN}}.")

    def from_environment(found: re.Match[str]) -> str:
        if not environment.get(found[1]):
            raise BadGatewayFile(f"{name} asks for {found[1]}, which is not set in the environment.")
        return environment[found[1]]

    return _ENVIRONMENT.sub(from_environment, value)


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise BadGatewayFile(f"[{name}] must be a table.")
    return table


def _text(raw: Mapping[str, Any], name: str, prefix: str = "", default: str | None = None) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise BadGatewayFile(f"{prefix}{name} is missing.")
    return value


def _choice(
    raw: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str, prefix: str = ""
) -> str:
    value = raw.get(name, default)
    if value not in choices:
        raise BadGatewayFile(f"{prefix}{name} must be one of {', '.join(choices)}.")
    return str(value)


def _number(raw: Mapping[str, Any], name: str, default: float, lowest: float, highest: float) -> float:
    value = raw.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
        raise BadGatewayFile(f"{name} must be a number between {lowest:g} and {highest:g}.")
    return float(value)


def _statuses(table: Mapping[str, Any], name: str, default: tuple[int, ...]) -> frozenset[int]:
    value = table.get(name, list(default))
    if not isinstance(value, list) or not all(isinstance(each, int) and 100 <= each <= 599 for each in value):
        raise BadGatewayFile(f"answer.{name} must be a list of HTTP statuses.")
    return frozenset(value)


def _words(table: Mapping[str, Any], name: str, prefix: str) -> frozenset[str]:
    value = table.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise BadGatewayFile(f"{prefix}{name} must be a list of words.")
    return frozenset(each.strip().casefold() for each in value)
