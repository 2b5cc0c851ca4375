"""Who asks: the principal behind a request, in a view or at a bare ASGI door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from jcoc.city.models import Place, Site
from jcoc.people.granting import Held, reaches
from jcoc.people.models import KioskLink, RoleGrant, User
from jcoc.people.scope import where
from jcoc.trail.access import ADMINISTRATOR, KIOSK, LEADER, OPERATOR, SHIFT_LEAD

KIOSK_SESSION_KEY = "kiosk_link"
#: What says of a session's key, account and roles that it opens nothing yet. Log-in enters its own here, since doors
#: beside Django's middleware ask this module alone.
not_yet: list[Callable[[str, User, frozenset[str]], bool]] = []

_AUDIENCES = {ADMINISTRATOR: ("operators", "administrators")} | dict.fromkeys(
    (OPERATOR, SHIFT_LEAD, LEADER, KIOSK), ("operators",)
)


@dataclass(frozen=True)
class Principal:
    """Somebody, or a screen, with the roles held now."""

    id: str
    name: str
    grants: tuple[Held, ...]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere: what opens a page. What the page may show and do, :meth:`holds` says."""
        return frozenset(held.role for held in self.grants)

    def holds(
        self,
        *roles: str,
        place: Place | int | None = None,
        site: Site | int | None = None,
        programme: str | None = None,
    ) -> bool:
        """Whether one of these roles reaches there; with nothing named, whether one holds in the whole city.

        Asks the database only where the answer depends on which place lies in which.
        """
        held = [each for each in self.grants if each.role in roles]
        if any(each[1:4] == (None, None, "") for each in held):
            return True
        if not held:
            return False
        there = where(place=place, site=site, programme=programme)
        return any(reaches(each, there) for each in held)

    @property
    def audiences(self) -> frozenset[str]:
        """Which of telemetry's audiences this principal belongs to."""
        return frozenset({"public"}.union(*(_AUDIENCES.get(role, ()) for role in self.roles)))

    @property
    def reads_only(self) -> bool:
        return self.roles == {KIOSK}


def grants_of(user: User) -> tuple[Held, ...]:
    """The roles of an account that hold now: one query. The time is compared here, as RoleGrant.in_force() does it:
    each page asks this, and putting the comparison into the query took longer than all the rest of it."""
    now = timezone.now()
    given = RoleGrant.objects.filter(user=user, taken_back=None).order_by("pk")
    return tuple(
        Held(*held)
        for begin, *held in given.values_list(
            "valid_from", "role", "place", "site", "programme", "valid_until"
        )
        if begin <= now and (held[-1] is None or now < held[-1])
    )


def principal_of_user(user: User) -> Principal | None:
    """The principal of an active account with its roles; None where it holds none now."""
    if not user.is_active or not (held := grants_of(user)):
        return None
    return Principal(f"user-{user.pk}", user.shown_name, held)


def last_end(now: datetime | None = None) -> datetime | None:
    """When a role ended last because its time was up. It changes at the second another one ends."""
    ended = RoleGrant.objects.filter(valid_until__lte=now or timezone.now()).order_by("-valid_until")
    return ended.values_list("valid_until", flat=True).first()


def _principal_of_session(session: SessionBase, user: object) -> Principal | None:
    if isinstance(user, User):
        return principal_of_user(user)
    if (pk := session.get(KIOSK_SESSION_KEY)) is not None:
        link = KioskLink.objects.filter(pk=pk, revoked=None).first()
        return Principal(f"kiosk-{link.pk}", link.name, (Held(KIOSK),)) if link else None
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
    user = get_user(request)
    principal = _principal_of_session(request.session, user)
    if principal and isinstance(user, User):
        key = request.session.session_key or ""
        if any(lacks(key, user, principal.roles) for lacks in not_yet):
            return None
    return principal
