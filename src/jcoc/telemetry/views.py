"""The list of sensors, a sensor's page, its series and its download."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.telemetry import download as downloads
from jcoc.telemetry import runtime
from jcoc.telemetry import series as courses
from jcoc.telemetry.messages import sensor_messages
from jcoc.telemetry.models import Datastream, Origin, QualityRule
from jcoc.telemetry.states import State, heard, state_of
from jcoc.trail.access import EVERYONE, KIOSK, OPERATION_CENTRE, allow
from jcoc.trail.limits import Rate, limited

PAGE = 50
MAX_DAYS = 400
METADATA = "csv-metadata.json"
SORTS = {"code": "code", "name": "name", "thing": "thing__name", "dimension": "dimension"}


@allow(*OPERATION_CENTRE, KIOSK)
@require_safe
def sensors(request: HttpRequest) -> HttpResponse:
    """All datastreams this principal may see: searched, filtered, sorted, by pages of 50."""
    query = request.GET.get("q", "").strip()
    filters = {name: request.GET.get(name, "") for name in ("dimension", "origin", "state", "sort")}
    seen = Datastream.objects.visible(request.principal)  # type: ignore[attr-defined]
    found = seen.select_related("thing", "observed_property", "quality_rule")
    if query:
        found = found.filter(
            Q(name__icontains=query) | Q(code__icontains=query) | Q(thing__name__icontains=query)
        )
    if filters["dimension"]:
        found = found.filter(dimension=filters["dimension"])
    if filters["origin"] in Origin.values:
        found = found.filter(origin=filters["origin"])
    if filters["state"] in set(State):
        found = found.filter(pk__in=_in_state(filters["state"]))
    descending = filters["sort"].startswith("-")
    key = SORTS.get(filters["sort"].lstrip("-"), "code")
    found = found.order_by(f"-{key}" if descending else key, "code")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    _attach_latest(page.object_list)
    context = {
        "page_obj": page,
        "query": query,
        "filters": filters,
        "states": list(State),
        "origins": Origin.choices,
    }
    return render(request, "telemetry/sensor_list.html", context)


def _rule(datastream: Datastream) -> QualityRule | None:
    return getattr(datastream, "quality_rule", None)


def _attach_latest(datastreams: Any) -> None:
    listed = list(datastreams)
    newest = {
        row["datastream"]: row for row in runtime.current().store.latest([d.pk for d in listed]).to_pylist()
    }
    for datastream in listed:
        row = newest.get(datastream.pk)
        datastream.latest = row
        datastream.state = _state(datastream, row)


def _state(datastream: Datastream, newest: dict[str, Any] | None) -> State:
    rule = _rule(datastream)
    return state_of(
        heard(newest["phenomenon_time"], newest["received"]) if newest else None,
        newest["quality"] if newest else 0,
        rule.gap_after if rule else None,
        timezone.now(),
    )


def _in_state(state: str) -> list[int]:
    gaps = dict(QualityRule.objects.values_list("datastream_id", "gap_after"))
    newest = runtime.current().store.latest()
    now = timezone.now()
    columns = (
        newest.column(name).to_pylist() for name in ("datastream", "phenomenon_time", "received", "quality")
    )
    states = {
        pk: state_of(heard(at, received), quality, gaps.get(pk), now)
        for pk, at, received, quality in zip(*columns, strict=True)
    }
    if state == State.EMPTY:
        return list(Datastream.objects.exclude(pk__in=states).values_list("pk", flat=True))
    return [pk for pk, its in states.items() if its == state]


@allow(*OPERATION_CENTRE, KIOSK, EVERYONE)
@require_safe
def sensor(request: HttpRequest, code: str) -> HttpResponse:
    """One datastream: newest value, course, download, what it is and where its readings come from.

    ``?day=2026-11-24`` opens the course at that day.
    """
    datastream = _one(request, code)
    # Taken before the reading: what comes in between is sent again by /live, never missed.
    last_event_id = runtime.current().hub.last_event_id
    latest = runtime.current().store.latest([datastream.pk]).to_pylist()
    newest = latest[0] if latest else None
    last_day = timezone.localtime(newest["phenomenon_time"]).date() if newest else timezone.localdate()
    try:
        day = _day(request, "day") or last_day
    except ValueError:
        day = last_day
    rule = _rule(datastream)
    config = {
        "lang": translation.get_language(),
        "datastream": {
            "id": datastream.pk,
            "code": datastream.code,
            "name": datastream.name,
            "unit": datastream.unit_symbol,
            "origin": datastream.origin,
            "dimension": datastream.dimension,
            "low": rule.lowest if rule else None,
            "high": rule.highest if rule else None,
            "gap_s": rule.gap_after.total_seconds() if rule and rule.gap_after else None,
            "quality": newest["quality"] if newest else 0,
        },
        "now": int(timezone.now().timestamp() * 1000),
        "last_event_id": last_event_id,
        "end": last_day.isoformat(),
        "urls": {
            "series": reverse("telemetry:series", args=[code]),
            "csv": reverse("telemetry:download", args=[code, "csv"]),
            "json": reverse("telemetry:download", args=[code, "json"]),
            "method": reverse("telemetry:download", args=[code, METADATA]),
            "live": f"/live?datastreams={datastream.pk}",
        },
        "messages": sensor_messages(),
    }
    context = {
        "datastream": datastream,
        "latest": newest,
        "state": _state(datastream, newest),
        "count": runtime.current().store.count([datastream.pk]),
        "rule": rule,
        "config": config,
        "last_day": last_day,
        "day": min(day, last_day),
        "first_day": last_day - timedelta(days=30),
        "locations": datastream.thing.locations.all(),
        # How devices reach the broker is not for everybody.
        "topics": datastream.mqtt_topics.all() if request.principal else (),  # type: ignore[attr-defined]
    }
    return render(request, "telemetry/sensor_page.html", context)


def _one(request: HttpRequest, code: str) -> Datastream:
    related = ("thing", "sensor", "observed_property", "quality_rule")
    seen = Datastream.objects.visible(request.principal)  # type: ignore[attr-defined]
    return get_object_or_404(seen.select_related(*related), code=code)


@allow(*OPERATION_CENTRE, KIOSK, EVERYONE)
@require_safe
def series(request: HttpRequest, code: str) -> HttpResponse:
    """The course of a day, week or year, and the newest reading: ``?range=day|week|year&end=2026-11-24``.

    A day that is not named is the last 24 hours, for a day just begun holds little.
    """
    datastream = _one(request, code)
    range_ = request.GET.get("range", "day")
    if range_ not in courses.DAYS:
        return _refuse(_("range: day, week or year, not %(given)r.") % {"given": range_[:40]})
    try:
        end = _day(request, "end")
    except ValueError:
        return _refuse(_("end: a day such as 2026-11-24, please."))
    store = runtime.current().store
    newest = next(iter(store.latest([datastream.pk]).to_pylist()), None)
    if range_ == "day" and end is None:
        span = courses.last_24_hours(newest and newest["phenomenon_time"], timezone.now())
    else:
        span = courses.span_of(range_, end or timezone.localdate(), timezone.get_current_timezone())
    body = courses.series(store, datastream.pk, range_, span)
    body |= {"unit": datastream.unit_symbol, "latest": newest and courses.reading(newest)}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


@allow(*OPERATION_CENTRE, KIOSK, EVERYONE)
@limited("telemetry.download", Rate(30, 60))
@require_safe
def download(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """All readings of the days ``?from=2026-11-01&to=2026-11-24`` (the last 31 days where not named).

    What the columns mean and where the readings come from stands at the head of the JSON; of the CSV it is a
    document of its own (CSV on the Web, W3C), which the Link header names.
    """
    datastream = _one(request, code)
    if form not in ("csv", "json", METADATA):
        raise Http404
    try:
        last = _day(request, "to") or timezone.localdate()
        first = _day(request, "from") or last - timedelta(days=30)
    except ValueError:
        return _refuse(_("from, to: days such as 2026-11-24, please."))
    if first > last:
        return _refuse(_("from must not lie after to."))
    if (last - first).days >= MAX_DAYS:
        return _refuse(_("from, to: at most %(days)d days at once.") % {"days": MAX_DAYS})
    days = f"?from={first}&to={last}"
    head = downloads.head(datastream, first, last)
    if form == METADATA:
        table = reverse("telemetry:download", args=[code, "csv"]) + days
        return JsonResponse(downloads.metadata(head, table), content_type="application/csvm+json")
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    readings = downloads.rows(runtime.current().store, datastream, start, end, zone)
    headers = {"Content-Disposition": f'attachment; filename="{code}_{first}_{last}.{form}"'}
    if form == "json":
        lines = downloads.as_json(head, readings)
        return StreamingHttpResponse(lines, content_type="application/json", headers=headers)
    described = reverse("telemetry:download", args=[code, METADATA]) + days
    headers["Link"] = f'<{described}>; rel="describedby"; type="application/csvm+json"'
    lines = downloads.as_csv(readings)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _day(request: HttpRequest, name: str) -> date | None:
    """The day a parameter names; ValueError where it is none, or none that readings can be of."""
    text = request.GET.get(name, "")
    if not text:
        return None
    day = date.fromisoformat(text)
    if not 1900 <= day.year < 3000:
        raise ValueError(f"Not a year of readings: {day}")
    return day


def _refuse(detail: str) -> HttpResponse:
    problem = {"type": "about:blank", "title": _("Cannot be used"), "status": 400, "detail": detail}
    return JsonResponse(problem, status=400, content_type="application/problem+json")
