"""The pages about programmes: which there are, what keeps others out, and what one of them declares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jcoc.contract import grade, markdown, procedures, registry
from jcoc.contract.discovery import Found
from jcoc.contract.faults import Fault
from jcoc.contract.models import Enrolment
from jcoc.contract.programme import AlertRule, Programme, Stage, Stream, WhenIndicator, WhenSilent, WhenStream
from jcoc.contract.templatetags.contract import comparison_word, role_word
from jcoc.indicators.declaration import Indicator
from jcoc.indicators.units import UNITS
from jcoc.trail.access import ADMINISTRATOR, STAFF, allow
from jcoc.web.formats import duration, reading


@dataclass(frozen=True)
class Listed:
    found: Found
    grade: grade.Grade
    #: Sentences; why its indicators stand as they were.
    refused: list[str]


@cache
def _grade(code: str) -> grade.Grade:
    """Once a process: the sources of a programme that runs are those it started with."""
    found = next(each for each in registry.running() if each.code == code)
    return grade.grade(found.programme, found.folder)


@allow(*STAFF)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes that run, those that are kept out, and those that have left.

    What keeps one out tells of the machine and its files: the administrator alone, who can mend it, is told.
    """
    faults = registry.faults()
    mends = ADMINISTRATOR in request.principal.roles  # type: ignore[attr-defined]
    enrolments = Enrolment.objects.visible(request.principal)  # type: ignore[attr-defined]
    known = {each.code: each for each in enrolments}
    context = {
        "programmes": [
            Listed(each, _grade(each.code), _refused(known.get(each.code))) for each in registry.running()
        ],
        "kept_out": sorted({fault.programme for fault in faults}),
        "faults": [_said(fault) for fault in faults] if mends else [],
        "log_says_more": mends and any(fault.raised for fault in faults),
        "gone": [each for each in known.values() if each.left],
    }
    return render(request, "contract/programmes.html", context)


def _refused(enrolment: Enrolment | None) -> list[str]:
    return enrolment.refusals(_) if enrolment else []


def _said(fault: Fault) -> dict[str, str]:
    reason, mend = fault.said(_)
    return {
        "programme": fault.programme,
        "file": fault.file,
        "field": fault.field,
        "reason": reason,
        "mend": mend,
    }


@allow(*STAFF)
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """What a programme declares, in words, and its grade."""
    found = next((each for each in registry.running() if each.code == code), None)
    if found is None:
        raise Http404(_("No programme of that code runs here."))
    declared = found.programme
    enrolment = Enrolment.objects.visible(request.principal).filter(code=code).first()  # type: ignore[attr-defined]
    kept = _grade(code)
    context = {
        "found": found,
        "programme": declared,
        "alerts": [
            {
                "rule": alert,
                "watches": watches(declared, alert),
                "procedure": _title(declared, alert.procedure),
            }
            for alert in declared.alerts
        ],
        "duties": sorted(declared.stage_duties, key=lambda duty: list(Stage).index(duty.stage)),
        "procedures": [
            (procedure, markdown.html(procedures.text(found.folder, procedure.code, _language()), duty))
            for procedure in declared.procedures
        ],
        "evidence": [(offer, _indicator(declared, offer.indicator)) for offer in declared.evidence],
        "refused": _refused(enrolment),
        "grade": kept,
        "ranks": [(rank, kept.of(rank)) for rank in grade.Rank],
    }
    return render(request, "contract/programme.html", context)


def duty(step: procedures.Step) -> str:
    """Who does a step, and by when."""
    if not step.role:
        return ""
    if step.within is None:
        return f"{_capital(role_word(step.role))}:"
    return _("%(role)s, within %(span)s:") % {
        "role": _capital(role_word(step.role)),
        "span": duration(step.within),
    }


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "id"


def _title(declared: Programme, code: str) -> Any:
    return next(each.title for each in declared.procedures if each.code == code)


def _indicator(declared: Programme, code: str) -> Any:
    return next(each for each in declared.indicators if each.code == code)


def watches(declared: Programme, alert: AlertRule) -> str:
    """In words when an alert is raised."""
    condition = alert.watches
    language = get_language()
    streams = {each.code: each.name.in_(language) for each in declared.streams}
    measured = {each.code: each.name.in_(language) for each in declared.indicators}
    if isinstance(condition, WhenSilent):
        name = streams[condition.stream] if condition.stream else measured[condition.indicator]
        return _("%(name)s: no data for %(span)s") % {"name": name, "span": duration(condition.after)}
    if isinstance(condition, WhenIndicator) and condition.comparison is None:
        return _("%(name)s: behind its target path") % {"name": measured[condition.indicator]}
    watched: Stream | Indicator = (
        next(each for each in declared.streams if each.code == condition.stream)
        if isinstance(condition, WhenStream)
        else next(each for each in declared.indicators if each.code == condition.indicator)
    )
    values = {
        "name": watched.name.in_(language),
        "comparison": comparison_word(condition.comparison) if condition.comparison else "",
        "value": _amount(condition.value, watched.unit) if condition.value is not None else "",
    }
    if isinstance(condition, WhenStream) and condition.lasting:
        return _("%(name)s: %(comparison)s %(value)s for %(span)s") % (
            values | {"span": duration(condition.lasting)}
        )
    return _("%(name)s: %(comparison)s %(value)s") % values


def _amount(value: float, unit: str) -> str:
    """A number and its unit, which stay on one line."""
    symbol = UNITS[unit].symbol.in_(get_language())
    parts = (symbol, reading(value)) if unit == "IDR" else (reading(value), symbol)
    return "\u00a0".join(filter(None, parts))
