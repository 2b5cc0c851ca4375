"""The leader's page, and its sheet as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.indicators.leader import presenting
from jcoc.indicators.leader.gathering import Gathered, gather
from jcoc.indicators.leader.overview import Since
from jcoc.indicators.leader.sheet import compile_sheet
from jcoc.indicators.leader.sheet_words import sheet_data
from jcoc.trail import compute
from jcoc.trail.access import ADMINISTRATOR, ASSESSOR, LEADER, SHIFT_LEAD, allow
from jcoc.trail.limits import Rate, limited

READERS = (LEADER, ADMINISTRATOR, SHIFT_LEAD, ASSESSOR)
#: Rows of a list at most. The page shows as many as fit whole, and one list alone with all of them.
ROWS = 16
LISTS = {
    "behind": presenting.behind,
    "kept": presenting.kept,
    "moved": presenting.moved,
    "silent": presenting.silent,
}
#: A sheet takes a tenth of a second; one that is not there by then never will be.
SHEET_S = 60


@allow(*READERS)
@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    since, gathered = _asked(request)
    today = timezone.localdate()
    lists = {name: make(gathered, today) for name, make in LISTS.items()}
    show = request.GET.get("show", "")
    show = show if show in LISTS else ""
    context = {
        "since": since.value,
        "choices": presenting.SINCE.items(),
        "now": timezone.now(),
        "total": presenting.tile(gathered.overview.total),
        "tiles": [presenting.tile(each) for each in gathered.overview.dimensions],
        "show": show,
        "many": {name: len(rows) for name, rows in lists.items()} | {"news": gathered.overview.news},
    } | {name: rows if show else rows[:ROWS] for name, rows in lists.items()}
    return render(request, "leader/leader.html", context)


@allow(*READERS)
@limited("leader.sheet", Rate(10, 60))
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """One A4 page, set in a compute worker."""
    since, gathered = _asked(request)
    data = sheet_data(gathered, since, timezone.now())
    made = compute.within(SHEET_S, compile_sheet, data)
    what = _("overview")
    name = f"jcoc-{what}-{timezone.localdate().isoformat()}.pdf"
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


def _asked(request: HttpRequest) -> tuple[Since, Gathered]:
    asked = request.GET.get("since", "")
    since = Since(asked) if asked in list(Since) else Since.PERIOD
    reader = request.principal  # type: ignore[attr-defined]
    return since, gather(reader, since, timezone.localdate())
