"""Passwords that their owners set themselves; what administrators set is in people's services."""

from __future__ import annotations

from jcoc.people.authentication.services import sessions
from jcoc.people.models import User
from jcoc.trail.audit.recording import writing


def set_own(user: User, password: str, *, session_key: str) -> None:
    """Set a password that the form has checked; the account's sessions end but this one, and its field phones."""
    user.set_password(password)
    with writing("authentication.password_change"):
        user.save(update_fields=["password"])
        sessions.end_all(user, but=session_key, why="password")
