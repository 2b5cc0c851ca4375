"""The map's layers, and the administrator's page of places, boundaries and sites."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from jcoc.city import services
from jcoc.city.faults import Fault, Severity
from jcoc.city.forms import SuccessionForm
from jcoc.city.maps import MapFile, map_file, revision
from jcoc.city.models import Boundary, BoundaryImport, Place, Site, Succession
from jcoc.trail.access import ADMINISTRATOR, KIOSK, OPERATION_CENTRE, allow


class BadDay(ValueError):
    pass


def _day(request: HttpRequest) -> date:
    text = request.GET.get("on", "")
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDay(
            _("on: “%(text)s” is not a date of the form 2023-01-31.") % {"text": text[:40]}
        ) from None


def _file(request: HttpRequest, name: str) -> MapFile:
    return map_file(name, _day(request), revision())


def _etag(request: HttpRequest, name: str) -> str | None:
    try:
        return _file(request, name).etag
    except BadDay:
        return None


@allow(*OPERATION_CENTRE, KIOSK)
@require_safe
@condition(etag_func=_etag)
def layer(request: HttpRequest, name: str) -> HttpResponseBase:
    """A layer as GeoJSON; `?on=2021-06-30` asks for the places of another day."""
    try:
        file = _file(request, name)
    except BadDay as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse(file.body, content_type="application/geo+json")
    patch_cache_control(response, private=True, no_cache=True)
    return response


@allow(ADMINISTRATOR)
@require_safe
def admin(request: HttpRequest) -> HttpResponse:
    """Places with their validity and boundaries, what the last import found, successions and sites."""
    principal = request.principal  # type: ignore[attr-defined]
    boundaries = Boundary.objects.visible(principal).select_related("imported_in")
    boundaries = boundaries.order_by("-valid_from").defer("geometry")
    last = BoundaryImport.objects.visible(principal).first()
    faults = [Fault.from_json(kept) for kept in last.faults] if last else []
    context = {
        "places": Place.objects.visible(principal).prefetch_related(Prefetch("boundaries", boundaries)),
        "successions": Succession.objects.visible(principal).select_related("successor", "predecessor"),
        "sites": Site.objects.visible(principal).select_related("place"),
        "last": last,
        "faults": [_said(fault) for fault in faults],
        "warnings": sum(fault.severity == Severity.WARNING for fault in faults),
        "repaired": sum(fault.severity == Severity.REPAIRED for fault in faults),
    }
    return render(request, "city/admin.html", context)


def _said(fault: Fault) -> dict[str, object]:
    words = {
        Severity.ERROR: _("error"),
        Severity.WARNING: _("warning"),
        Severity.REPAIRED: _("repaired"),
    }
    return {
        "feature": fault.feature,
        "code": fault.code,
        "severity": words[fault.severity],
        "sentence": fault.say(_, lambda value: str(formats.localize(value))),
    }


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def succession(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a succession, or change one."""
    kept = get_object_or_404(Succession, pk=pk) if pk else None
    form = SuccessionForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        services.save_succession(form.instance)
        messages.success(request, _("The succession was saved."))
        return redirect("city:admin")
    status = 422 if form.is_bound else 200
    return render(request, "city/succession.html", {"form": form, "succession": kept}, status=status)


@allow(ADMINISTRATOR)
@require_POST
def succession_remove(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_succession(get_object_or_404(Succession, pk=pk))
    messages.success(request, _("The succession was removed."))
    return redirect("city:admin")
