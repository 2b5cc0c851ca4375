"""The wall's page, its state in one answer, and the short lines beside the readings."""

from __future__ import annotations

import time
from datetime import timedelta

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.city import maps
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.operations.wall import sensors
from jcoc.operations.wall.messages import wall_messages
from jcoc.operations.wall.outline import city_outline
from jcoc.telemetry import runtime
from jcoc.trail.access import KIOSK, OPERATION_CENTRE, allow
from jcoc.web import assets

SPARK_POINTS = 60
SPARK_DATASTREAMS = 60


@allow(*OPERATION_CENTRE, KIOSK)
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The wall. All it shows comes from state() and /live, so that a screen can stay open for months."""
    config = {
        "lang": translation.get_language(),
        "kiosk": request.principal.reads_only,  # type: ignore[attr-defined]
        "page": _page_revision(),
        "city": city_outline(),
        "dimensions": [
            {"code": dimension.code, "name": dimension.name_id, "name_en": dimension.name_en}
            for dimension in DIMENSIONS
        ],
        "urls": {
            "state": reverse("operations:wall-state"),
            "spark": reverse("operations:wall-spark"),
            "live": "/live",
            "sensor": "/sensors/{code}/",
            "sensors": reverse("telemetry:sensor_list"),
            "kelurahan": "/map/kelurahan.geojson",
            "kecamatan": "/map/kecamatan.geojson",
            "rivers": "/map/rivers.geojson",
            "sites": "/map/sites.geojson",
        },
        "messages": wall_messages(),
    }
    return render(request, "operations/wall.html", {"config": config})


def _page_revision() -> str:
    """Where it differs from the page's own, the page is made anew: by an upgrade, or another map."""
    return f"{assets.revision()}-{maps.revision()}"


@allow(*OPERATION_CENTRE, KIOSK)
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Every sensor this principal may see with its newest reading, column by column."""
    running = runtime.current()
    # Taken before the readings: what comes in between is sent again by /live, never missed.
    last_event_id = running.hub.last_event_id
    columns = sensors.columns(request.principal.audiences)  # type: ignore[attr-defined]
    body = msgspec.json.encode(
        {
            "t": int(time.time() * 1000),
            "last_event_id": last_event_id,
            "page": _page_revision(),
            "day": timezone.localdate().isoformat(),
            "sensors": columns.encoded,
            "latest": sensors.latest(running.store, columns),
        }
    )
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


@allow(*OPERATION_CENTRE, KIOSK)
@require_safe
def spark(request: HttpRequest) -> HttpResponse:
    """The last readings of up to 60 datastreams: ``?ids=1,2,3``."""
    text = request.GET.get("ids", "")
    try:
        asked = [int(part) for part in text.split(",") if part]
    except ValueError:
        return JsonResponse({"detail": _("ids: numbers with commas between them, please.")}, status=400)
    if len(asked) > SPARK_DATASTREAMS:
        detail = _("ids: at most %(most)d at once.") % {"most": SPARK_DATASTREAMS}
        return JsonResponse({"detail": detail}, status=400)
    allowed = sensors.columns(request.principal.audiences).positions  # type: ignore[attr-defined]
    wanted = [pk for pk in asked if pk in allowed]
    lines = sensors.sparklines(runtime.current().store, wanted, SPARK_POINTS, timedelta(days=2))
    return JsonResponse(lines, headers={"Cache-Control": "no-store"})
