"""The page that shows every component: the documentation of the visual language."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

TOKENS = ("bg", "panel", "panel-2", "line", "line-strong", "ink", "ink-2", "muted", "brand", "link", "river")
HUES = ("governance", "branding", "economy", "living", "society", "environment")
SEVERITIES = ("awas", "siaga", "waspada", "biasa")


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As it stands on the device.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Water level"), ("b", "Air quality")])
    limit = forms.IntegerField(label="Readings a second", min_value=1)
    public = forms.BooleanField(label="Everybody may see it", required=False)


def components(request: HttpRequest) -> HttpResponse:
    context = {
        "tokens": TOKENS,
        "hues": HUES,
        "severities": SEVERITIES,
        "states": ("normal", "check", "silent", "empty"),
        "origins": ("measured", "simulated", "stand-in"),
        "form": ExampleForm({"name": "", "kind": "b", "limit": "0"}),
        "page_obj": Paginator(range(470), 20).get_page(request.GET.get("page", 3)),
        "title": _("Components"),
    }
    return render(request, "web/components.html", context)


# trail.access.allow() belongs to a ring above this one.
components.allowed_roles = frozenset({"everyone"})  # type: ignore[attr-defined]


def _error(request: HttpRequest, status: int, exception: Exception | None = None) -> HttpResponse:
    return render(request, f"{status}.html", {"reason": str(exception or "")}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Without the request's context: whatever broke the page must not break this one."""
    return HttpResponse(render_to_string("500.html"), status=500)
