"""What every request with a session passes: no cache keeps its answer, its last use is noted, and roles that ask for a
second factor open nothing without one, also roles that began after the log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jcoc.people.access import Principal
from jcoc.people.authentication.services import second_factor, sessions


class SessionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held = settings.SESSION_COOKIE_NAME in request.COOKIES
        if held and request.user.is_authenticated:
            sessions.note_use(request)
        response = self.get_response(request)
        # Also of who has just logged in or out: "back" must not show the page of who sat here before.
        if held or request.session.modified:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        held = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not held or not request.user.is_authenticated or getattr(view, "before_second_factor", False):
            return None
        principal: Principal | None = request.principal  # type: ignore[attr-defined]
        key = request.session.session_key or ""
        if not principal or not sessions.lacks_second_factor(key, request.user, principal.roles):
            return None
        return _ask_for_second_factor(request)


def _ask_for_second_factor(request: HttpRequest) -> HttpResponseBase:
    user: Any = request.user
    detail = _("Your role asks for a second factor. Set it up to go on.")
    if second_factor.has(user):  # made elsewhere, after this log-in: only a log-in asks for its code
        detail = _("Your role asks for a second factor. Log in with it to go on.")
        sessions.end_all(user, why="second_factor", only_without_second_factor=True)
        request.session.flush()
        answer: HttpResponseBase = redirect_to_login(request.get_full_path())
    else:
        answer = redirect("authentication:second-factor-activate")
    if "text/html" in request.headers.get("Accept", ""):
        messages.warning(request, detail)
        return answer
    problem = {"type": "about:blank", "title": _("Second factor missing"), "status": 403, "detail": detail}
    return JsonResponse(problem, status=403, content_type="application/problem+json")
