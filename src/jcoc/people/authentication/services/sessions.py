"""Sessions: their record, their end. Whoever ends one is in the audit trail."""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from jcoc.people.authentication.devices import device_in_words
from jcoc.people.authentication.models import OpenSession
from jcoc.people.models import User
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.client import client_ip
from jcoc.trail.receipts.services import revoke_phones

#: How exact the last use is known: each time is a write.
NOTE_EVERY_S = 60.0
_MOST_NOTED = 10_000
_noted: dict[str, float] = {}
_lock = threading.Lock()


def begin(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    """Note a session that has just been logged in."""
    if not request.session.session_key:
        request.session.save()
    OpenSession.objects.create(
        session_id=request.session.session_key or "",
        user=user,
        address=client_ip(request),
        device=device_in_words(request.headers.get("User-Agent", "")),
        second_factor=second_factor,
    )


def note_use(request: HttpRequest) -> None:
    """Note when and from where a session was used last; at most once a minute."""
    key, now = request.session.session_key or "", time.monotonic()
    with _lock:
        if now - _noted.get(key, -NOTE_EVERY_S) < NOTE_EVERY_S:
            return
        if len(_noted) >= _MOST_NOTED:
            _noted.clear()
        _noted[key] = now
    OpenSession.objects.filter(session_id=key).update(last_used=timezone.now(), address=client_ip(request))


def lacks_second_factor(key: str, user: User, roles: frozenset[str]) -> bool:
    """Whether a session was opened without the second factor that one of these roles, held now, asks for.

    The log-in asks for it, too; but a role may begin later, and a factor may be taken away. One query, for such roles.
    """
    if user.demonstration or roles.isdisjoint(settings.TOTP_ROLES):
        return False
    return not OpenSession.objects.filter(session_id=key, second_factor=True).exists()


def end(session: OpenSession) -> None:
    """End a session: its next request is refused, its live streams end."""
    with writing("authentication.session_end"):
        record("authentication.session_end", "people.user", [session.user_id], detail={"session": session.pk})
        # One by one: the signal of a row's deletion makes open streams ask again for their rights.
        Session.objects.filter(pk=session.session_id).delete()


def end_all(
    user: User, *, but: str = "", why: str = "asked", only_without_second_factor: bool = False
) -> int:
    """End an account's sessions, but the one with that key, and its field phones; how many sessions.

    Phones hand in after a session's end: whoever should be out must not stay in by one. They stay where only sessions
    without a second factor end, as this distrusts nobody.
    """
    rows = OpenSession.objects.filter(user=user).exclude(session_id=but)
    if only_without_second_factor:
        rows = rows.filter(second_factor=False)
    keys = list(rows.values_list("session_id", flat=True))
    if keys:
        with writing("authentication.sessions_end"):
            detail = {"count": len(keys), "why": why}
            record("authentication.sessions_end", "people.user", [user.pk], detail=detail)
            Session.objects.filter(pk__in=keys).delete()
    if not only_without_second_factor:
        revoke_phones(user)
    return len(keys)
