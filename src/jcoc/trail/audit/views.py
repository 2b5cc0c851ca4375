"""The auditor's pages: search, an entry with its history, how the chain stands, signed heads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from jcoc.trail.access import ADMINISTRATOR, AUDITOR, allow
from jcoc.trail.audit import background, services, words
from jcoc.trail.audit import search as searching
from jcoc.trail.audit.chain import Link, instant, link_hash
from jcoc.trail.audit.models import Entry, Note, SignedHead
from jcoc.trail.audit.reading import head as chain_head
from jcoc.trail.audit.recording import record
from jcoc.trail.audit.verifying import SENTENCES

PAGE = 25
_HISTORY = 20
_COLUMNS = (*Link._fields, "hash")
_FAULTS = (
    gettext_noop("Entry {seq} was changed: its hash does not fit what it holds."),
    gettext_noop("Entry {seq} or the one after it was rewritten: the two do not fit together."),
    gettext_noop("Entry {seq} is missing."),
    gettext_noop("Entries {seq} to {other} are missing."),
    gettext_noop("Entry {seq} is in the wrong place: it was entry {other}."),
    gettext_noop("Entry {seq} was put in: what stands after it was numbered anew."),
    gettext_noop("Before entry {seq} something was taken out: what stands from there on was numbered anew."),
    gettext_noop("Entry {seq} comes twice, or after a later one."),
    gettext_noop("The end is missing: the head counts {other} entries, and they stop before {seq}."),
    gettext_noop("Entry {seq} and what follows it stand beyond the head."),
    gettext_noop("The head does not fit entry {seq}, the newest."),
    gettext_noop("Entry {seq} is another one than when its head was signed."),
    gettext_noop("A signed head names entry {seq}, which is not there."),
)


@allow(AUDITOR, ADMINISTRATOR)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Entries by time, actor, action, kind and object, the newest first; how the chain stands above them."""
    form = searching.SearchForm(request.GET if _asked(request) else None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wrong = form.is_bound and bool(form.errors)
    found = Entry.objects.none() if wrong else searching.entries(asked)
    try:
        before, after = (_number(request, name) for name in ("before", "after"))
    except ValueError:
        raise Http404 from None
    page = searching.page(found, before=before, after=after)
    context = {
        "form": form,
        "page": page,
        "rows": _shown(page.entries),
        "searched": form.is_bound,
        "wrong": wrong,
        "state": _state(),
    }
    return render(request, "audit/search.html", context, status=422 if wrong else 200)


def _asked(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in searching.SearchForm.base_fields)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text[:18]) if text else None


def _shown(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    listed = list(entries)
    actors = words.actor_names(entry.actor for entry in listed)
    objects = words.object_names((entry.kind, entry.object) for entry in listed)
    return [
        {
            "entry": entry,
            "actor": actors.get(entry.actor, ""),
            "action": words.action_word(entry.action),
            "kind": words.kind_word(entry.kind),
            "name": objects.get((entry.kind, entry.object), ""),
        }
        for entry in listed
    ]


def _state() -> dict[str, Any]:
    state = services.state()
    sentences = [_(SENTENCES[kind]).format(seq=seq, other=other) for kind, seq, other in state["first"]]
    verified = state["verified"]
    return state | {
        "sentences": sentences,
        "by": words.actor_names([verified.actor]).get(verified.actor, verified.actor) if verified else "",
        "under_way": background.under_way(),
    }


@allow(AUDITOR, ADMINISTRATOR)
@require_safe
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """All that an entry holds, whether its hash fits, and what else happened to the same object."""
    one = get_object_or_404(Entry, pk=seq)
    link = Link(**{name: getattr(one, name) for name in Link._fields} | {"at": instant(one.at)})
    before = Entry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first()
    history = Entry.objects.filter(kind=one.kind, object=one.object).order_by("-seq")[: _HISTORY + 1]
    context = {
        "row": _shown([one])[0],
        "detail": json.loads(one.detail) if one.detail else {},
        "fits": link_hash(link) == one.hash,
        "follows": seq == 1 or before == one.previous,
        "earlier": seq - 1 if before else None,
        "later": Entry.objects.filter(seq=seq + 1).values_list("seq", flat=True).first(),
        "history": _shown(history[:_HISTORY]),
        "more": len(history) > _HISTORY,
        "may_read": AUDITOR in request.principal.roles,  # type: ignore[attr-defined]
        "note": Note.objects.filter(entry=one).first(),
    }
    return render(request, "audit/entry.html", context)


class _Line:
    """A file that hands back what csv writes."""

    def write(self, text: str) -> str:
        return text


@allow(AUDITOR, ADMINISTRATOR)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """A search as CSV, with ids and not with names; that it was downloaded is entered first."""
    form = searching.SearchForm(request.GET)
    if not form.is_valid():
        texts = [
            f"{form.fields[name].label}: {' '.join(map(str, faults))}" for name, faults in form.errors.items()
        ]
        return HttpResponse("\n".join(texts), status=422, content_type="text/plain; charset=utf-8")
    asked = form.cleaned_data
    last, _hash = chain_head()
    said = {name: value for name, value in asked.items() if value}
    # The ids that a name stood for: no name of anybody goes into the chain.
    ids = {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in said.items()}
    detail = ids | {"until_entry": last}
    record(services.EXPORTED, services.CHAIN, [last or "*"], detail=detail)
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield writer.writerow(_COLUMNS)
        for one in searching.walk(searching.entries(asked), last):
            values = [instant(one.at) if name == "at" else getattr(one, name) for name in _COLUMNS]
            yield writer.writerow(values)

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{last}.csv"'
    return answer


@allow(AUDITOR, ADMINISTRATOR)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Start a verification in the background."""
    background.start_verification()
    messages.success(request, _("The verification has begun; its result appears here."))
    return redirect("audit:search")


@allow(AUDITOR, ADMINISTRATOR)
@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """The signed heads, the newest first."""
    page = Paginator(SignedHead.objects.all(), PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/heads.html", {"page_obj": page, "public_key": services.public_key()})


@allow(AUDITOR, ADMINISTRATOR)
@require_safe
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """A signed head, to be kept elsewhere."""
    one = get_object_or_404(SignedHead, pk=pk)
    return JsonResponse(
        one.document,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="audit-head-{one.seq}.json"'},
    )


@allow(AUDITOR, ADMINISTRATOR)
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Let the head be signed now, besides every night."""
    background.start_signing()
    messages.success(request, _("The head is being signed; it appears here in a moment."))
    return redirect("audit:heads")
