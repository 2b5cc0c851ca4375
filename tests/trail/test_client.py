"""Whose address a request is told to have, also behind proxies."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from jcoc.trail.client import UNKNOWN, canonical, client_ip, client_network
from jcoc.trail.environment import env_networks


@pytest.mark.parametrize(
    ("told", "canonical_form"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", UNKNOWN),
        ("unknown", UNKNOWN),
        ("203.0.113.7, 198.51.100.1", UNKNOWN),
        ("<script>", UNKNOWN),
    ],
)
def test_an_address_has_one_form(told: str, canonical_form: str) -> None:
    assert canonical(told) == canonical_form


def test_the_address_is_the_connections_whatever_a_header_says(rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "198.51.100.1"})
    assert client_ip(request) == "203.0.113.7"


def test_who_has_a_whole_ipv6_network_is_one(rf: RequestFactory) -> None:
    one, other = (
        rf.get("/", REMOTE_ADDR=address) for address in ("2001:db8:1:2::a", "2001:db8:1:2:ffff:1:2:3")
    )
    assert client_network(one) == client_network(other) == "2001:db8:1:2::/64"
    assert client_network(rf.get("/", REMOTE_ADDR="203.0.113.7")) == "203.0.113.7"


async def _seen(trusted: list[str], peer: str, forwarded: str) -> str:
    told: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        told.update(scope)

    scope = {
        "type": "http", "client": (peer, 1), "scheme": "http", "headers": [(b"x-forwarded-for", forwarded.encode())],
    }  # fmt: skip
    await ProxyHeadersMiddleware(application, trusted)(scope, None, None)  # type: ignore[arg-type]
    return canonical(told["client"][0])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.9", "10.0.0.1", "198.51.100.9"),  # nobody's proxy
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # what the client itself wrote stands left
        ("10.1.2.3", "1.2.3.4, 203.0.113.7, 10.9.9.9", "203.0.113.7"),  # two proxies
        ("10.1.2.3", "rubbish", UNKNOWN),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(peer: str, forwarded: str, client: str) -> None:
    import asyncio

    assert asyncio.run(_seen(["10.0.0.0/8"], peer, forwarded)) == client


def test_proxies_are_named_by_address_or_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCOC_TRUSTED_PROXIES", " 10.0.0.0/8, 2001:db8::1 ")
    assert env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1") == ["10.0.0.0/8", "2001:db8::1"]
    monkeypatch.setenv("JCOC_TRUSTED_PROXIES", "")
    assert env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1, ::1") == ["127.0.0.1", "::1"]
    monkeypatch.setenv("JCOC_TRUSTED_PROXIES", "none")
    assert env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1") == []
    for wrong in ("proxy.example", "10.0.0.1/8", "*"):
        monkeypatch.setenv("JCOC_TRUSTED_PROXIES", wrong)
        with pytest.raises(ImproperlyConfigured, match="JCOC_TRUSTED_PROXIES"):
            env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1")
