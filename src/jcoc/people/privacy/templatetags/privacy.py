"""A clock of three times twenty-four hours as people read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.people.privacy.clocks import Clock, ClockState
from jcoc.people.privacy.forms import VIA
from jcoc.people.privacy.purposes import retentions
from jcoc.web.formats import moment

register = template.Library()

_LEVELS = {
    ClockState.RUNNING: "normal",
    ClockState.URGENT: "warning",
    ClockState.OVERDUE: "error",
    ClockState.MET: "normal",
    ClockState.LATE: "error",
}
_ICONS = {
    ClockState.RUNNING: "clock",
    ClockState.URGENT: "clock",
    ClockState.OVERDUE: "warning",
    ClockState.MET: "check",
    ClockState.LATE: "warning",
}


def hours(length: timedelta) -> str:
    """In hours up to the clock's own length and in days beyond; minutes within the last hour."""
    minutes = round(length / timedelta(minutes=1))
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes <= 72 * 60:
        return _("{n} h").format(n=round(minutes / 60))
    return _("{n} d").format(n=round(minutes / 1440))


def in_words(clock: Clock) -> str:
    now = timezone.now()
    left, state = clock.left(now), clock.state(now)
    if state in (ClockState.RUNNING, ClockState.URGENT):
        return _("{span} left").format(span=hours(left))
    if state == ClockState.OVERDUE:
        return _("overdue by {span}").format(span=hours(-left))
    if state == ClockState.MET:
        return _("in time")
    return _("{span} too late").format(span=hours(-left))


@register.inclusion_tag("privacy/clock.html")
def clock(value: Clock) -> dict[str, Any]:
    """Icon and words of a clock, with the instant at which it runs out."""
    state = value.state(timezone.now())
    return {"clock": value, "words": in_words(value), "level": _LEVELS[state], "icon_name": _ICONS[state]}


_VIA_WORDS = dict(VIA) | {"own_page": gettext_lazy("on the own page")}
_BREACH_WORDS = {
    "opened": gettext_lazy("entered"),
    "changed": gettext_lazy("filled in"),
    "notified": gettext_lazy("notified"),
    "closed": gettext_lazy("closed"),
}


@register.filter
def via_word(code: str) -> str:
    """How a request came."""
    return str(_VIA_WORDS.get(code, code))


@register.filter
def breach_word(code: str) -> str:
    return str(_BREACH_WORDS.get(code, code))


@register.filter
def retention_word(code: str) -> str:
    return next((str(rule.title) for rule in retentions() if rule.code == code), code)


@register.filter
def days_word(kept: timedelta) -> str:
    """A rule's span in years where it is one, in days otherwise."""
    if kept.days % 365 == 0:
        return _("{n} yr").format(n=kept.days // 365)
    return _("{n} d").format(n=kept.days)


@register.filter
def held_value(value: object) -> object:
    """A value of the dossier for reading: an instant in local time, a dash for nothing."""
    if value in (None, ""):
        return "–"
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return f"{moment(at)} WIB" if at.tzinfo else value
