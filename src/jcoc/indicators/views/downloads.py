"""The values of an indicator to take away, with method, licence, source, revision and hash."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from jcoc.indicators import download, lookup
from jcoc.indicators.models import Indicator
from jcoc.indicators.standing import Path
from jcoc.indicators.views.common import READERS, in_language, indicator_of
from jcoc.trail.access import allow
from jcoc.trail.limits import Rate, limited

_RATE = Rate(30, 60)


@allow(*READERS)
@limited("indicators.download", _RATE)
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The values in force; `?revisions=all` every revision. Its metadata is a document of its own (CSV on the Web)."""
    indicator, path, address = _wanted(request, code)
    headers = _attachment(code, "csv") | {
        "Link": f'<{reverse("indicators:metadata", args=[code])}>; rel="describedby"; type="application/csvm+json"'
    }
    lines = download.as_csv(download.rows(indicator, path, address, all_revisions=_all(request)))
    return StreamingHttpResponse(in_language(lines), content_type="text/csv; charset=utf-8", headers=headers)


@allow(*READERS)
@limited("indicators.download", _RATE)
@require_safe
def as_json(request: HttpRequest, code: str) -> HttpResponseBase:
    indicator, path, address = _wanted(request, code)
    told = download.rows(indicator, path, address, all_revisions=_all(request))
    lines = download.as_json(download.head(indicator, path, address), told)
    told_so = in_language(lines)
    return StreamingHttpResponse(told_so, content_type="application/json", headers=_attachment(code, "json"))


@allow(*READERS)
@require_safe
def metadata(request: HttpRequest, code: str) -> HttpResponse:
    """What the columns of the CSV mean and how the values come about."""
    head: dict[str, Any] = download.head(*_wanted(request, code))
    described = download.metadata(head, reverse("indicators:csv", args=[code]))
    return JsonResponse(described, content_type="application/csvm+json")


def _wanted(request: HttpRequest, code: str) -> tuple[Indicator, Path, str]:
    indicator = indicator_of(request, code)
    path = lookup.paths([indicator.pk]).get(indicator.pk, ())
    return indicator, path, request.build_absolute_uri(reverse("indicators:detail", args=[code]))


def _all(request: HttpRequest) -> bool:
    return request.GET.get("revisions") == "all"


def _attachment(code: str, form: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{code}.{form}"'}
