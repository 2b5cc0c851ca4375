"""Correct a value: a revision with a reason, and nothing lost where two correct at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jcoc.indicators.forms import CorrectionForm, written
from jcoc.indicators.models import Value
from jcoc.indicators.services import correcting
from jcoc.indicators.services.keeping import Conflict, Refused
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.saying import worded
from jcoc.indicators.views.common import CORRECTORS, may_correct, value_of
from jcoc.trail.access import allow
from jcoc.trail.receipts.answers import conflict, refused

_PAGE = "indicators/correct.html"


@allow(*CORRECTORS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str, place: str, period: str) -> HttpResponse:
    value = value_of(request, code, place, period)
    if not may_correct(request, value.indicator, value.place):
        raise PermissionDenied(_("This value is corrected by the agency that answers for it."))
    context = _context(value)
    if request.method == "GET":
        return render(request, _PAGE, {**context, "form": _form_of(value)})
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return refused(request, form, _PAGE, context)
    given = form.cleaned_data
    number = given["value"]
    if number is not None and not given["anyway"] and (doubts := correcting.doubts(value, number)):
        form.ask([Finding(rule, values=worded(facts)).why(_) for rule, facts in doubts])
        return refused(request, form, _PAGE, context)
    try:
        correcting.correct(
            value.pk,
            follows=given["version"] or 0,
            value=given["value"],
            reason=given["reason"],
            note=given["note"],
        )
    except Conflict:
        theirs = value_of(request, code, place, period)
        return conflict(
            request,
            form,
            _form_of(theirs, filled=True),
            _PAGE,
            _context(theirs),
            version=str(theirs.revision),
        )
    except Refused as why:
        form.add_error(why.field if why.field in form.fields else None, why.alone(_))
        return refused(request, form, _PAGE, context)
    messages.success(request, _("The correction is kept as a new revision."))
    return redirect("indicators:revisions", code, place, period)


def _form_of(value: Value, *, filled: bool = False) -> CorrectionForm:
    """For a correction of it; `filled` with what its maker wrote, to be shown to the one who came second."""
    initial: dict[str, Any] = {"version": value.revision, "value": written(value.value)}
    if filled:
        initial |= {"reason": value.told_reason, "note": value.told_note}
    return CorrectionForm(initial=initial)


def _context(value: Value) -> dict[str, Any]:
    return {"indicator": value.indicator, "place": value.place, "period": value.period, "value": value}
