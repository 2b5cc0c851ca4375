"""Values with unit, origin and standing: shape and word besides the colour."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jcoc.indicators import wording
from jcoc.indicators.models import Indicator, Origin
from jcoc.indicators.standing import Standing

#: 16 × 16. Of a value: the same shapes mark the points of a chart.
ORIGIN_SHAPES = {
    "measured": "M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11z",
    "entered": "M3 3h10v10H3z",
    "published": "M8 1.2l6.8 6.8L8 14.8 1.2 8z",
    "corrected": "M2.5 13.5l1-4 7-7 3 3-7 7z",
    "stand-in": "M8 2l6.5 11.5h-13z",
    "simulated": "M8 14L1.5 2.5h13z",
}
_STANDING_SHAPES = {
    Standing.REACHED: "M2 8.5l4 4 8-9",
    Standing.ON_PATH: "M2 8h11M9 3.5L13.5 8 9 12.5",
    Standing.BEHIND: "M8 2.5v10M3.5 8L8 12.8 12.5 8",
    Standing.NONE: "M4 8h8",
}


_FLAG = "M4 14.5V2h9l-2.5 3.2L13 8.5H4"


def _shape(path: str) -> SafeString:
    return format_html('<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', path)


def origin_mark(origin: str, source: str = "", *, short: bool = False) -> SafeString:
    """Where a value comes from; what the city did not measure is framed so that nobody takes it for measured."""
    return format_html(
        '<span class="origin" data-origin="{}"{}>{}{}</span>',
        origin,
        format_html(' title="{}"', source) if source else "",
        _shape(ORIGIN_SHAPES[origin]),
        wording.origin_short(origin) if short else Origin(origin).label,
    )


def standing_mark(standing: Standing) -> SafeString:
    return format_html(
        '<span class="standing" data-standing="{}">{}{}</span>',
        standing.value,
        _shape(_STANDING_SHAPES[standing]),
        wording.STANDINGS[standing],
    )


def provisional_mark() -> SafeString:
    return format_html('<span class="provisional">{}</span>', _("provisional"))


def few_mark() -> SafeString:
    """Of a period that was watched for a part of it."""
    return format_html(
        '<span class="provisional" title="{}">{}</span>',
        _("fewer hours with readings than a period usually has"),
        _("few readings"),
    )


def doubted_mark(value: int, of: str = "", *, linked: bool = False) -> SafeString:
    """Of a value, by its key, with an open flag; `linked` to it for who may see it, `of` tells the link from others."""
    told = format_html("{}<span>{}</span>", _shape(_FLAG), _("doubted"))
    title = _("a recomputation came to something else")
    if not linked:
        return format_html('<span class="doubted" title="{}">{}</span>', title, told)
    return format_html(
        '<a class="doubted" href="{}?value={}" title="{}">{}{}</a>',
        reverse("indicators:flags"),
        value,
        title,
        told,
        format_html('<span class="vh"> {}</span>', of) if of else "",
    )


def amount(value: float | None, indicator: Indicator) -> SafeString:
    """The number large, its unit small beside it."""
    number = format_html("<b>{}</b>", wording.figure(value, indicator.decimals))
    if value is None or not indicator.unit_symbol:
        return number
    unit = format_html("<small>{}</small>", indicator.unit_symbol)
    return (
        format_html("{} {}", unit, number)
        if wording.unit_leads(indicator)
        else format_html("{} {}", number, unit)
    )
