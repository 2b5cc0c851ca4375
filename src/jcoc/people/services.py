"""The only code that writes accounts, roles and kiosk links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.people.models import KioskLink, Role, RoleGrant, User
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import writing


def add_account(
    username: str,
    password: str,
    roles: Iterable[str],
    *,
    full_name: str = "",
    by: User | None = None,
    demonstration: bool = False,
) -> User:
    """Make an account with its roles. ``ValidationError`` names what is wrong; nothing is kept then."""
    user = User(username=username, first_name=full_name, demonstration=demonstration)
    user.full_clean(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    with writing("people.account_add", detail={"roles": sorted(roles := list(roles))}):
        user.save()
        for role in roles:
            RoleGrant.objects.create(user=user, role=Role(role), granted_by=by)
    return user


def set_roles(user: User, roles: Iterable[str], *, by: User | None = None) -> None:
    """Give an account exactly these roles, at least one. The last administrator keeps the role."""
    wanted = {Role(role) for role in roles}
    if not wanted:
        raise ValidationError(_("Choose at least one role, or close the account."))
    with writing("people.roles_set", detail={"roles": sorted(wanted)}):
        another = _another_administers(user)
        held = set(user.grants.values_list("role", flat=True))
        if Role.ADMINISTRATOR in held - wanted and not another:
            raise _last_administrator()
        user.grants.exclude(role__in=wanted).delete()
        for role in wanted - held:
            RoleGrant.objects.create(user=user, role=role, granted_by=by)


def deactivate(user: User) -> None:
    """Close an account and end its sessions at once."""
    with writing("people.account_close"):
        another = _another_administers(user)
        if not another and user.grants.filter(role=Role.ADMINISTRATOR).exists():
            raise _last_administrator()
        user.is_active = False
        user.save(update_fields=["is_active"])
    end_sessions(user)


@writing("people.account_open")
def activate(user: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])


def set_password(user: User, password: str) -> None:
    """Give an account a new password; ``ValidationError`` where it is too weak. Its sessions end."""
    validate_password(password, user)
    user.set_password(password)
    with writing("people.password_set"):
        user.save(update_fields=["password"])
    end_sessions(user)


def end_sessions(user: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def clear_expired_sessions() -> None:
    """Sessions that ran out are refused at once, but stay in the table until somebody takes them away."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _another_administers(user: User) -> bool:
    # Locked until the transaction ends, and asked once the lock is held: two administrators who close each other's
    # accounts at once would both find that the other remains.
    administrators = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).values("user")
    list(User.objects.select_for_update().filter(pk__in=administrators).order_by("pk"))
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exclude(user=user)
    return others.exists()


def _last_administrator() -> ValidationError:
    return ValidationError(_("This is the last administrator; name another one first."))


def make_kiosk_link(name: str, *, by: User | None = None) -> tuple[KioskLink, str]:
    """Make a kiosk link; its secret is returned here once and never again."""
    secret = secrets.token_urlsafe(32)
    with writing("people.kiosk_link_make"):
        return KioskLink.objects.create(name=name, digest=digest(secret), created_by=by), secret


def open_kiosk_link(secret: str) -> KioskLink | None:
    """The link of that secret, its use noted; None where there is none or it was revoked."""
    link = KioskLink.objects.filter(digest=digest(secret), revoked=None).first()
    if link:
        link.last_opened = timezone.now()
        with unguarded():
            link.save(update_fields=["last_opened"])
    return link


@writing("people.kiosk_link_revoke")
def revoke_kiosk_link(link: KioskLink) -> None:
    """End a link; screens that show it are asked for a log-in at their next request."""
    if link.revoked is None:
        link.revoked = timezone.now()
        link.save(update_fields=["revoked"])  # update() would send no signal, and open streams would go on


def digest(secret: str) -> str:
    """SHA-256, fit for secrets of 256 random bits only."""
    return hashlib.sha256(secret.encode()).hexdigest()


def demo_accounts_exist() -> bool:
    """Whether the data folder belongs to a demonstration; also before its database was made."""
    from django.db import OperationalError, ProgrammingError

    try:
        return User.objects.filter(demonstration=True).exists()
    except (OperationalError, ProgrammingError):
        return False
