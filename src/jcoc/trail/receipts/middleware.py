"""Lets a field phone in by its token, to nothing but offline forms; asks browsers to clear themselves at log-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jcoc.trail.receipts import services
from jcoc.trail.receipts.answers import PHONE_REVOKED, PHONE_UNKNOWN, problem

HEADER = "X-Field-Phone"


class FieldPhoneMiddleware:
    """Stands before the sessions: a request with a phone's token has no session, whatever cookies came with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.field_phone = None  # type: ignore[attr-defined]
        if token := request.headers.get(HEADER):
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
            request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
            phone = services.phone_of(token)
            if phone is None:
                return problem(
                    401,
                    _("Unknown phone"),
                    _("Log in and mark this phone as yours again."),
                    type=PHONE_UNKNOWN,
                )
            # Who closes an account wants its phones to be wiped too.
            if phone.revoked or not phone.account.is_active:
                return problem(
                    401, _("Phone revoked"), _("This phone may hand in nothing more."), type=PHONE_REVOKED
                )
            request.field_phone = phone  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if getattr(request, "has_logged_out", False):
            answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        phone = request.field_phone  # type: ignore[attr-defined]
        if phone is None:
            return
        if request.method not in getattr(view, "for_field_phones", ()):
            raise PermissionDenied(
                _("A field phone may only hand in offline forms. Log in for everything else.")
            )
        request.user = phone.account


def note_log_out(sender: object, request: HttpRequest | None, **_signal: Any) -> None:
    """A signal's receiver, so that it holds for every way to log out."""
    if request is not None:
        request.has_logged_out = True  # type: ignore[attr-defined]
