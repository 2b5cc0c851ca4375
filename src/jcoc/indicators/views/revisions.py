"""Every revision of a value: when, who, why, and from which number to which."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jcoc.indicators.models import Value
from jcoc.indicators.views.common import READERS, may_correct, value_of
from jcoc.indicators.wording import by_whom
from jcoc.trail.access import STAFF, allow
from jcoc.trail.actor import LOCAL
from jcoc.trail.audit.words import actor_names


@allow(*READERS)
@require_safe
def revisions(request: HttpRequest, code: str, place: str, period: str) -> HttpResponse:
    value = value_of(request, code, place, period)
    kept = Value.objects.filter(indicator=value.indicator, place=value.place, start=value.start)
    listed = list(kept.order_by("-revision"))
    principal = request.principal  # type: ignore[attr-defined]
    staff = bool(principal) and not principal.roles.isdisjoint(STAFF)
    # Who works for the city is named to those who work there; to everybody else the opaque id says that it is one.
    names = actor_names(each.made_by for each in listed) if staff else {}
    context = {
        "indicator": value.indicator,
        "place": value.place,
        "period": value.period,
        "value": value,
        "steps": [
            {
                "after": after,
                "before": before,
                "by": by_whom(LOCAL) if after.made_by == LOCAL else names.get(after.made_by, after.made_by),
            }
            for after, before in zip(listed, [*listed[1:], None], strict=True)
        ],
        "corrects": may_correct(request, value.indicator, value.place),
    }
    return render(request, "indicators/revisions.html", context)
