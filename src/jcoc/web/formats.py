"""Numbers and spans of time as people here read them; frontend/src/core/format.ts says the same in the browser."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def reading(value: float | None) -> str:
    """A measured number with as many decimals as its size deserves; "–" where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 or size == 0 else 3
    # Halves go up, as in the browser: both must show the same figure.
    text = f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    shown = number_format(float(text), places, use_l10n=True, force_grouping=True)
    return shown.replace("-", "−") if float(text) else shown.lstrip("-")


def span(length: timedelta) -> str:
    """A span of time in one unit, which is enough to see whether something is fresh."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 1:
        return pgettext("span of time", "{n} s").format(n="<1")
    if seconds < 90:
        return pgettext("span of time", "{n} s").format(n=seconds)
    if seconds < 90 * 60:
        return pgettext("span of time", "{n} min").format(n=round(seconds / 60))
    if seconds < 36 * 3600:
        return pgettext("span of time", "{n} h").format(n=round(seconds / 3600))
    if seconds < 400 * 86400:
        return pgettext("span of time", "{n} d").format(n=round(seconds / 86400))
    return pgettext("span of time", "{n} yr").format(n=round(seconds / 31_557_600))


def duration(length: timedelta) -> str:
    """A time that was set, such as a limit, told whole: "1 h 30 min". To the second."""
    left = max(0, round(length.total_seconds()))
    said = []
    for seconds, text in (
        (86400, pgettext("span of time", "{n} d")),
        (3600, pgettext("span of time", "{n} h")),
        (60, pgettext("span of time", "{n} min")),
        (1, pgettext("span of time", "{n} s")),
    ):
        count, left = divmod(left, seconds)
        if count:
            said.append(text.format(n=count))
    return " ".join(said) or pgettext("span of time", "{n} s").format(n=0)


def age(moment: datetime) -> str:
    """How long ago a moment was, such as "12 s ago"."""
    return _("{age} ago").format(age=span(timezone.now() - moment))


def moment(instant: datetime) -> str:
    """The day and the minute, in local time."""
    return dateformat.format(timezone.localtime(instant), pgettext("date format", "j M Y, H:i"))


def exact_moment(instant: datetime) -> str:
    """The day and the second, in local time."""
    return dateformat.format(timezone.localtime(instant), pgettext("date format", "j M Y, H:i:s"))


def minute(instant: datetime) -> str:
    return dateformat.format(timezone.localtime(instant), pgettext("date format", "H:i"))
