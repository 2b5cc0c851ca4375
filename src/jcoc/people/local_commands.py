from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils import timezone

from jcoc.city.models import Place, Site
from jcoc.people import services
from jcoc.people.models import RoleGrant, User
from jcoc.people.services import Grant
from jcoc.trail.local import CommandFailed, Progress, local_command


def account_named(username: str) -> User:
    user: User | None = User.objects.filter(username=username).first()
    if user is None:
        raise CommandFailed(f"There is no account {username!r}.")
    return user


def _place(code: str) -> Place | None:
    place = Place.objects.filter(code=code).first()
    if code and place is None:
        raise CommandFailed(f"There is no place with the code {code!r}.")
    return place


def _site(code: str) -> Site | None:
    site = Site.objects.filter(code=code).first()
    if code and site is None:
        raise CommandFailed(f"There is no site with the code {code!r}.")
    return site


def _grant(values: dict[str, Any]) -> Grant:
    """values: role, place, site (codes), programme, until (a day, which counts in full), reason."""
    until = None
    if day := values.get("until"):
        until = timezone.make_aware(datetime.combine(date.fromisoformat(day) + timedelta(days=1), time()))
    return Grant(
        values["role"],
        place=_place(values.get("place", "")),
        site=_site(values.get("site", "")),
        programme=values.get("programme", ""),
        valid_until=until,
        reason=values.get("reason", ""),
    )


@local_command("people.add")
def add(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, password, full_name, roles (as :func:`_grant` takes them)."""
    grants = [_grant(values) for values in arguments["roles"]]
    try:
        user = services.add_account(
            arguments["username"], arguments["password"], grants, full_name=arguments["full_name"]
        )
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": user.pk}


@local_command("people.password")
def password(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, password."""
    user = account_named(arguments["username"])
    try:
        services.set_password(user, arguments["password"])
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": user.pk}


@local_command("people.grant")
def grant(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, and as :func:`_grant` takes them."""
    try:
        row = services.give(account_named(arguments["username"]), _grant(arguments))
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"id": row.pk, "where": row.shown_where}


@local_command("people.revoke")
def revoke(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: username, role, place, site (codes), programme, reason."""
    user = account_named(arguments["username"])
    wanted = _grant(arguments)
    standing = user.grants.filter(
        role=wanted.role, place=wanted.place, site=wanted.site, programme=wanted.programme, taken_back=None
    ).select_related("user", "place", "site")
    rows = [row for row in standing if row.state != "expired"]
    if not rows:
        raise CommandFailed(f"{user.username} does not hold the role {wanted.role} there.")
    try:
        for row in rows:
            services.take_back(row, reason=wanted.reason)
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None
    return {"where": rows[0].shown_where}


@local_command("people.list")
def list_(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: role (empty: all). The accounts with the roles they hold now."""
    now = RoleGrant.objects.in_force().select_related("place", "site").order_by("role", "pk")
    accounts = User.objects.order_by("username")
    if role := arguments["role"]:
        accounts = accounts.filter(pk__in=RoleGrant.objects.in_force().filter(role=role).values("user"))
    listed = accounts.prefetch_related(Prefetch("grants", now, to_attr="held_now"))
    return {"accounts": [_shown(account) for account in listed]}


def _shown(account: Any) -> dict[str, Any]:
    return {
        "username": account.username,
        "name": account.get_full_name(),
        "active": account.is_active,
        "roles": [
            {
                "role": row.role,
                "where": row.shown_where,
                "until": row.last_moment and timezone.localtime(row.last_moment).date().isoformat(),
            }
            for row in account.held_now
        ],
    }
