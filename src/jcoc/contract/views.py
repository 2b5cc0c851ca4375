"""The pages about programmes: which there are, what keeps others out, and what one of them declares."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.contract import registry
from jcoc.trail.access import STAFF, allow


@allow(*STAFF)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    context = {"programmes": registry.running(), "faults": registry.faults()}
    return render(request, "contract/programmes.html", context)


@allow(*STAFF)
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    declared = registry.programme(code)
    if declared is None:
        raise Http404(_("No programme of that code runs here."))
    return render(request, "contract/programme.html", {"programme": declared})
