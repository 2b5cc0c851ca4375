"""What comes in and what goes out: the administrators' page of the feeds. It reads memory, and writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jcoc.telemetry import runtime
from jcoc.telemetry.ingest.mqtt import MqttIngest
from jcoc.telemetry.problems import Language
from jcoc.trail.access import ADMINISTRATOR, allow

REFUSALS = 20


@allow(ADMINISTRATOR)
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Counts since the server began, the broker, the live streams and the store, as they are now."""
    running = runtime.current()
    folder: Path = settings.DATA_FOLDER.path
    context = {
        "now": timezone.now(),
        "started": running.started,
        "totals": running.pipeline.totals,
        "waiting": running.pipeline.waiting,
        "mqtt": running.mqtt,
        "refusals": _refusals(running.mqtt),
        "hub": running.hub,
        "kept": running.store.count(),
        "datastreams": len(running.store.counts()),
        "healthy": running.store.healthy(),
        "size": sum(
            path.stat().st_size for path in folder.glob(f"{settings.DATA_FOLDER.observations.name}*")
        ),
        "free": shutil.disk_usage(folder).free,
        "settled": running.settled,
    }
    return render(request, "telemetry/feeds.html", context)


def _refusals(mqtt: MqttIngest | None) -> list[dict[str, object]]:
    """The last messages that were refused, the newest first."""
    if mqtt is None:
        return []
    language: Language = "en" if get_language() == "en" else "id"
    last = list(mqtt.state.refusals)[-REFUSALS:]
    return [
        {"time": at, "topic": topic, "reason": fault.said(language)} for at, topic, fault in reversed(last)
    ]
