"""{% asset %}, {% icon %}, {% shape %} and the form field of the visual language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jcoc.web import dimensions, formats
from jcoc.web.assets import asset_url, revision
from jcoc.web.context import may_open as may
from jcoc.web.icons import ICONS, SHAPES
from jcoc.web.messages import offline_messages

register = template.Library()

SITE_KINDS = ("operation_centre", "landfill", "school", "flood_point")
STATE_WORDS = {
    "normal": _("normal"),
    "check": _("check"),
    "silent": _("silent"),
    "empty": _("no data yet"),
}
ORIGIN_WORDS = {"measured": _("measured"), "simulated": _("simulated"), "stand-in": _("stand-in")}


register.filter("dimension_word", dimensions.word)
register.filter("reading", formats.reading)
register.filter("span", formats.span)
register.filter("duration", formats.duration)
register.filter("age", formats.age)
register.filter("moment", formats.moment)
register.filter("exact_moment", formats.exact_moment)


@register.simple_tag
def clock() -> str:
    """The hour and minute of now."""
    return formats.minute(timezone.now())


@register.simple_tag
def dimension_choices() -> list[tuple[str, str]]:
    return [(code, dimensions.word(code)) for code in dimensions.names]


@register.simple_tag(takes_context=True)
def may_open(context: template.Context, view: str) -> bool:
    """Whether the reader's roles open a page, such as ``{% may_open "telemetry:sensor_list" as it %}``.

    A page made without a request has no reader, who may open nothing.
    """
    request = context.get("request")
    return request is not None and may(request, view)


@register.simple_tag
def asset(name: str) -> str:
    return asset_url(name)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon beside a text that says the same; it is hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        classes,
        ICONS[name],
    )


@register.simple_tag
def shape(state: str) -> SafeString:
    """The shape of a sensor's state, without its word."""
    return format_html(
        '<svg class="shape" viewBox="0 0 16 16" data-state="{}" aria-hidden="true"><path class="{}" d="{}"/></svg>',
        state,
        "hollow" if state == "silent" else "",
        SHAPES[state],
    )


@register.filter
def state_word(state: str) -> str:
    return str(STATE_WORDS[state])


@register.filter
def origin_word(origin: str) -> str:
    return str(ORIGIN_WORDS.get(origin, origin))


@register.simple_tag
def site_icons() -> str:
    """The icons of the map's sites as JSON, for the canvas they are drawn on."""
    return json.dumps({kind: ICONS[kind] for kind in SITE_KINDS})


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """Shape and word of a sensor's state."""
    return format_html(
        '<span class="badge" data-state="{}">{}<span class="state-word">{}</span></span>',
        state,
        shape(state),
        STATE_WORDS[state],
    )


@register.simple_tag
def origin_badge(origin: str, note: str = "") -> SafeString:
    """Where readings come from; what is not measured here is framed so that nobody takes it for measured."""
    return format_html(
        '<span class="origin" data-origin="{}"{}>{}</span>',
        origin,
        format_html(' title="{}"', note) if note else "",
        ORIGIN_WORDS.get(origin, origin),
    )


@register.inclusion_tag("web/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """A form field with label, help and errors, tied together for screen readers."""
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    widget = bound.field.widget
    kind = "choices" if widget.use_fieldset else getattr(widget, "input_type", "")
    return {"field": bound, "control": bound.as_widget(attrs=attributes), "kind": kind}


@register.inclusion_tag("web/sort_heading.html", takes_context=True)
def sort_heading(context: dict[str, object], key: str, label: str, sorted_by: str) -> dict[str, object]:
    """The heading of a column that sorts by it, and the other way round when it already does."""
    down = sorted_by == key
    return {
        "label": label,
        "query": query_with(context, sort=f"-{key}" if down else key, page=None),
        "order": "ascending" if down else "descending" if sorted_by == f"-{key}" else "",
    }


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, object], **changes: object) -> str:
    """The query of this page with some parameters changed; an empty one is left out."""
    query = context["request"].GET.copy()  # type: ignore[attr-defined]
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def offline_config(context: dict[str, Any]) -> dict[str, object]:
    """What the outbox of the device needs on a page. A copy that is kept on the device names nobody."""
    principal = getattr(context["request"], "principal", None)
    return {
        "account": principal.id if principal and not context["offline_copy"] else "",
        "revision": revision(),
        "most_bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "messages": offline_messages(),
    }


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def elided(page: Page[Any]) -> Iterable[int | str]:
    """The page numbers worth a link: both ends and the neighbours of this page."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
