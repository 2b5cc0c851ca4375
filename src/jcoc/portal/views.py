"""The public home, and whether the centre is well."""

from __future__ import annotations

import shutil
from itertools import zip_longest

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jcoc.indicators.dimensions import CODES
from jcoc.portal.doing import doing
from jcoc.telemetry import runtime
from jcoc.telemetry.models import Datastream
from jcoc.trail.access import EVERYONE, allow

HOME_READINGS = 6
#: Bytes that the disk of the data folder must have left: some logs of the store before it folds them in.
LEAST_FREE = 100 * 1024 * 1024


@allow(EVERYONE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the city shows everybody: its public readings, as they are now, and how it does in each dimension."""
    datastreams = Datastream.objects.visible(None).select_related("thing", "observed_property")
    chosen = _chosen(datastreams)
    listed = {datastream.pk: datastream for datastream in datastreams.filter(pk__in=chosen)}
    newest = runtime.current().store.latest(chosen).to_pylist() if chosen else []
    now = timezone.now()
    readings = [
        {
            "name": listed[row["datastream"]].name,
            "value": row["result"],
            "unit": listed[row["datastream"]].unit_symbol,
            "time": row["phenomenon_time"],
            "age": now - row["phenomenon_time"],
            "dimension": listed[row["datastream"]].dimension,
            "origin": listed[row["datastream"]].origin,
            "url": reverse("telemetry:sensor", args=[listed[row["datastream"]].code]),
        }
        for row in sorted(newest, key=lambda row: chosen.index(row["datastream"]))
        if row["result"] is not None
    ]
    return render(request, "portal/home.html", {"readings": readings, "doing": doing()})


def _chosen(datastreams: QuerySet[Datastream]) -> list[int]:
    """One datastream of each dimension before a second of any."""
    of_dimension: dict[str, list[int]] = {code: [] for code in (*CODES, "")}
    for pk, dimension in datastreams.order_by("code").values_list("pk", "dimension"):
        of_dimension.setdefault(dimension, []).append(pk)
    rounds = zip_longest(*of_dimension.values())
    return [pk for one_round in rounds for pk in one_round if pk is not None][:HOME_READINGS]


@allow(EVERYONE)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: 200, or 503 with what fails of database, observations and disk."""
    store = runtime.current().store
    failing = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        failing.append("database")
    if not store.healthy():
        failing.append("observations")
    if shutil.disk_usage(settings.DATA_FOLDER.path).free < LEAST_FREE:
        failing.append("disk")
    if failing:
        return JsonResponse({"status": "failing", "failing": failing}, status=503)
    return JsonResponse({"status": "ok", "observations": store.count()})
