"""The raw records behind a value: which entered, which did not and why, and whether they are still the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.indicators.computed import CannotCompute, microseconds, midnight
from jcoc.indicators.models import Cause, Value
from jcoc.indicators.rows import Column
from jcoc.indicators.views.common import READERS, in_language, may_correct, value_of
from jcoc.indicators.walking import OfReadings, OfRecords, Position, Records, RowSeen, walk
from jcoc.indicators.wording import figure, query_words
from jcoc.telemetry import runtime
from jcoc.telemetry.download import harmless
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.quality import Flag
from jcoc.trail.access import STAFF, allow
from jcoc.trail.limits import Rate, limited

PAGE = 50
#: Rows that a page compares with what is kept; of a larger value `jcoc indicators verify` says it.
MOST_COMPARED = 500_000
_RATE, _ANONYMOUS = Rate(30, 60), Rate(10, 60)


@allow(*READERS)
@limited("indicators.rows", _RATE, anonymous=_ANONYMOUS)
@require_safe
def rows(request: HttpRequest, code: str, place: str, period: str) -> HttpResponse:
    value = value_of(request, code, place, period)
    query = json.loads(value.query) if value.query else {}
    context: dict[str, Any] = {
        "indicator": value.indicator,
        "place": value.place,
        "period": value.period,
        "value": value,
        "asked": query_words(query, value.place),
        "file": query if "file" in query else None,
        "before": _before(value),
        "corrects": may_correct(request, value.indicator, value.place),
        "first_page": True,
        "hours_covered": _hours(value),
    }
    try:
        match _walk(value):
            case OfReadings() as way:
                context |= _readings(request, value, way)
            case OfRecords() as way:
                context |= _records(request, value, way)
    except CannotCompute as error:
        context["problem"] = error.said(_)
    return render(request, "indicators/rows.html", context)


def _before(value: Value) -> Value | None:
    """The revision that somebody let this one follow; what was computed again says it among its revisions."""
    if value.revision == 1 or value.cause in (Cause.COMPUTED, Cause.LATE):
        return None
    same = Value.objects.filter(
        indicator=value.indicator, place=value.place, start=value.start, revision__lt=value.revision
    )
    return same.order_by("-revision").first()


def _readings(request: HttpRequest, value: Value, way: OfReadings) -> dict[str, Any]:
    seen, begin = _visible(request), _begin(request)
    told, after = way.page(seen, begin, PAGE)
    context: dict[str, Any] = {
        "columns": _names(way.columns),
        "lines": [_line(row) for row in told],
        "after": after,
        "first_page": begin is None,
        "download": "",
        "of_readings": True,
    }
    if begin is not None:
        return context
    if (value.row_count or 0) > MOST_COMPARED:
        return context | {"too_many": True}
    compared = way.compare(value)
    hidden = sum(count for source, count in compared.rows.items() if source not in seen)
    return context | {"compared": compared, "left_out": compared.left_out, "hidden": hidden}


def _records(request: HttpRequest, value: Value, way: OfRecords) -> dict[str, Any]:
    """Maybe of persons' doings: shown to staff, whose page says of a ratio which of its two sides they count for."""
    part, compared = _part(request, way), way.compare(value)
    shown = part.rows if _is_staff(request) else ()
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    return {
        "compared": compared,
        "hidden": sum(len(each.rows) for each in way.parts) if not _is_staff(request) else 0,
        "columns": _names(part.columns),
        "lines": [_line(row) for row in page],
        "page_obj": page,
        "first_page": True,
        "sides": _sides(way, part) if len(way.parts) > 1 else [],
        "download": "?of=denominator" if part is not way.parts[0] else "",
    }


