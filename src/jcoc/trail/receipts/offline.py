"""``@offline``: marks the view of a form that the outbox may hand in, also from a phone whose session has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from jcoc.trail.receipts.once import once

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class OfflineForm:
    """A form whose empty page is kept on the phone."""

    title: Promise | str
    page: str


#: Asked by the service worker for a page to keep, answered by pages that may be kept.
COPY = "X-Offline-Copy"

_forms: dict[str, OfflineForm] = {}


def offline(
    view: View | None = None, *, title: Promise | str = "", page: str = "", claims: bool = False
) -> Any:
    """Mark a view under ``@allow``. With `page`, its URL's name, the empty form opens without a connection too.

    `claims` is that of :func:`once`.
    """
    if view is None:
        return lambda marked: offline(marked, title=title, page=page, claims=claims)
    if page:
        _forms[page] = OfflineForm(title, page)
    worked = once(view, claims=claims)
    protected = csrf_protect(worked)

    # A cross-site request is dangerous because a browser adds the cookies by itself. A field phone's request has none
    # (its middleware removes what comes), and shows a token in a header that another site cannot know or send. Its
    # CSRF token would be long out of date. Everybody else is checked as always, one step later.
    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by_phone = getattr(request, "field_phone", None) is not None
        answer: HttpResponse = (worked if by_phone else protected)(request, *args, **kwargs)
        return as_copy(request, answer) if page else answer

    wrapper.for_field_phones = frozenset({"POST"})  # type: ignore[attr-defined]
    return wrapper


def as_copy(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Say that the service worker may keep this page: it asked for one that names nobody, and this is an empty form."""
    if COPY in request.headers and request.method == "GET" and answer.status_code == 200:
        answer.headers[COPY] = "1"
    return answer


def forms() -> dict[str, OfflineForm]:
    """All of them, by the names of their URLs."""
    return dict(_forms)


def forms_for(roles: frozenset[str]) -> list[dict[str, str]]:
    """The offline forms that somebody with these roles may open."""
    found = []
    for form in _forms.values():
        url = reverse(form.page)
        if roles & resolve(url).func.allowed_roles:  # type: ignore[attr-defined]
            found.append({"url": url, "title": str(form.title)})
    return sorted(found, key=lambda form: form["title"])
