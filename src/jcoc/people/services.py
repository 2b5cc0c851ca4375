"""The only code that writes accounts, roles and kiosk links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from jcoc.city.models import Place, Site
from jcoc.people import granting
from jcoc.people.access import grants_of
from jcoc.people.models import KioskLink, Role, RoleGrant, User
from jcoc.people.scope import where
from jcoc.people.signals import shut_out
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import watching, writing


@dataclass(frozen=True)
class Grant:
    """A role to be given: where (nowhere named: in the whole city), from when (None: now), until when, and why."""

    role: str
    place: Place | None = None
    site: Site | None = None
    programme: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reason: str = ""


def add_account(
    username: str,
    password: str,
    roles: Iterable[str | Grant],
    *,
    full_name: str = "",
    by: User | None = None,
    demonstration: bool = False,
) -> User:
    """Make an account with its roles. ``ValidationError`` names what is wrong; nothing is kept then.

    `by` is who gives the roles; None is the owner of the data folder, who may give each of them.
    """
    user = User(username=username, first_name=full_name, demonstration=demonstration)
    user.full_clean(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    grants = [role if isinstance(role, Grant) else Grant(role) for role in roles]
    with writing("people.account_add", detail={"roles": sorted(grant.role for grant in grants)}):
        user.save()
        for grant in grants:
            give(user, grant, by=by)
    return user


def give(user: User, grant: Grant, *, by: User | None = None) -> RoleGrant:
    """Give an account a role. ``ValidationError`` names the field and why it cannot be given; nothing is kept then."""
    now = timezone.now()
    begin = grant.valid_from or now
    if grant.role not in Role.values:
        raise ValidationError({"role": _("There is no role “%(role)s”.") % {"role": grant.role}})
    row = RoleGrant(
        user=user, role=grant.role, place=grant.place, site=grant.site, programme=grant.programme,
        valid_from=begin, valid_until=grant.valid_until, reason=grant.reason, granted_by=by,
    )  # fmt: skip
    _check_time(row, now)
    _check_reach(row)
    if by is not None:
        held = grants_of(by) if by.is_active else ()
        no = granting.refusal(held, row.role, _where(row), row.valid_until, to_oneself=by.pk == user.pk)
        if no:
            raise _refused(no, held, row)
    row.clean_fields(exclude=["granted_by", "user"])
    with writing("people.role_give", detail=_facts(row)):
        # Locked, so that two requests do not both find that the role is not held yet.
        User.objects.select_for_update().get(pk=user.pk)
        if _held_already(row):
            raise ValidationError({"role": _("The account holds this role there in that time already.")})
        row.save()
    return row


def take_back(grant: RoleGrant, *, reason: str = "", by: User | None = None) -> None:
    """End a role that was given; at once, also on open pages and streams. The last administrator keeps the role."""
    if by is not None:
        held = grants_of(by) if by.is_active else ()
        no = granting.refusal_to_take_back(
            held, grant.role, _where(grant), from_oneself=by.pk == grant.user_id
        )
        if no:
            raise _refused(no, held, grant)
    with writing("people.role_take_back", detail=_facts(grant), note=reason):
        another = _another_administers(grant.user)
        kept = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if kept.taken_back is not None:
            raise ValidationError(_("This role was taken back already."))
        if kept.role == Role.ADMINISTRATOR and kept.state == "current" and not another:
            others = kept.user.grants.in_force().filter(role=Role.ADMINISTRATOR).exclude(pk=kept.pk)
            if not others.exists():
                raise _last_administrator()
        grant.taken_back, grant.taken_back_by, grant.taken_back_reason = timezone.now(), by, reason[:200]
        grant.save(update_fields=["taken_back", "taken_back_by", "taken_back_reason"])


def may_take_back(by: User, rows: Iterable[RoleGrant]) -> set[int]:
    """Which of these roles one may take back: those that one could give, for however short a time."""
    held = grants_of(by)
    return {
        row.pk
        for row in rows
        if not granting.refusal_to_take_back(held, row.role, _where(row), from_oneself=by.pk == row.user_id)
    }


def may_close(by: User, user: User) -> bool:
    """Whether one may close or open an account: not one's own, and only with a say over each role it holds."""
    if by.pk == user.pk:
        return False
    standing = user.grants.filter(taken_back=None).exclude(valid_until__lte=timezone.now())
    rows = list(standing.select_related("place", "site"))
    if not rows:
        return any(held.role == Role.ADMINISTRATOR for held in grants_of(by))
    return may_take_back(by, rows) == {row.pk for row in rows}


def _where(row: RoleGrant) -> granting.Where:
    return where(place=row.place, site=row.site, programme=row.programme)


