"""What every request with a session passes: no cache keeps its answer, and the session's last use is noted."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from jcoc.people.authentication.services import sessions


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
            response.headers["Cache-Control"] = "no-store"
        return response
