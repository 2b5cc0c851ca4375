"""The breach register and the written notice."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jcoc.city.context import city
from jcoc.people.privacy.forms import BreachForm
from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.models import Breach
from jcoc.people.privacy.notice import FRAME, MONTHS, BreachFacts, draft
from jcoc.people.privacy.services import breaches
from jcoc.trail.access import DATA_OFFICER, allow


@allow(DATA_OFFICER)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    rows = Breach.objects.visible(request.principal)  # type: ignore[attr-defined]
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "privacy/breaches.html", {"page_obj": page})


@allow(DATA_OFFICER)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        breach = breaches.open_breach(form.cleaned_data)
        messages.success(request, _("The breach is registered. Its clock runs."))
        return redirect("privacy:breach", breach.pk)
    return render(request, "privacy/breach_form.html", {"form": form}, status=422 if form.is_bound else 200)


@allow(DATA_OFFICER)
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    breach = _visible(request, pk)
    form = BreachForm(request.POST or None, instance=Breach.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            breaches.change(breach, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("What became known is entered."))
            return redirect("privacy:breach", breach.pk)
    context = {
        "breach": breach,
        "form": form,
        "missing": breaches.missing(breach),
        "steps": breach.steps.visible(request.principal),  # type: ignore[attr-defined]
    }
    return render(request, "privacy/breach.html", context, status=422 if form.is_bound else 200)


@allow(DATA_OFFICER)
@require_POST
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the clock because the notice has gone, or close the entry."""
    breach = _visible(request, pk)
    action = request.POST.get("action")
    if action not in ("notified", "close"):
        return HttpResponse(_("Say what to do: notified or close."), status=400)
    try:
        (breaches.mark_notified if action == "notified" else breaches.close)(breach)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The entry is now: %(state)s.") % {"state": breach.get_state_display()})
    return redirect("privacy:breach", breach.pk)


@allow(DATA_OFFICER)
@require_GET
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft of the written notice, to be printed or copied."""
    breach = _visible(request, pk)
    with override("id"):
        facts = BreachFacts(
            city=str(city(request)["city_name"]),
            discovered=breach.discovered,
            happened_from=breach.happened_from,
            happened_until=breach.happened_until,
            kinds=[str(DataKind(kind).label) for kind in breach.kinds],
            affected=breach.affected,
            how=breach.how,
            consequences=breach.consequences,
            remedy=breach.remedy,
            advice=breach.advice,
            contact=breach.contact,
        )
    sections = draft(facts, ZoneInfo(settings.TIME_ZONE), "WIB")
    today = timezone.localdate()
    context = {
        "breach": breach,
        "sections": sections,
        "frame": FRAME,
        "missing": breaches.missing(breach),
        "today": f"{today.day} {MONTHS[today.month - 1]} {today.year}",
    }
    return render(request, "privacy/notice.html", context)


def _visible(request: HttpRequest, pk: UUID) -> Breach:
    breach: Breach = get_object_or_404(Breach.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    return breach
