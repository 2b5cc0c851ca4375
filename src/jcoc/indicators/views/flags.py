"""Where a recomputation disagrees with what is kept, to be looked into and closed with a reason."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jcoc.indicators.forms import ClosingForm
from jcoc.indicators.models import Flag
from jcoc.indicators.services import flagging
from jcoc.indicators.services.keeping import Refused
from jcoc.people import scope
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, AUDITOR, allow

PAGE = 25
_KEY = re.compile(r"[0-9]{1,18}")
CLOSERS = (ADMINISTRATOR, AGENCY_OFFICER)


@allow(*CLOSERS, AUDITOR)
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """Those that are open, and on the other tab those that were closed; `?value=` those of one value alone."""
    closed = request.GET.get("closed") == "1"
    seen = Flag.objects.visible(request.principal)  # type: ignore[attr-defined]
    asked = request.GET.get("value", "")
    if asked:
        seen = seen.filter(value=int(asked)) if _KEY.fullmatch(asked) else seen.none()
    found = seen.filter(closed__isnull=False).order_by("-closed") if closed else seen.open()
    page = Paginator(found.select_related("value__indicator", "value__place"), PAGE).get_page(
        request.GET.get("page")
    )
    mine = set(closable(request).filter(pk__in=[flag.pk for flag in page]).values_list("pk", flat=True))
    return render(
        request, "indicators/flags.html", {"page_obj": page, "closed": closed, "mine": mine, "asked": asked}
    )


@allow(*CLOSERS)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    flag = get_object_or_404(closable(request).select_related("value__indicator", "value__place"), pk=pk)
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flagging.close(flag.pk, form.cleaned_data["why"])
        except Refused as why:
            if why.field not in form.fields:
                messages.warning(request, why.said(_))
                return redirect("indicators:flags")
            form.add_error(why.field, why.said(_))
        else:
            messages.success(request, _("The flag is closed."))
            return redirect("indicators:flags")
    status = 422 if form.is_bound else 200
    return render(request, "indicators/flag_close.html", {"flag": flag, "form": form}, status=status)


def closable(request: HttpRequest):  # type: ignore[no-untyped-def]
    """The flags that the reader answers for: an officer those of the own programme and place."""
    principal = request.principal  # type: ignore[attr-defined]
    if not principal:  # lazy: its truth alone says that there is none
        return Flag.objects.none()
    reach = scope.within(
        principal, CLOSERS, place_field="value__place", programme_field="value__indicator__declared_by"
    )
    return Flag.objects.visible(principal).filter(reach)
