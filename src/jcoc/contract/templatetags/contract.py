"""{{ words|said }}, {{ role|role_word }} and what declares a source in words."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from jcoc.contract.grade import Outcome, Rank
from jcoc.contract.programme import Comparison, Page, Severity, Stage
from jcoc.indicators.dimensions import SUB_DIMENSIONS
from jcoc.indicators.words import Words
from jcoc.people.models import Role
from jcoc.people.privacy.purposes import purpose_of, retentions
from jcoc.trail.access import EVERYONE, KIOSK
from jcoc.web.context import may_open
from jcoc.web.formats import span

register = template.Library()


@register.filter
def said(words: Words) -> str:
    return words.in_(get_language())


@register.filter
def role_word(role: str) -> str:
    if role == EVERYONE:
        return _("everybody")
    return _("screen without a person") if role == KIOSK else str(Role(role).label)


@register.filter
def rank_word(rank: Rank | None) -> str:
    words = {
        Rank.BRONZE: _("Bronze"),
        Rank.SILVER: _("Silver"),
        Rank.GOLD: _("Gold"),
        Rank.PLATINUM: _("Platinum"),
    }
    return words[rank] if rank else _("No rank yet")


@register.filter
def outcome_word(outcome: Outcome) -> str:
    return {
        Outcome.PASSED: _("passed"),
        Outcome.MISSING: _("missing"),
        Outcome.NOT_MEASURED: _("not measured"),
    }[outcome]


@register.filter
def severity_word(severity: Severity | Stage) -> str:
    """Indonesia's warning words stay as they are in every language."""
    return _("Normal") if severity == Stage.NORMAL else str(severity).capitalize()


@register.filter
def comparison_word(comparison: Comparison) -> str:
    words = {
        Comparison.ABOVE: pgettext("comparison", "above"),
        Comparison.BELOW: pgettext("comparison", "below"),
    }
    return words[comparison]


@register.filter
def sub_dimension_word(code: str) -> str:
    return said(SUB_DIMENSIONS[code])


@register.filter
def purpose_word(code: str) -> str:
    return str(purpose_of(code).title)


@register.filter
def retention_word(code: str) -> str:
    """How long, and why."""
    found = next(each for each in retentions() if each.code == code)
    return _("kept %(span)s: %(why)s") % {"span": span(found.kept), "why": found.why}


@register.simple_tag(takes_context=True)
def programme_page(context: template.Context, code: str, page: Page) -> str:
    """The address of a declared page, where the reader may open it and it needs no arguments."""
    request: HttpRequest = context["request"]
    view = f"{code}:{page.view}"
    return reverse(view) if not page.example and (EVERYONE in page.roles or may_open(request, view)) else ""
