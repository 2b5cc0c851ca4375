"""The outbox: what was or would be sent, letters to print, and which channels there are."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, DATA_OFFICER, allow
from jcoc.trail.channels import kinds, letters, outlets, services, states, stopping
from jcoc.trail.channels.forms import FilterForm, ReasonForm, TestForm
from jcoc.trail.channels.models import Attempt, Channel, DeadAddress, Message, State
from jcoc.trail.channels.rendering import without_keys
from jcoc.trail.channels.words import in_words
from jcoc.trail.limits import Rate, limited
from jcoc.trail.sealing import seals
from jcoc.web import formats

READERS = (ADMINISTRATOR, DATA_OFFICER, AGENCY_OFFICER)
PAGE = 25
MASKS = {Channel.EMAIL: "email", Channel.GATEWAY: "phone", Channel.LETTER: "hidden"}
#: The shape that stands beside the word of a state.
SHAPES = {
    State.SENT: "normal", State.DELIVERED: "normal", State.FAILED: "check", State.BOUNCED: "check",
    State.SUPPRESSED: "silent", State.CANCELLED: "silent",
}  # fmt: skip


def _visible(request: HttpRequest) -> QuerySet[Message]:
    return Message.objects.visible(request.principal)  # type: ignore[attr-defined]


def _one(request: HttpRequest, pk: uuid.UUID) -> Message:
    message = get_object_or_404(_visible(request), pk=pk)
    _dress([message])
    return message


def _dress(listed: list[Message]) -> None:
    """What the list shows of each: its mask, its words, its shape."""
    blobs = [(m.subject, m.address.context, m.address.blob, MASKS[Channel(m.channel)]) for m in listed]
    for message, mask in zip(listed, seals.masked_many(blobs), strict=True):
        message.mask = mask  # type: ignore[attr-defined]
        message.title = kinds.titled(message.kind)  # type: ignore[attr-defined]
        message.shape = SHAPES.get(State(message.state), "empty")  # type: ignore[attr-defined]


@allow(*READERS)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages that this principal may see, newest first."""
    form = FilterForm(request.GET or None)
    found = _visible(request)
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    for name in ("channel", "kind"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    if chosen.get("since"):
        found = found.filter(created__gte=_begin(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(created__lt=_begin(chosen["until"] + timedelta(days=1)))
    counts = dict(found.values_list("state").annotate(Count("pk")).order_by())
    state = chosen.get("state", "")
    page = Paginator(found.filter(state=state) if state else found, PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    _dress(listed)
    page.object_list = listed
    context = {
        "form": form,
        "page_obj": page,
        "state": state,
        "total": sum(counts.values()),
        "counts": [(value, label, counts[value]) for value, label in State.choices if counts.get(value)],
        "filtered": any(chosen.values()),
        "never_sends": outlets.never_sends(),
        "missing": [label for value, label in Channel.choices if not outlets.set_up(value)],
        "letters": _visible(request).filter(channel=Channel.LETTER, state=State.QUEUED).count(),
    }
    return render(
        request, "channels/outbox.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _begin(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@allow(*READERS)
@require_http_methods(["GET", "POST"])
@never_cache
def message(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One message and its course. A POST with a reason opens what it says and where it went."""
    shown = _one(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    opened: dict[str, Any] = {}
    attempts = list(shown.attempts.select_related("message"))
    if form.is_bound and form.is_valid():
        opened = _open(shown, attempts, form.cleaned_data)
    for attempt in attempts:
        attempt.sentence = in_words(attempt.code)  # type: ignore[attr-defined]
        attempt.shape = SHAPES.get(State(attempt.state), "empty")  # type: ignore[attr-defined]
    context = {
        "message": shown,
        "attempts": attempts,
        "form": form,
        "opened": opened,
        "service": shown.purpose == kinds.SERVICE,
        "purpose": kinds.purpose_titled(shown.purpose),
        "language_name": dict(settings.LANGUAGES).get(shown.language, shown.language),
        "can_retry": shown.state in states.AGAIN and bool(shown.address_index),
        "can_cancel": shown.state in states.OFF,
        "dead": DeadAddress.objects.filter(address_index__in=stopping.indexes(shown)).exists(),
        "may_lift": _may_lift(request),
    }
    return render(
        request, "channels/message.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _open(shown: Message, attempts: list[Attempt], reason: dict[str, str]) -> dict[str, Any]:
    if not (shown.address and shown.content):
        return {"erased": True}
    spoken = [attempt for attempt in attempts if attempt.words]
    items = [shown.address.item(), shown.content.item(), *(attempt.words.item() for attempt in spoken)]
    try:
        address, content, *words = seals.open_many(items, reason=reason["reason"], note=reason["note"])
    except seals.Erased:
        return {"erased": True}
    for attempt, said in zip(spoken, words, strict=True):
        attempt.said = said  # type: ignore[attr-defined]
    return {"address": address, **without_keys(json.loads(content))}


def _may_lift(request: HttpRequest) -> bool:
    return not request.principal.roles.isdisjoint((ADMINISTRATOR, DATA_OFFICER))  # type: ignore[attr-defined]


@allow(*READERS)
@require_POST
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a message again, call it off, or let its address get messages again."""
    shown = _one(request, pk)
    action = request.POST.get("action")
    if action == "retry":
        if services.retry(shown):
            toasts.success(request, _("The message is sent again."))
        elif why := outlets.why_held(shown.channel):
            toasts.error(request, in_words(why))
        else:
            toasts.error(
                request, _("This message cannot be sent again: see its course, or its address gets none.")
            )
    elif action == "cancel":
        if services.cancel(shown):
            toasts.success(request, _("The message was called off."))
        else:
            toasts.error(request, _("It is too late to call this message off."))
    elif action == "lift" and _may_lift(request):
        services.lift(shown)
        toasts.success(request, _("Messages go to this address again."))
    else:
        return HttpResponse(_("Say what to do: retry, cancel or lift."), status=400)
    return redirect("channels:message", pk)


@allow(*READERS)
@require_http_methods(["GET", "POST"])
def letter_list(request: HttpRequest) -> HttpResponse:
    """Letters that wait to be printed, and the batches made of them. A POST makes the next batch."""
    own = _visible(request).filter(channel=Channel.LETTER)
    waiting = own.filter(state=State.QUEUED)
    if request.method == "POST":
        batch, count = services.make_batch(waiting.order_by("created")[: letters.MOST])
        if count:
            return redirect("channels:batch", batch)
        toasts.error(request, _("No letter waits to be printed."))
        return redirect("channels:letters")
    batches = (
        own.exclude(batch=None)
        .values("batch")
        .annotate(count=Count("pk", distinct=True), made=Max("attempts__at"))
        .order_by("-made")
    )
    page = Paginator(batches, PAGE).get_page(request.GET.get("page"))
    by_kind = [
        (kinds.titled(kind), count)
        for kind, count in waiting.values_list("kind").annotate(Count("pk")).order_by("kind")
    ]
    context = {
        "by_kind": by_kind,
        "waiting": sum(count for _kind, count in by_kind),
        "most": letters.MOST,
        "page_obj": page,
        "never_sends": outlets.never_sends(),
    }
    return render(request, "channels/letters.html", context)


@allow(*READERS)
@require_safe
def batch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One batch of letters."""
    listed = list(_visible(request).filter(batch=pk).order_by("created"))
    if not listed:
        raise Http404
    _dress(listed)
    return render(request, "channels/batch.html", {"batch": pk, "letters": listed})


@allow(*READERS)
@limited("channels.letters", Rate(30, 60))
@require_POST
def batch_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The batch as one PDF, as often as the printer needs it. A POST, because each time is an entry of the trail."""
    listed = list(_visible(request).filter(batch=pk).order_by("created"))
    if not listed:
        raise Http404
    try:
        made = letters.set_letters(listed)
    except LookupError:
        toasts.error(request, _("Nothing is left to print: the data of these persons was erased."))
        return redirect("channels:batch", pk)
    what = _("letters")
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="jcoc-{what}-{str(pk)[:8]}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def channel_list(request: HttpRequest) -> HttpResponse:
    """Which channels there are and how they fare; a POST sends a test."""
    form = TestForm(request.POST or None)
    if form.is_bound and form.is_valid():
        sent = services.send(
            "channels.test",
            subject=None,
            channel=form.cleaned_data["channel"],
            address=form.cleaned_data["address"],
            language=translation.get_language() or settings.LANGUAGE_CODE,
            context={"at": f"{formats.moment(timezone.now())} WIB"},
        )
        toasts.success(request, _("The test message is in the outbox; its course stands here."))
        return redirect("channels:message", sent.pk)
    context = {
        "form": form,
        "channels": [_channel(value, str(label)) for value, label in Channel.choices],
        "never_sends": outlets.never_sends(),
        "mail": settings.MAIL_SERVER,
        "gateway": settings.GATEWAY,
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "channels/channels.html", context, status=422 if form.is_bound else 200)


def _channel(value: str, label: str) -> dict[str, Any]:
    """How a channel fares: its last success, and its last trouble."""
    steps = Attempt.objects.filter(message__channel=value).order_by("-at")
    trouble = (
        steps.filter(state__in=(State.FAILED, State.BOUNCED, State.QUEUED)).exclude(code__in=_CALM).first()
    )
    return {
        "value": value,
        "label": label,
        "set_up": outlets.set_up(value),
        "waiting": Message.objects.filter(channel=value, state__in=(State.QUEUED, State.SENDING)).count(),
        "success": steps.filter(state=State.SENT).values_list("at", flat=True).first(),
        "trouble": trouble,
        "sentence": in_words(trouble.code) if trouble else "",
    }


#: Steps that are no trouble of the channel.
_CALM = ("made", "again", "expired", "erased")