@allow(*READERS)
@limited("indicators.rows", _RATE, anonymous=_ANONYMOUS)
@require_safe
def rows_csv(request: HttpRequest, code: str, place: str, period: str) -> HttpResponseBase:
    """All of them; of a ratio those of its numerator, with ?of=denominator those of the other."""
    value = value_of(request, code, place, period)
    columns: Sequence[Column] = ()
    told: Iterable[RowSeen] = ()
    try:
        match _walk(value):
            case OfReadings() as way:
                columns, told = way.columns, way.every(_visible(request))
            case OfRecords() as way:
                part = _part(request, way)
                if part.rows and not _is_staff(request):
                    return _withheld()
                columns, told = part.columns, part.rows
    except CannotCompute as error:
        return HttpResponse(error.said(_), status=409, content_type="text/plain; charset=utf-8")
    name = f"{code}_{place}_{period}_rows.csv"
    return StreamingHttpResponse(
        in_language(_as_csv(columns, told)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _withheld() -> HttpResponse:
    """An empty file would say that there are none."""
    said = _("These rows are shown to the city's staff only. Log in with an account of the city.")
    return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")


def _as_csv(columns: Sequence[Column], told: Iterable[RowSeen]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["source", "id", *(column.code for column in columns), "entered", "leftOut", "simulated"])
    for number, row in enumerate(told, 1):
        cells = [*row.cells, not row.left_out, _(row.left_out) if row.left_out else "", row.simulated]
        writer.writerow([harmless(cell) for cell in (row.source, row.id, *cells)])
        if number % 2000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _walk(value: Value) -> OfReadings | OfRecords | None:
    return walk(runtime.current().store, value.indicator, value.place, value.period)


def _visible(request: HttpRequest) -> set[str]:
    """The datastreams that the reader may see."""
    principal = request.principal  # type: ignore[attr-defined]
    return set(Datastream.objects.visible(principal).values_list("code", flat=True))


def _is_staff(request: HttpRequest) -> bool:
    principal = request.principal  # type: ignore[attr-defined]
    return bool(principal) and not principal.roles.isdisjoint(STAFF)


def _begin(request: HttpRequest) -> Position | None:
    """Where the page begins: at a place in the list, or at a day; None for its beginning, also for what is neither."""
    if position := Position.read(request.GET.get("after", "")):
        return position
    try:
        return Position(microseconds(midnight(date.fromisoformat(request.GET.get("from", "")))))
    except (ValueError, OverflowError):
        return None


def _part(request: HttpRequest, way: OfRecords) -> Records:
    """404 for a side that the value does not have."""
    which = {"": 0, "denominator": 1}.get(request.GET.get("of", ""), len(way.parts))
    if which >= len(way.parts):
        raise Http404
    return way.parts[which]


def _sides(way: OfRecords, shown: Records) -> list[dict[str, Any]]:
    words = (_("Counted"), _("Divided by"))
    return [
        {"word": word, "query": query, "count": len(part.rows), "name": part.source.name.in_(get_language()),
         "shown": part is shown}
        for word, query, part in zip(words, ("", "?of=denominator"), way.parts, strict=True)
    ]  # fmt: skip


def _hours(value: Value) -> str:
    if value.coverage is None:
        return ""
    hours = 24 * value.period.days
    facts = {
        "hours": figure(round(value.coverage * hours), 0),
        "all": figure(hours, 0),
        "share": figure(100 * value.coverage, 0),
    }
    return _("%(hours)s of %(all)s (%(share)s%%)") % facts


def _names(columns: Sequence[Column]) -> list[str]:
    return [column.name.in_(get_language()) for column in columns]


def _line(row: RowSeen) -> dict[str, Any]:
    reading = isinstance(row.when, datetime)
    address = row.address
    cells: list[Any] = list(row.cells)
    if isinstance(row.when, datetime):
        address = (
            f"{reverse('telemetry:sensor', args=[row.source])}?day={timezone.localtime(row.when).date()}"
        )
        cells[1] = ", ".join(_flag_words(int(cells[1] or 0))) or None
    return {
        "row": row,
        "cells": cells,
        "reading": reading,
        "day": None if isinstance(row.when, datetime) else date.fromisoformat(row.when),
        "address": address,
        "why": _(row.left_out) if row.left_out else "",
    }


def _flag_words(quality: int) -> list[str]:
    words = {
        "RANGE": _("outside of what is plausible"),
        "RATE": _("changes too fast"),
        "FLAT": _("does not change"),
        "GAP": _("first after a silence"),
        "LATE": _("came late"),
    }
    return [words.get(flag.name or "", (flag.name or "").lower()) for flag in Flag(quality)]
