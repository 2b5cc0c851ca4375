from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from jcoc.people import services
from jcoc.people.authentication.services import second_factor
from jcoc.people.models import User
from support import PASSWORD

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B


@pytest.fixture
def user(db: None) -> User:
    return services.add_account("rani", PASSWORD, ["operator"])


@pytest.fixture
def log_in() -> Callable[..., Any]:
    """Send the log-in form as a browser does."""

    def send(client: Client, name: str = "rani", password: str = PASSWORD, **more: Any) -> Any:
        return client.post("/login/", {"username": name, "password": password, **more})

    return send


@pytest.fixture
def code_of() -> Callable[..., str]:
    """The code of a secret so many time steps from now."""

    def make(secret: str = SECRET, steps: int = 0) -> str:
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))

    return make


@pytest.fixture
def with_second_factor(user: User, code_of: Callable[..., str]) -> list[str]:
    """The recovery codes of an account that has a second factor; the code before now is used up."""
    codes = second_factor.activate(user, SECRET, code_of(steps=-1))
    assert codes is not None
    return codes


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture
def totp_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOTP_ROLES", frozenset({"administrator"}))
