"""The raw records behind a value: which entered, which did not and why, and whether they are still the same."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.views.common import READERS, may_correct, value_of
from jcoc.indicators.walking import RowSeen, RowsOfValue, rows_of
from jcoc.indicators.wording import query_words
from jcoc.telemetry import runtime
from jcoc.telemetry.download import harmless
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.quality import Flag
from jcoc.trail.access import STAFF, allow
from jcoc.trail.limits import Rate, limited

PAGE = 50
#: Each asks the store for all readings of a period.
_RATE = Rate(30, 60)


@allow(*READERS)
@limited("indicators.rows", _RATE)
@require_safe
def rows(request: HttpRequest, code: str, place: str, period: str) -> HttpResponse:
    value = value_of(request, code, place, period)
    seen = _walk(value)
    shown = _shown(request, value.indicator, seen)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    language = get_language()
    context: dict[str, Any] = {
        "indicator": value.indicator,
        "place": value.place,
        "period": value.period,
        "value": value,
        "asked": query_words(json.loads(value.query)) if value.query else [],
        "seen": seen,
        "columns": [column.name.in_(language) for column in seen.columns],
        "page_obj": page,
        "lines": [_line(value.indicator, row) for row in page],
        "hidden": len(seen.rows) - len(shown),
        "left_out": len(seen.rows) - seen.entered,
        "corrects": may_correct(request, value.indicator, value.place),
    }
    return render(request, "indicators/rows.html", context)


@allow(*READERS)
@limited("indicators.rows", _RATE)
@require_safe
def rows_csv(request: HttpRequest, code: str, place: str, period: str) -> HttpResponse:
    value = value_of(request, code, place, period)
    seen = _walk(value)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    cells = [column.code for column in seen.columns]
    writer.writerow(["source", "id", *cells, "entered", "leftOut", "simulated"])
    for row in _shown(request, value.indicator, seen):
        told = [*row.cells, not row.left_out, _(row.left_out) if row.left_out else "", row.simulated]
        writer.writerow([harmless(cell) for cell in (row.source, row.id, *told)])
    name = f"{code}_{place}_{period}_rows.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _walk(value: Value) -> RowsOfValue:
    return rows_of(runtime.current().store, value.indicator, value.place, value.period)


def _shown(request: HttpRequest, indicator: Indicator, seen: RowsOfValue) -> list[RowSeen]:
    """Readings to whom their datastream is shown; records of a programme, maybe of persons' doings, to staff."""
    principal = request.principal  # type: ignore[attr-defined]
    if not seen.rows:
        return []
    if indicator.source["kind"] != "streams":
        return list(seen.rows) if principal and not principal.roles.isdisjoint(STAFF) else []
    public = set(Datastream.objects.visible(principal).values_list("code", flat=True))
    return [row for row in seen.rows if row.source in public]


def _line(indicator: Indicator, row: RowSeen) -> dict[str, Any]:
    reading = isinstance(row.when, datetime)
    address = row.address
    cells: list[Any] = list(row.cells)
    if isinstance(row.when, datetime):
        address = (
            f"{reverse('telemetry:sensor', args=[row.source])}?day={timezone.localtime(row.when).date()}"
        )
        cells[1] = ", ".join(_flag_words(int(cells[1] or 0)))
    return {
        "row": row,
        "cells": cells,
        "reading": reading,
        "address": address,
        "why": _(row.left_out) if row.left_out else "",
    }


def _flag_words(quality: int) -> list[str]:
    words = {
        "RANGE": _("outside of what is plausible"),
        "RATE": _("changes too fast"),
        "FLAT": _("does not change"),
    }
    return [words.get(flag.name or "", (flag.name or "").lower()) for flag in Flag(quality)]
