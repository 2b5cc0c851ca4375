"""The page that shows every component: the documentation of the visual language."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.web import dimensions

TOKENS = ("bg", "panel", "panel-2", "line", "line-strong", "ink", "ink-2", "muted", "brand", "link", "river")


KINDS = [("a", gettext_lazy("Water level")), ("b", gettext_lazy("Air quality"))]


#: What trail/uploads/fields.py gives the field of a real form.
PHOTO = {"accept": "image/jpeg,image/png,image/webp", "data-most": 10 * 1024**2}


class ExampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As it stands on the device."))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    limit = forms.IntegerField(label=gettext_lazy("Readings a second"), min_value=1)
    public = forms.BooleanField(label=gettext_lazy("Everybody may see it"), required=False)
    photo = forms.FileField(
        label=gettext_lazy("Photo"), widget=forms.FileInput(attrs=PHOTO), help_text="JPEG, PNG, WebP ≤ 10 MB"
    )


def _example(prefix: str) -> ExampleForm:
    filled = {f"{prefix}-name": "", f"{prefix}-kind": "b", f"{prefix}-limit": "0"}
    return ExampleForm(filled, prefix=prefix, auto_id=f"{prefix}-%s")


def components(request: HttpRequest) -> HttpResponse:
    context = {
        "tokens": TOKENS,
        "hues": list(dimensions.names),
        "states": ("normal", "check", "silent", "empty"),
        "origins": ("measured", "simulated", "stand-in"),
        "light_form": _example("light"),
        "dark_form": _example("dark"),
        "page_obj": Paginator(range(470), 20).get_page(request.GET.get("page", 3)),
        "title": _("Components"),
    }
    return render(request, "web/components.html", context)


# trail.access.allow() belongs to a ring above this one.
components.allowed_roles = frozenset({"everyone"})  # type: ignore[attr-defined]


def _error(request: HttpRequest, status: int, exception: Exception | None = None) -> HttpResponse:
    return render(request, f"{status}.html", {"reason": str(exception or "")}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, exception)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF check failed: mostly because somebody logged in again in another tab."""
    if "text/html" not in request.headers.get("Accept", ""):
        problem = {"type": "about:blank", "title": _("This page was open for too long"), "status": 403}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    referer = urlsplit(request.headers.get("Referer", ""))
    back = referer.path if referer.netloc == request.get_host() else request.path
    return render(request, "403_csrf.html", {"back": back}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request's context: whatever broke the page must not break this one."""
    return HttpResponse(render_to_string("500.html"), status=500)
