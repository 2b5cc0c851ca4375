"""What a form that works offline answers: a page to a browser, a problem in JSON to the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

PHONE_REVOKED = "urn:jcoc:field-phone-revoked"
PHONE_UNKNOWN = "urn:jcoc:field-phone-unknown"


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def problem(status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def refused(
    request: HttpRequest, form: BaseForm, template: str, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """422 with the errors beside their fields; nothing was written."""
    if not wants_json(request):
        return render(request, template, {**(context or {}), "form": form}, status=422)
    fields = {
        form.add_prefix(name): [str(e) for e in form.errors[name]]
        for name in form.errors
        if name in form.fields
    }
    detail = " ".join(str(e) for e in form.non_field_errors()) or _("Please correct what is marked.")
    return problem(422, _("Not accepted"), detail, fields=fields)


def conflict(
    request: HttpRequest,
    form: BaseForm,
    theirs: BaseForm,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    version: str,
) -> HttpResponse:
    """409: the row changed since `form` was opened. `theirs` is the form filled from the row as it stands now, and
    `version` what the next attempt must carry to say that it saw this state."""
    state = {
        form.add_prefix(name): {"label": str(bound.label), "value": _raw(bound), "text": shown(bound)}
        for name, bound in ((bound.name, bound) for bound in theirs.visible_fields())
        if not bound.field.widget.needs_multipart_form
    }
    detail = _("Somebody else changed this meanwhile. Choose what shall stand.")
    if wants_json(request):
        return problem(409, _("Changed meanwhile"), detail, version=version, theirs=state)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data[form.add_prefix("version")] = version  # type: ignore[index]
    more = {"form": form, "theirs": state, "detail": detail}
    return render(request, template, {**(context or {}), **more}, status=409)


def _raw(bound: Any) -> str:
    value = bound.field.widget.format_value(bound.value())
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def shown(bound: Any) -> str:
    """What a reader sees in a field: the label of a choice, else its text."""
    raw = _raw(bound)
    choices = getattr(bound.field, "choices", None)
    for value, label in choices or ():
        for inner_value, inner_label in label if isinstance(label, list | tuple) else ((value, label),):
            if str(inner_value) == raw:
                return str(inner_label)
    return raw
