"""How often somebody may fail: django-axes counts, by the typed name and the address, and by the address alone.

The name that was typed is kept as a keyed digest only: people type passwords into the field of the name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jcoc.people.models import User
from jcoc.trail.audit.digests import keyed
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.client import UNKNOWN, client_network

#: Steps of a log-in that can fail; they stand in the audit trail.
PASSWORD, SECOND_FACTOR, CODE = "password", "second_factor", "code"
#: Who has the password and many addresses gets so many guesses at six digits, and then has to wait.
SECOND_FACTOR_ANYWHERE = 20


def name_digest(name: str) -> str:
    """The digest under which failures of a typed name are counted and entered (64 hexadecimal digits)."""
    return keyed(b"login-name:" + unicodedata.normalize("NFKC", name).strip().encode())


def digest_for_axes(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    return name_digest(str((credentials or {}).get("username") or ""))


def address_for_axes(request: HttpRequest) -> str | None:
    """The address, or for IPv6 the first of its /64: a customer has all of it."""
    network = client_network(request)
    return None if network == UNKNOWN else network.partition("/")[0]


class ThrottledBackend(AxesStandaloneBackend):
    """Refuses to try a password where too many have failed."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None:  # without one nobody asks from outside
            super().authenticate(request, **credentials)


class Throttle(AxesDatabaseHandler):
    """Two limits where axes knows one, and an entry in the audit trail for each failure and each lock."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        rows = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME,
        )
        found = rows.aggregate(
            of_address=Sum("failures_since_start"),
            of_name=Sum("failures_since_start", filter=Q(username=digest_for_axes(request, credentials))),
        )
        # Scaled, so that either limit is reached at axes' one.
        scaled = (
            (found["of_address"] or 0) * settings.AXES_FAILURE_LIMIT // settings.LOGIN_FAILURES_OF_ADDRESS
        )
        request.has_failures = bool(found["of_address"])  # type: ignore[attr-defined]
        return max(found["of_name"] or 0, scaled)

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        if request.axes_locked_out:  # type: ignore[attr-defined]
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        digest = digest_for_axes(request, credentials)
        with transaction.atomic():
            super().user_login_failed(sender, credentials, request, **kwargs)
            step = {"step": credentials.get("step", PASSWORD)}
            record("authentication.login_failed", "authentication.name", [digest], detail=step)
            if request.axes_locked_out:  # type: ignore[attr-defined]
                record("authentication.locked", "authentication.name", [digest])

    def user_logged_in(self, sender: object, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
        """Who got in starts anew, at this address. Those who failed with other names there do not."""
        if request is None or not getattr(request, "has_failures", True):
            return
        AccessAttempt.objects.filter(
            username__in=_digests(user),
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
        ).delete()

    def user_logged_out(self, sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Nothing to count."""


def second_factor_of(name: str) -> str:
    """The name under which failed codes count: apart from passwords, which anybody can fail at from anywhere."""
    return f"second factor of {name}"


def is_locked(request: HttpRequest, name: str, *, anywhere: int = 0) -> bool:
    """Whether a name may not be tried from here now; the request's answer is then the page that says so.

    `anywhere`: so many failures at all addresses together lock it, too.
    """
    exceeded = anywhere and _failures_everywhere(name) >= anywhere
    if not exceeded and AxesProxyHandler.is_allowed(request, {"username": name}):
        return False
    AxesProxyHandler.update_request(request)
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = {"username": name}  # type: ignore[attr-defined]
    return True


def _failures_everywhere(name: str) -> int:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(username=name_digest(name), attempt_time__gte=since)
    return rows.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def failed(request: HttpRequest, name: str, step: str) -> None:
    """Count a failure that Django's authenticate() does not see: a wrong code."""
    user_login_failed.send(sender=__name__, credentials={"username": name, "step": step}, request=request)


def _digests(account: User) -> list[str]:
    return [name_digest(account.username), name_digest(second_factor_of(account.username))]


def locked_page(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429 with when to try again."""
    handler = AxesProxyHandler.get_implementation()
    newest = [
        attempts.aggregate(newest=Max("attempt_time"))["newest"]
        for attempts in handler.get_user_attempts(request, credentials)
    ]
    now = timezone.now()
    until = max(filter(None, newest), default=now) + settings.AXES_COOLOFF_TIME
    # The minute that has fully passed: a clock on the wall shows no seconds.
    until = (until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    page = render(request, "authentication/locked.html", {"until": until}, status=429)
    page.headers["Retry-After"] = str(max(1, round((until - now).total_seconds())))
    return page


def failures_of(account: User) -> tuple[int, datetime | None]:
    """How often an account's name failed lately at the address where most did, and until when it is locked there."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(username__in=_digests(account), attempt_time__gte=since)
    worst = (
        rows.order_by()
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), newest=Max("attempt_time"))
        .order_by("-failures")
        .first()
    )
    if worst is None:
        return 0, None
    locked = worst["failures"] >= settings.AXES_FAILURE_LIMIT
    return worst["failures"], worst["newest"] + settings.AXES_COOLOFF_TIME if locked else None


def unlock(account: User) -> int:
    """Let an account be tried again everywhere; how many records of failures went."""
    with writing("authentication.unlock"):
        record("authentication.unlock", "people.user", [account.pk])
        count, _rows = AccessAttempt.objects.filter(username__in=_digests(account)).delete()
    return int(count)


def unlock_address(address: str) -> int:
    """Let an address try again, such as an office behind one address; how many records of failures went."""
    with writing("authentication.unlock"):
        record("authentication.unlock_address", "authentication.address", [keyed(address.encode())])
        count, _rows = AccessAttempt.objects.filter(ip_address=address).delete()
    return int(count)
