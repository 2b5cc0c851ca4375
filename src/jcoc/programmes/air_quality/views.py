"""The air now. Open to everybody: who must decide whether a child plays outside needs no account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.programmes.air_quality import ispu
from jcoc.programmes.air_quality.daily import LEAST_HOURS
from jcoc.programmes.air_quality.programme import READERS
from jcoc.programmes.air_quality.stations import day_by_day, stations
from jcoc.telemetry import runtime
from jcoc.telemetry.models import Origin
from jcoc.trail.access import allow
from jcoc.trail.limits import Rate, limited

DAYS = (7, 14, 31)


@allow(*READERS)
@limited("air_quality.now", Rate(120, 60))
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The newest ISPU by station, and the worst station of each of the last days: ``?days=7|14|31``."""
    asked = request.GET.get("days", str(DAYS[1]))
    if asked not in map(str, DAYS):
        refusal = {"refused": _("days: 7, 14 or 31, not “%(given)s”.") % {"given": asked[:40]}}
        return render(request, "air_quality/now.html", refusal, status=422)
    moment = timezone.now()
    found = stations(request.principal, runtime.current().store, moment, int(asked))  # type: ignore[attr-defined]
    worst = next((each for each in found if each.now.ispu), None)
    context: dict[str, Any] = {
        "stations": found,
        "worst": worst,
        "with_index": sum(each.now.ispu is not None for each in found),
        "history": day_by_day(found, timezone.localdate(moment), int(asked)) if worst else [],
        "days": int(asked),
        "choices": DAYS,
        "least_hours": LEAST_HOURS,
        "unmeasured": any(each.datastream.origin != Origin.MEASURED for each in found),
        "scale": [
            (category, low, high)
            for category, low, high in zip(
                ispu.Category, (0, 51, 101, 201, 301), (50, 100, 200, 300, None), strict=True
            )
        ],
    }
    return render(request, "air_quality/now.html", context)
