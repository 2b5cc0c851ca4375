"""Denies every view that did not say who may open it, and everybody it did not name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from jcoc.people.access import principal_of_request
from jcoc.trail.access import EVERYONE
from jcoc.trail.actor import acting

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RoleGateMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: principal_of_request(request))  # type: ignore[attr-defined]
        with acting(lambda: _actor(request)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        allowed: frozenset[str] = getattr(view, "allowed_roles", frozenset())
        if EVERYONE in allowed:
            return None
        principal = request.principal  # type: ignore[attr-defined]
        if not principal:
            if request.user.is_authenticated:  # a log-in would lead back here
                raise PermissionDenied(_("Your account holds no role. An administrator can give it one."))
            return _ask_to_log_in(request)
        if not principal.roles & allowed or (principal.reads_only and request.method not in _SAFE_METHODS):
            raise PermissionDenied
        return None


def _actor(request: HttpRequest) -> str:
    principal = request.principal  # type: ignore[attr-defined]
    return principal.id if principal else "nobody"


def _ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    if "text/html" in request.headers.get("Accept", ""):
        return redirect_to_login(request.get_full_path())
    detail = _("Log in first, then ask again.")
    problem = {"type": "about:blank", "title": _("Not logged in"), "status": 401, "detail": detail}
    return JsonResponse(problem, status=401, content_type="application/problem+json")
