"""What the gateway calls, and the page by which a reader ends messages. Nobody is logged in here."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from jcoc.trail.access import EVERYONE, allow
from jcoc.trail.channels import kinds, services, stopping
from jcoc.trail.channels.gatewayfile import Caller, at
from jcoc.trail.channels.models import Channel, Message, OptOut
from jcoc.trail.limits import Rate, limited
from jcoc.trail.sealing import seals

LARGEST, MOST = 256 * 1024, 1000


def _problem(status: int, detail: str) -> HttpResponse:
    problem = {"type": "about:blank", "status": status, "detail": detail}
    return JsonResponse(problem, status=status, content_type="application/problem+json")


def _proven(request: HttpRequest, caller: Caller) -> bool:
    """Whether the call carries the secret, or the body's HMAC-SHA-256 in hexadecimal under it."""
    shown = request.headers.get(caller.header, "")
    expected = caller.secret
    if caller.proof == "hmac-sha256":
        expected = hmac.new(caller.secret.encode(), request.body, hashlib.sha256).hexdigest()
        shown = shown.lower().removeprefix("sha256=")
    return hmac.compare_digest(shown.encode(), expected.encode())


def _calls(request: HttpRequest) -> list[Any] | None:
    """What a call says, one or several; None where it cannot be read."""
    if request.content_type == "application/x-www-form-urlencoded":
        return [request.POST.dict()]
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    several = said if isinstance(said, list) else [said]
    return several if len(several) <= MOST and all(isinstance(one, dict) for one in several) else None


def _called(request: HttpRequest, name: str, part: str) -> tuple[Caller, list[Any]] | HttpResponse:
    gateway = settings.GATEWAY
    caller: Caller | None = getattr(gateway, part) if gateway and gateway.name == name else None
    if caller is None:
        return _problem(404, "No gateway of that name calls here.")
    if len(request.body) > LARGEST:
        return _problem(413, f"At most {LARGEST // 1024} KB.")
    if not _proven(request, caller):
        return _problem(403, f"The header {caller.header} does not prove this call.")
    calls = _calls(request)
    return (
        _problem(400, "The body is neither a JSON object, a list of them, nor a form.")
        if calls is None
        else (caller, calls)
    )


# No cookie speaks for these callers and readers: a proof or a signed link does. So there is no session that a
# stranger's page could use, and no form of ours to carry a token.
@csrf_exempt
@allow(EVERYONE)
@limited("channels.gateway", Rate(3000, 60))
@require_POST
def report(request: HttpRequest, name: str) -> HttpResponse:
    """A delivery report. One about an unknown message is refused, so that a gateway which is early asks again."""
    match _called(request, name, "report"):
        case HttpResponse() as refused:
            return refused
        case caller, calls:
            unknown = 0
            for call in calls:
                state = at(call, caller.keys["state"]).casefold()
                if state in caller.delivered | caller.failed:
                    known = services.note_report(
                        at(call, caller.keys["id"]), delivered=state in caller.delivered
                    )
                    unknown += not known
            return _problem(404, "No message has that id.") if unknown else HttpResponse(status=204)


@csrf_exempt
@allow(EVERYONE)
@limited("channels.gateway", Rate(3000, 60))
@require_POST
def inbound(request: HttpRequest, name: str) -> HttpResponse:
    """What somebody answered. A word such as STOP or BERHENTI ends all but service messages to that number."""
    match _called(request, name, "inbound"):
        case HttpResponse() as refused:
            return refused
        case caller, calls:
            for call in calls:
                words = at(call, caller.keys["text"]).split()
                if words and words[0].strip(".,;:!?\"'").casefold() in caller.stop:
                    reply_id = at(call, caller.keys["id"]) if "id" in caller.keys else ""
                    services.take_reply(at(call, caller.keys["from"]), reply_id)
            return HttpResponse(status=204)


@csrf_exempt
@allow(EVERYONE)
@limited("channels.stop", Rate(120, 60))
@require_http_methods(["GET", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End messages of a purpose, or all. Opening the link changes nothing; RFC 8058's one-click is a POST."""
    try:
        message = Message.objects.filter(pk=stopping.message_of(token)).first()
    except stopping.BadToken:
        message = None
    if message is None or not message.address_index:
        return render(request, "channels/stop.html", {"unknown": True}, status=404)
    if request.method == "POST" and message.purpose != kinds.SERVICE:
        if request.POST.get("List-Unsubscribe") == "One-Click":
            services.opt_out(message, purpose=None, how="one-click")
            return HttpResponse(status=204)
        choice = request.POST.get("choice")
        if choice == "back":
            services.opt_in(message)
        elif choice in ("this", "all"):
            services.opt_out(message, purpose="" if choice == "all" else None, how="page")
        else:
            return render(request, "channels/stop.html", _shown(message), status=422)
    return render(request, "channels/stop.html", _shown(message) | {"done": request.method == "POST"})


def _shown(message: Message) -> dict[str, Any]:
    mask = {Channel.EMAIL: "email", Channel.GATEWAY: "phone"}.get(Channel(message.channel), "hidden")
    return {
        "purpose": kinds.purpose_titled(message.purpose),
        "service": message.purpose == kinds.SERVICE,
        "mask": seals.masked(message.subject, stopping.CONTEXT, message.address.blob, mask),
        "stopped": set(
            OptOut.objects.filter(
                address_index__in=stopping.indexes(message), purpose__in=["", message.purpose]
            ).values_list("purpose", flat=True)
        ),
        "hint": _("Service messages still come: codes, answers to your requests, notices the law demands."),
    }
