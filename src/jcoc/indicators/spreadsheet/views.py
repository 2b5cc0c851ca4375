"""Hand in a spreadsheet: choose and send, look at every cell, keep all of it or nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jcoc.indicators.spreadsheet import choosing, comparing, saying, services
from jcoc.indicators.spreadsheet.filling import template_of
from jcoc.indicators.spreadsheet.forms import ChoicesForm, KeepForm, SendForm, TemplateForm
from jcoc.indicators.spreadsheet.models import Import, State, indicators_for
from jcoc.indicators.spreadsheet.previewing import CannotRead, Preview
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, allow
from jcoc.trail.audit import words
from jcoc.trail.limits import Rate, limited, takes
from jcoc.trail.pages import MAX_BODY

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Findings in one list; a file with more is mended in steps.
MOST_LISTED = 200


def _mine(request: HttpRequest, pk: uuid.UUID) -> Import:
    visible = Import.objects.visible(request.principal)  # type: ignore[attr-defined]
    return get_object_or_404(visible.select_related("file"), pk=pk)


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@takes(MAX_BODY)
@limited("spreadsheet.start", Rate(60, 120))
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose indicators, take their template, send the file; what was handed in before."""
    principal = request.principal  # type: ignore[attr-defined]
    form = SendForm(request.POST or None, request.FILES or None, principal=principal)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(form.cleaned_data["file"], form.cleaned_data["indicators"])
            return redirect("spreadsheet:preview", made.pk)
        except services.Refused as refused:
            form.add_error("file", str(refused))
    return _start_page(request, form)


def _start_page(request: HttpRequest, form: SendForm | TemplateForm) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    former = Import.objects.visible(principal).prefetch_related("indicators")
    page = Paginator(former, 20).get_page(request.GET.get("page"))
    names = words.actor_names(each.made_by for each in page)
    rows = [{"import": each, "by": names.get(each.made_by, each.made_by)} for each in page]
    context = {
        "form": form,
        "rows": rows,
        "page_obj": page,
        "any": indicators_for(principal).exists(),
        "days": services.DRAFT_KEPT.days,
    }
    return render(request, "spreadsheet/start.html", context, status=422 if form.errors else 200)


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@limited("spreadsheet.template", Rate(30, 60))
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The template of the chosen indicators as .xlsx."""
    form = TemplateForm(request.GET, principal=request.principal)  # type: ignore[attr-defined]
    if not form.is_valid():
        send = SendForm(request.GET, principal=request.principal)  # type: ignore[attr-defined]
        send.errors.clear()
        send.errors.update(form.errors)
        return _start_page(request, send)
    chosen = form.cleaned_data["indicators"]
    data = template_of(chosen, form.cleaned_data["level"], timezone.localdate())
    answer = HttpResponse(data, content_type=_XLSX)
    name = chosen[0].code if len(chosen) == 1 else "indicators"
    answer["Content-Disposition"] = f'attachment; filename="{name}-template.xlsx"'
    return answer


def _open(request: HttpRequest, pk: uuid.UUID) -> tuple[Import, Preview] | None:
    """A draft and how its sheet is read now; None where there is nothing to answer, and the preview says why."""
    draft = _mine(request, pk)
    if draft.state != State.DRAFT:
        return None
    try:
        return draft, services.look(draft)
    except CannotRead:
        return None


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@limited("spreadsheet.look", Rate(60, 60))
@require_safe
def look(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet with every cell marked, before anything is kept; what became of it afterwards."""
    return _look(request, _mine(request, pk))


