"""Accounts and the roles they hold. A page shows and offers only what the reader may see and give."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jcoc.city.models import Place
from jcoc.people import scope, services
from jcoc.people.account_forms import AccountForm, GrantForm, on_fields, place_choices
from jcoc.people.granting import GIVERS
from jcoc.people.models import Role, RoleGrant, User
from jcoc.trail.access import allow

PAGE = 25
STATES = {
    "open": gettext_lazy("with a role"),
    "none": gettext_lazy("without a role"),
    "closed": gettext_lazy("closed"),
}


@allow(*GIVERS)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts one may see: searched, filtered, by pages of 25."""
    principal = request.principal  # type: ignore[attr-defined]
    query = request.GET.get("q", "").strip()
    filters = {name: request.GET.get(name, "") for name in ("role", "state", "place")}
    found = User.objects.visible(principal)
    if query:
        found = found.filter(
            Q(username__icontains=query) | Q(first_name__icontains=query) | Q(last_name__icontains=query)
        )
    found = _filtered(found, filters, RoleGrant.objects.visible(principal).in_force())
    shown = (
        RoleGrant.objects.visible(principal).in_force().select_related("place", "site").order_by("role", "pk")
    )
    found = found.prefetch_related(Prefetch("grants", shown, to_attr="shown_grants")).order_by("username")
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": query,
        "filters": filters,
        "filtered": bool(query or any(filters.values())),
        "roles_there": Role.choices,
        "states": STATES.items(),
        "places": place_choices(Place.objects.visible(principal).valid_on(timezone.localdate())),
    }
    return render(request, "people/accounts.html", context)


def _filtered(found: QuerySet[Any], filters: dict[str, str], grants: QuerySet[Any]) -> QuerySet[Any]:
    own = grants.filter(user=OuterRef("pk"))
    if filters["role"] in Role.values:
        found = found.filter(Exists(own.filter(role=filters["role"])))
    if filters["place"].isdecimal():
        inside = scope.places_within([int(filters["place"])])
        found = found.filter(Exists(own.filter(Q(place__in=inside) | Q(site__place__in=inside))))
    match filters["state"]:
        case "open":
            return found.filter(Exists(own), is_active=True)
        case "none":
            return found.filter(~Exists(own), is_active=True)
        case "closed":
            return found.filter(is_active=False)
    return found


@allow(*GIVERS)
@require_http_methods(["GET", "POST"])
def account_add(request: HttpRequest) -> HttpResponse:
    """Make an account with its first role."""
    principal = request.principal  # type: ignore[attr-defined]
    form = AccountForm(request.POST or None, principal=principal)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = services.add_account(
                values["username"],
                values["password"],
                [form.grant()],
                full_name=values["full_name"],
                by=request.user,  # type: ignore[arg-type]
            )
        except ValidationError as error:
            on_fields(form, error, otherwise="password")
        else:
            messages.success(request, _("The account %(name)s is there.") % {"name": made.username})
            return redirect("people:account", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "people/account_add.html", {"form": form}, status=status)


def _account(request: HttpRequest, pk: int) -> User:
    seen: QuerySet[User] = User.objects.visible(request.principal)  # type: ignore[attr-defined]
    return get_object_or_404(seen, pk=pk)


@allow(*GIVERS)
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles of now and before, and what the reader may change."""
    user = _account(request, pk)
    return _page(request, user, GrantForm(principal=request.principal))  # type: ignore[attr-defined]


def _page(request: HttpRequest, user: User, form: GrantForm) -> HttpResponse:
    by: User = request.user  # type: ignore[assignment]
    seen = RoleGrant.objects.visible(request.principal).filter(user=user)  # type: ignore[attr-defined]
    grants = list(seen.select_related("place", "site", "granted_by", "taken_back_by"))
    givable = services.may_take_back(by, grants)
    may_close = services.may_close(by, user)
    context = {
        "account": user,
        "standing": [
            (grant, grant.pk in givable) for grant in grants if grant.state in ("current", "coming")
        ],
        "past": [grant for grant in grants if grant.state in ("expired", "taken_back")],
        "form": form,
        "oneself": by.pk == user.pk,
        "may_close": may_close,
        "may_let_in": may_close and user.is_active and _may_open(request, "authentication:one-time", user.pk),
    }
    return render(request, "people/account.html", context, status=422 if form.is_bound else 200)


def _may_open(request: HttpRequest, view: str, *args: object) -> bool:
    roles: frozenset[str] = resolve(reverse(view, args=args)).func.allowed_roles  # type: ignore[attr-defined]
    return not roles.isdisjoint(request.principal.roles)  # type: ignore[attr-defined]


@allow(*GIVERS)
@require_POST
def role_give(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(request, pk)
    form = GrantForm(request.POST, principal=request.principal)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            row = services.give(user, form.grant(), by=request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            on_fields(form, error)
        else:
            words = {"name": user.username, "role": row.get_role_display()}
            messages.success(request, _("%(name)s now holds the role “%(role)s”.") % words)
            return redirect("people:account", user.pk)
    return _page(request, user, form)


@allow(*GIVERS)
@require_POST
def role_take_back(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    user = _account(request, pk)
    seen = RoleGrant.objects.visible(request.principal).filter(user=user)  # type: ignore[attr-defined]
    row = get_object_or_404(seen.select_related("user", "place", "site"), pk=grant)
    reason = request.POST.get("reason", "").strip()
    try:
        if not reason:
            raise ValidationError(_("Reason: say why the role is taken back."))
        services.take_back(row, reason=reason, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = {"name": user.username, "role": row.get_role_display()}
        messages.success(request, _("The role “%(role)s” was taken back from %(name)s.") % words)
    return redirect("people:account", user.pk)


@allow(*GIVERS)
@require_POST
def account_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account or open it again."""
    user = _account(request, pk)
    action = request.POST.get("action")
    if action not in ("deactivate", "activate"):
        return HttpResponse(_("Say what to do: deactivate or activate."), status=400)
    try:
        if not services.may_close(request.user, user):  # type: ignore[arg-type]
            raise ValidationError(
                _("You may close only accounts all of whose roles you may give, and not your own.")
            )
        (services.deactivate if action == "deactivate" else services.activate)(user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        closed = (
            _("The account %(name)s is closed.")
            if action == "deactivate"
            else _("The account %(name)s is open.")
        )
        messages.success(request, closed % {"name": user.username})
    return redirect("people:account", user.pk)
