"""Where somebody goes after the log-in, and the page that says what one's own account may do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.views.decorators.http import require_safe

from jcoc.people.models import RoleGrant
from jcoc.trail.access import EVERYONE, GUARDIAN, RESIDENT, STAFF, allow
from jcoc.web.context import navigation

_AT_HOME = frozenset({RESIDENT, GUARDIAN})


@allow(EVERYONE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the menu that is made for one's role; without any, and for residents, one's own."""
    principal = request.principal  # type: ignore[attr-defined]
    if principal and principal.reads_only:
        return redirect("operations:wall")
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    if principal and not principal.roles <= _AT_HOME:
        for entry in navigation(request):
            if not _open_to_all_staff(url := str(entry["url"])):
                return redirect(url)
    return redirect("people:me")


def _open_to_all_staff(url: str) -> bool:
    roles: frozenset[str] = resolve(url).func.allowed_roles  # type: ignore[attr-defined]
    return roles.issuperset(STAFF)


@allow(EVERYONE)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Who one is here: the roles one holds, where and until when. Open to an account whose roles have all ended."""
    principal = request.principal  # type: ignore[attr-defined]
    if principal and principal.reads_only:
        return redirect("operations:wall")
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    grants = RoleGrant.objects.filter(user=request.user).select_related("place", "site")
    context = {
        "current": grants.in_force(),
        "ended": [grant for grant in grants if grant.state in ("expired", "taken_back")][:10],
        "works": bool(principal and principal.roles & set(STAFF)),
    }
    return render(request, "people/me.html", context)