def _facts(row: RoleGrant) -> dict[str, object]:
    """What of a grant may stand in the audit trail: no person, no words."""
    facts = {
        "role": row.role,
        "place": row.place.code if row.place else None,
        "site": row.site.code if row.site else None,
        "programme": row.programme or None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _check_time(row: RoleGrant, now: datetime) -> None:
    if row.valid_until is not None and row.valid_until <= max(row.valid_from, now):
        raise ValidationError({"valid_until": _("The end must lie in the future and after the beginning.")})


def _check_reach(row: RoleGrant) -> None:
    if row.place is not None and row.site is not None:
        raise ValidationError({"site": _("Name a place or a site, not both.")})
    unfit = granting.unfit(
        row.role, place=row.place is not None, site=row.site is not None, programme=bool(row.programme)
    )
    words = {"role": row.get_role_display()}
    if granting.Kind.PLACE in unfit:
        raise ValidationError({"place": _("The role “%(role)s” does not hold in a single place.") % words})
    if granting.Kind.SITE in unfit:
        raise ValidationError({"site": _("The role “%(role)s” does not hold at a single site.") % words})
    if granting.Kind.PROGRAMME in unfit:
        raise ValidationError(
            {"programme": _("The role “%(role)s” does not hold in a single programme.") % words}
        )


def _held_already(row: RoleGrant) -> bool:
    same = RoleGrant.objects.filter(
        user=row.user, role=row.role, place=row.place, site=row.site, programme=row.programme, taken_back=None
    ).filter(Q(valid_until=None) | Q(valid_until__gt=row.valid_from))
    if row.valid_until is not None:
        same = same.filter(valid_from__lt=row.valid_until)
    return bool(same.exists())


def _refused(no: granting.Refusal, held: Iterable[granting.Held], row: RoleGrant) -> ValidationError:
    words = {"role": row.get_role_display()}
    if no is granting.Refusal.YOURSELF:
        return ValidationError({"role": _("Nobody changes his own roles. Ask somebody else.")})
    if no is granting.Refusal.ROLE:
        return ValidationError({"role": _("Your own roles do not let you give the role “%(role)s”.") % words})
    if no is granting.Refusal.REACH:
        field = (
            "programme" if row.programme and not (row.place or row.site) else "site" if row.site else "place"
        )
        return ValidationError({field: _("That lies outside of where your own role holds.")})
    end = max(
        each.until
        for each in held
        if row.role in granting.GIVES.get(each.role, ()) and each.until is not None
    )
    words = {"end": formats.localize(timezone.localtime(end))}
    return ValidationError(
        {"valid_until": _("Your own role ends on %(end)s; the one you give cannot last longer.") % words}
    )


def deactivate(user: User) -> None:
    """Close an account; its sessions and field phones end at once."""
    with writing("people.account_close"):
        another = _another_administers(user)
        if not another and user.grants.in_force().filter(role=Role.ADMINISTRATOR).exists():
            raise _last_administrator()
        user.is_active = False
        user.save(update_fields=["is_active"])
        shut_out.send(User, user=user, why="closed")


def make_nameless(user: User) -> None:
    """Leave of an account its number alone, which nobody can log in with: its owner is erased."""
    with writing("people.account_erase"):
        deactivate(user)
        grants = user.grants.all()
        standing = grants.not_over()
        with watching(grants):
            standing.update(taken_back=timezone.now())
            grants.update(reason="", taken_back_reason="")
        user.username, user.first_name, user.last_name, user.email = user.nameless, "", "", ""
        user.set_unusable_password()
        user.last_login = None
        user.save()


@writing("people.account_open")
def activate(user: User) -> None:
    """Open a closed account again. ``ValidationError`` where its owner was erased."""
    if user.is_nameless:
        raise ValidationError(_("The owner of this account was erased; it stays closed."))
    user.is_active = True
    user.save(update_fields=["is_active"])


def set_password(user: User, password: str) -> None:
    """Give an account a new password; ``ValidationError`` where it is too weak. Its sessions and field phones end."""
    validate_password(password, user)
    user.set_password(password)
    with writing("people.password_set"):
        user.save(update_fields=["password"])
        shut_out.send(User, user=user, why="password")


def clear_expired_sessions() -> None:
    """Sessions that ran out are refused at once, but stay in the table until somebody takes them away."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _another_administers(user: User) -> bool:
    # Locked until the transaction ends, and asked once the lock is held: two administrators who close each other's
    # accounts at once would both find that the other remains.
    def administrators() -> Any:
        return RoleGrant.objects.in_force().filter(role=Role.ADMINISTRATOR)

    list(User.objects.select_for_update().filter(pk__in=administrators().values("user")).order_by("pk"))
    # One whose role ends some day does not count: after that day nobody could give roles any more.
    return bool(administrators().filter(user__is_active=True, valid_until=None).exclude(user=user).exists())


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
        return bool(User.objects.filter(demonstration=True).exists())
    except (OperationalError, ProgrammingError):
        return False
