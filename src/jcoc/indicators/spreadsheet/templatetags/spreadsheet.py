"""What other pages say of a value that was handed in by spreadsheet."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from jcoc.indicators.models import Cause, Value
from jcoc.indicators.spreadsheet.models import Import, State

register = template.Library()


@register.inclusion_tag("spreadsheet/file_behind.html", takes_context=True)
def file_behind(context: RequestContext, value: Value, cell: dict[str, str]) -> dict[str, Any]:
    """The file, the sheet and the cell, who handed it in and when; its name only to whom its import is shown."""
    given = value if value.cause == Cause.IMPORTED else _handed_in(value)
    return {"cell": cell, "given": given, "import": _import(context["request"].principal, cell, given)}


def _handed_in(value: Value) -> Value | None:
    """The revision that the file gave: one that corrects it keeps what it says of the file."""
    same = Value.objects.filter(
        indicator=value.indicator_id, place=value.place_id, start=value.start, query=value.query
    )
    return same.filter(cause=Cause.IMPORTED, revision__lt=value.revision).order_by("-revision").first()


def _import(principal: Any, cell: dict[str, str], given: Value | None) -> Import | None:
    """One file may be handed in again; that which ended first after the value was made is the one that made it."""
    if not principal or given is None:
        return None
    kept = Import.objects.visible(principal).filter(sha256=cell["file"], state=State.KEPT)
    return kept.filter(indicators=given.indicator_id, ended__gte=given.made).order_by("ended").first()
