"""The queue of requests and the page of one."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jcoc.people.identity.models import Person
from jcoc.people.privacy import dossier
from jcoc.people.privacy.forms import AnswerForm, RequestForm
from jcoc.people.privacy.models import OPEN_STATES, Request, RequestKind, Restriction
from jcoc.people.privacy.services import answering, requests
from jcoc.trail.access import DATA_OFFICER, allow
from jcoc.trail.channels.models import Message
from jcoc.trail.sealing import seals

PER_PAGE = 25


@allow(DATA_OFFICER)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Open requests by what is due first, or the closed ones newest first."""
    closed = request.GET.get("state") == "closed"
    kind = request.GET.get("kind", "")
    rows = Request.objects.visible(request.principal)  # type: ignore[attr-defined]
    rows = (
        rows.exclude(state__in=OPEN_STATES).order_by("-closed")
        if closed
        else rows.filter(state__in=OPEN_STATES)
    )
    if kind in RequestKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    seen = Person.objects.visible(request.principal)  # type: ignore[attr-defined]
    people = seen.filter(pk__in=[asked.subject for asked in page], erased=None)
    with seals.holding(person.pk for person in people):
        names = {person.pk: str(person.name) for person in people}
    for asked in page:
        asked.of = names.get(asked.subject, "")
    context = {"page_obj": page, "closed": closed, "kind": kind, "kinds": RequestKind.choices}
    return render(request, "privacy/queue.html", context)


@allow(DATA_OFFICER)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Enter a request for a person who came, called or wrote."""
    person = get_object_or_404(Person.objects.visible(request.principal), pk=subject)  # type: ignore[attr-defined]
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entered = requests.receive(person.pk, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("words", error)
        else:
            messages.success(request, _("The request is in the queue. Its clock runs."))
            return redirect("privacy:request", entered.pk)
    return render(
        request,
        "privacy/receive.html",
        {"form": form, "person": person},
        status=422 if form.is_bound else 200,
    )


@allow(DATA_OFFICER)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = _visible(request, pk)
    return render(request, "privacy/request.html", _context(request, asked, AnswerForm()))


@allow(DATA_OFFICER)
@require_POST
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a request up, fulfil or refuse it."""
    asked = _visible(request, pk)
    form = AnswerForm(request.POST)
    action = request.POST.get("action")
    if not form.is_valid():
        return render(request, "privacy/request.html", _context(request, asked, form), status=422)
    answer = form.cleaned_data["answer"]
    try:
        if action == "take_up":
            requests.take_up(asked)
        elif action == "fulfil":
            requests.fulfil(asked, answer)
        elif action == "refuse":
            requests.refuse(asked, answer)
        elif action == "answer" and asked.is_open and asked.kind == RequestKind.ERASE:
            requests.answer_before_erasing(asked, answer)
        else:
            return HttpResponse(_("Say what to do: take_up, fulfil or refuse."), status=400)
    except ValidationError as error:
        form.add_error("answer", error)
        return render(request, "privacy/request.html", _context(request, asked, form), status=422)
    except requests.TakenMeanwhile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The request is now: %(state)s.") % {"state": asked.get_state_display()})
    return redirect("privacy:request", asked.pk)


@allow(DATA_OFFICER)
@require_POST
def words(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open what the person wrote, and what was answered; the trail says who did."""
    asked = _visible(request, pk)
    try:
        opened = {
            name: getattr(asked, name).open(reason=seals.Reason.REQUEST) for name in ("words", "answer")
        }
    except seals.Erased:
        opened = {"words": _("erased")}
    return render(
        request, "privacy/request.html", _context(request, asked, AnswerForm()) | {"opened": opened}
    )


@allow(DATA_OFFICER)
@require_POST
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is held of the person, as a file to hand over."""
    return as_file(dossier.collect(_visible(request, pk).subject))


@allow(DATA_OFFICER)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a restriction."""
    restriction = get_object_or_404(Restriction.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    requests.lift_restriction(restriction)
    messages.success(request, _("The data may be used again."))
    return redirect("privacy:request", restriction.request_id)


def as_file(collected: dict[str, Any]) -> HttpResponse:
    text = json.dumps(collected, ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": 'attachment; filename="data-pribadi.json"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


def _visible(request: HttpRequest, pk: UUID) -> Request:
    asked: Request = get_object_or_404(Request.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    return asked


def _context(request: HttpRequest, asked: Request, form: AnswerForm) -> dict[str, Any]:
    people = Person.objects.visible(request.principal)  # type: ignore[attr-defined]
    told = Message.objects.visible(request.principal).filter(subject=asked.subject, kind=answering.KIND)  # type: ignore[attr-defined]
    return {
        "told": told.order_by("-created").first() if asked.is_open else None,
        "asked": asked,
        "form": form,
        "person": people.filter(pk=asked.subject).first(),
        "steps": asked.steps.visible(request.principal),  # type: ignore[attr-defined]
        "restrictions": asked.restrictions.visible(request.principal),  # type: ignore[attr-defined]
    }
