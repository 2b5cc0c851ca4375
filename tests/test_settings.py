"""What the environment may say, and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from jcoc.trail.environment import env_issuer, host_of

NAME = "JCOC_OIDC_ISSUER"


@pytest.mark.parametrize(
    "issuer",
    [
        "https://id.example",
        "http://localhost",
        "http://localhost/realms/city",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]",
        "http://[::1]:8080/realms/city",
    ],
)
def test_an_identity_provider_is_reached_over_tls_or_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv(NAME, issuer)
    assert env_issuer(NAME) == issuer


@pytest.mark.parametrize(
    "issuer",
    ["http://id.example", "http://localhost.example:80", "http://localhost:80@id.example", "http://"],
)
def test_an_identity_provider_elsewhere_without_tls_is_refused(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv(NAME, issuer)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env_issuer(NAME)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://jcoc.example.go.id", "jcoc.example.go.id"),
        ("https://JCOC.example.go.id:8443", "jcoc.example.go.id"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]", "[::1]"),
        ("http://[2001:db8::7]:8000", "[2001:db8::7]"),
    ],
)
def test_the_host_of_an_address_is_the_one_that_browsers_name(url: str, host: str) -> None:
    assert host_of(url) == host
