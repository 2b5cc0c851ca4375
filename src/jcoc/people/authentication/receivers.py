"""What happens at every log-in and log-out, whichever way it came about."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from jcoc.people import access
from jcoc.people.authentication.services import sessions
from jcoc.people.models import RoleGrant, User
from jcoc.people.signals import shut_out
from jcoc.trail.actor import acting
from jcoc.trail.audit.recording import record


def _logged_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    methods = [each["method"] for each in get_authentication_records(request, user)]
    with acting(f"user-{user.pk}"):
        record("authentication.login", "people.user", [user.pk], detail={"by": methods})
    sessions.begin(request, user, second_factor="mfa" in methods)


def _logged_out(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if user is not None:
        with acting(f"user-{user.pk}"):
            record("authentication.logout", "people.user", [user.pk])


def _role_given(instance: RoleGrant, created: bool, **_signal: Any) -> None:
    """A role that asks for a second factor: sessions without one end, and the next log-in leads to it."""
    if created and instance.role in settings.TOTP_ROLES and not instance.user.demonstration:
        sessions.end_all(instance.user, why="role", only_without_second_factor=True)


def _shut_out(user: User, why: str, **_signal: Any) -> None:
    sessions.end_all(user, why=why)


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_logged_in, dispatch_uid="authentication")
    user_logged_out.connect(_logged_out, dispatch_uid="authentication")
    post_save.connect(_role_given, sender=RoleGrant, dispatch_uid="authentication")
    shut_out.connect(_shut_out, dispatch_uid="authentication")
    if sessions.lacks_second_factor not in access.not_yet:
        access.not_yet.append(sessions.lacks_second_factor)