def _look(
    request: HttpRequest,
    draft: Import,
    *,
    choices_form: ChoicesForm | None = None,
    keep_form: KeepForm | None = None,
    found: Preview | None = None,
    error: str = "",
    reason: str = "",
    status: int = 0,
) -> HttpResponse:
    by = words.actor_names([draft.made_by]).get(draft.made_by, draft.made_by)
    context: dict[str, Any] = {"draft": draft, "by": by, "indicators": draft.indicators.all(), "error": error}
    if draft.state != State.DRAFT:
        return render(request, "spreadsheet/ended.html", context)
    try:
        found = found or services.look(draft)
    except CannotRead as unreadable:
        return render(request, "spreadsheet/unreadable.html", context | {"why": str(unreadable)}, status=422)
    number = request.GET.get("part", "")
    part = min(
        max(int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1, 1),
        saying.pages(found),
    )
    findings = [*found.faults, *found.warnings, *found.notes]
    listed = [
        saying.said(each) | {"part": saying.page_of(each.spot[0] if each.spot else 1)}
        for each in findings[:MOST_LISTED]
    ]
    context |= {
        "found": found,
        "findings": listed,
        "unlisted": max(0, len(findings) - MOST_LISTED),
        "counts": {state.value: found.count(state) for state in comparing.State},
        "faults": len(found.faults),
        "warnings": len(found.warnings),
        "letters": list(saying.column_letters(found.mapped.sheet.columns)),
        "rows": list(saying.grid(found, part)),
        "part": part,
        "parts": range(1, saying.pages(found) + 1),
        "choices_form": choices_form
        or ChoicesForm(None, found=found, choices=choosing.from_json(draft.choices)),
        "keep_form": keep_form
        or KeepForm(initial={"seal": found.seal, "reason": reason}, needs_reason=found.needs_reason),
        "to_keep": len(found.to_keep),
    }
    status = status or (422 if error or choices_form or keep_form else 200)
    return render(request, "spreadsheet/preview.html", context, status=status)


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@limited("spreadsheet.choose", Rate(20, 60))
@require_POST
def choose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say otherwise how the sheet is to be read."""
    if (opened := _open(request, pk)) is None:
        return redirect("spreadsheet:preview", pk)
    draft, found = opened
    form = ChoicesForm(request.POST, found=found, choices=choosing.from_json(draft.choices))
    if not form.is_valid():
        return _look(request, draft, choices_form=form, found=found)
    services.choose(draft, form.chosen())
    messages.success(request, _("The sheet was read anew."))
    return redirect("spreadsheet:preview", pk)


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@limited("spreadsheet.keep", Rate(20, 60))
@require_POST
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep all of it, or nothing."""
    if (opened := _open(request, pk)) is None:
        return redirect("spreadsheet:preview", pk)
    draft, found = opened
    # Of another preview than was looked at the reason was not asked for.
    needs_reason = found.needs_reason and found.seal == request.POST.get("seal")
    form = KeepForm(request.POST, needs_reason=needs_reason)
    valid = form.is_valid()
    if "reason" in form.errors:
        return _look(request, draft, keep_form=form, found=found)
    if not valid:
        return redirect("spreadsheet:preview", pk)
    # Who sent the file may have lost the role since, or hold it for another programme.
    mine = indicators_for(request.principal)  # type: ignore[attr-defined]
    if not_mine := draft.indicators.exclude(pk__in=mine):
        names = ", ".join(each.name for each in not_mine)
        error = _("Nothing was kept: it is not for you to hand in values of %(names)s.") % {"names": names}
        return _look(request, draft, error=error, status=403)
    try:
        kept = services.keep(draft, form.cleaned_data["seal"], form.cleaned_data["reason"])
    except services.Refused as refused:
        draft.refresh_from_db()
        return _look(request, draft, error=str(refused), reason=form.cleaned_data["reason"])
    except CannotRead:
        return redirect("spreadsheet:preview", pk)
    said = ngettext("%(n)s value was kept.", "%(n)s values were kept.", kept.values) % {"n": kept.values}
    messages.success(request, said)
    return redirect("spreadsheet:preview", pk)


@allow(AGENCY_OFFICER, ADMINISTRATOR)
@require_POST
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    services.cancel(_mine(request, pk))
    messages.success(request, _("Nothing of the file was kept."))
    return redirect("spreadsheet:start")
