"""Who asks: the principal behind a request, in a view or at a bare ASGI door."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from jcoc.people.models import KioskLink, User
from jcoc.trail.access import ADMINISTRATOR, KIOSK, LEADER, OPERATOR, SHIFT_LEAD

KIOSK_SESSION_KEY = "kiosk_link"

_AUDIENCES = {ADMINISTRATOR: ("operators", "administrators")} | dict.fromkeys(
    (OPERATOR, SHIFT_LEAD, LEADER, KIOSK), ("operators",)
)


@dataclass(frozen=True)
class Principal:
    """Somebody, or a screen, with the roles held now."""

    id: str
    name: str
    roles: frozenset[str]

    @property
    def audiences(self) -> frozenset[str]:
        """Which of telemetry's audiences this principal belongs to."""
        return frozenset({"public"}.union(*(_AUDIENCES.get(role, ()) for role in self.roles)))

    @property
    def reads_only(self) -> bool:
        return self.roles == {KIOSK}


def principal_of_user(user: User) -> Principal | None:
    """The principal of an active account with its roles; None where it holds none."""
    if not user.is_active:
        return None
    held = frozenset(user.grants.values_list("role", flat=True))
    return Principal(f"user-{user.pk}", user.get_full_name() or user.username, held) if held else None


def _principal_of_session(session: SessionBase, user: object) -> Principal | None:
    if isinstance(user, User):
        return principal_of_user(user)
    if (pk := session.get(KIOSK_SESSION_KEY)) is not None:
        link = KioskLink.objects.filter(pk=pk, revoked=None).first()
        return Principal(f"kiosk-{link.pk}", link.name, frozenset({KIOSK})) if link else None
    return None


def principal_of_request(request: HttpRequest) -> Principal | None:
    """The principal of a request that went through the session and authentication middleware."""
    return _principal_of_session(request.session, request.user)


def principal_from_cookies(cookie_header: str) -> Principal | None:
    """The principal of a Cookie header. Uses the database: call it from a thread, not from the event loop."""
    try:
        cookies = SimpleCookie(cookie_header)
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    return _principal_of_session(request.session, get_user(request))
