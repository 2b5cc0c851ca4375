"""One-time links and codes: for residents and guardians, and for who forgot the password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from jcoc.people.authentication.models import MAX_ATTEMPTS, OneTimeAccess
from jcoc.people.models import User
from jcoc.people.services import digest
from jcoc.trail.audit.digests import keyed
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import watching, writing

CODE_DIGITS = 8


def _code_digest(account_id: int, code: str) -> str:
    """Keyed: of a code of eight digits a plain hash would give it away."""
    return keyed(f"one-time-code:{account_id}:{code}".encode())


def issue(account: User, by: User | None, *, valid: timedelta | None = None) -> tuple[str, str]:
    """Make a link and a code that let an account in once; either uses up both. They can never be read again.

    Former ones of the account are withdrawn. By whom may be nobody: the command line of this machine.
    """
    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    now = timezone.now()
    with writing("authentication.one_time_issue"):
        former = OneTimeAccess.objects.usable(now).filter(account=account)
        with watching(former):
            former.update(withdrawn=now)
        OneTimeAccess.objects.create(
            account=account,
            link_digest=digest(token),
            code_digest=_code_digest(account.pk, code),
            issued=now,
            issued_by=by,
            expires=now + (valid or timedelta(hours=settings.ONE_TIME_HOURS)),
        )
    return settings.PUBLIC_URL + reverse("authentication:enter-link", args=[token]), code


def withdraw(access: OneTimeAccess) -> None:
    """Take a link and its code back."""
    rows = OneTimeAccess.objects.usable().filter(pk=access.pk)
    with writing("authentication.one_time_withdraw"), watching(rows):
        rows.update(withdrawn=timezone.now())


def find_link(token: str) -> OneTimeAccess | None:
    """The access of a link that still lets in; looking uses nothing up, since mail scanners open links, too."""
    rows = OneTimeAccess.objects.usable().filter(link_digest=digest(token), account__is_active=True)
    return rows.select_related("account").first()


def use_link(token: str) -> User | None:
    """The account of a link, which lets in nobody else from now on; None where it does not let in any more."""
    access = find_link(token)
    return _claim(access, OneTimeAccess.Way.LINK) if access else None


def use_code(username: str, code: str) -> User | None:
    """The account of that name, if this is its code, which is used up then; each wrong one counts."""
    rows = OneTimeAccess.objects.usable().filter(
        account__username=username, account__is_active=True, attempts__lt=MAX_ATTEMPTS
    )
    access = rows.select_related("account").first()
    typed = "".join(filter(str.isalnum, code))
    # The digest is made in any case: how long it takes must not tell whether the name is known.
    found = _code_digest(access.account_id if access else 0, typed)
    if access is None or not _take_attempt(access):
        return None
    return (
        _claim(access, OneTimeAccess.Way.CODE) if secrets.compare_digest(found, access.code_digest) else None
    )


def _take_attempt(access: OneTimeAccess) -> bool:
    """Whether there was still an attempt left: taken before the look, so that fifty at once are not fifty guesses."""
    rows = OneTimeAccess.objects.usable().filter(pk=access.pk, attempts__lt=MAX_ATTEMPTS)
    with unguarded():
        return bool(rows.update(attempts=F("attempts") + 1))


def _claim(access: OneTimeAccess, way: OneTimeAccess.Way) -> User | None:
    """Use an access up. One statement decides between two that come at once: who changed the row gets in."""
    rows = OneTimeAccess.objects.usable().filter(pk=access.pk)
    with writing("authentication.one_time_use", detail={"way": way.value}), watching(rows):
        claimed = rows.update(used=timezone.now(), used_by=way)
    return access.account if claimed else None
