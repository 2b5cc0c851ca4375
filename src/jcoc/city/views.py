"""The map's layers."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from jcoc.city.maps import MapFile, map_file, revision
from jcoc.trail.access import ADMINISTRATOR, KIOSK, OPERATOR, allow


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


@allow(ADMINISTRATOR, OPERATOR, KIOSK)
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
