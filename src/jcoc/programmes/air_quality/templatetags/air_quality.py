"""How an index is drawn: so many of five squares as its category is severe, its colour, and its word."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jcoc.programmes.air_quality.ispu import Category, Ispu

register = template.Library()

#: The index whose bar is full.
FULL = 300

#: PermenLHK 14/2020 names green, blue, yellow, red and black; the shades are ours.
COLOURS = {
    Category.BAIK: "#2e9e4f",
    Category.SEDANG: "#2f6fde",
    Category.TIDAK_SEHAT: "#f2b705",
    Category.SANGAT_TIDAK_SEHAT: "#d62f2f",
    Category.BERBAHAYA: "currentColor",  # black on bright ground; on dark ground black would look empty
}
WORDS = {
    Category.BAIK: _("Good"),
    Category.SEDANG: _("Moderate"),
    Category.TIDAK_SEHAT: _("Unhealthy"),
    Category.SANGAT_TIDAK_SEHAT: _("Very unhealthy"),
    Category.BERBAHAYA: _("Hazardous"),
}
ADVICE = {
    Category.BAIK: _("Good for being outdoors."),
    Category.SEDANG: _("Outdoors is fine; who is sensitive to dust takes more breaks."),
    Category.TIDAK_SEHAT: _(
        "Children, the old, pregnant women and who has asthma stay indoors more; wear a mask."
    ),
    Category.SANGAT_TIDAK_SEHAT: _(
        "Stay indoors with windows closed; outdoors only with a mask, and briefly."
    ),
    Category.BERBAHAYA: _(
        "Stay indoors. Go to a clean-air room if you cannot breathe well; call 112 in need."
    ),
}


@register.filter
def category_word(category: Category) -> str:
    return str(WORDS[category])


@register.filter
def advice(category: Category) -> str:
    return str(ADVICE[category])


@register.filter
def index(ispu: Ispu) -> str:
    return f"≥ {ispu.value}" if ispu.beyond else str(ispu.value)


@register.simple_tag
def squares(category: Category) -> SafeString:
    """Told without colour by how many are filled; beside it stands the word."""
    drawn = format_html_join(
        "",
        '<rect x="{}" y="1.5" width="9" height="9" rx="2" fill="{}" stroke="currentColor"/>',
        (
            (1 + 12 * place, COLOURS[category] if place < category else "none")
            for place in range(len(Category))
        ),
    )
    return format_html('<svg width="60" height="12" viewBox="0 0 60 12" aria-hidden="true">{}</svg>', drawn)


@register.simple_tag
def bar(ispu: Ispu) -> SafeString:
    """As long as the index, full from the hazardous on; a table's number stands beside it."""
    return format_html(
        '<svg width="96" height="12" viewBox="0 0 96 12" aria-hidden="true">'
        '<rect x="0.5" y="1.5" width="{}" height="9" rx="2" fill="{}" stroke="currentColor"/></svg>',
        max(2, round(min(ispu.value / FULL, 1) * 95)),
        COLOURS[ispu.category],
    )
