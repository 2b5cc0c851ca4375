"""How often somebody may ask, and how much a request may hold: declared beside the view.

::

    @allow(EVERYONE)
    @limited("telemetry.download", Rate(30, 60))   # thirty at once, and one more every two seconds
    def download(request): …

Counted in the memory of the server process. jcoc runs one such process, so the limits hold exactly; with several of
them each counts for itself, so that together they let through as many times more, and never less. A restart forgets.
Log-ins have their own count in the database (people/authentication), devices theirs by token (telemetry/ingest).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from jcoc.trail.client import client_network

MEGABYTE = 1024 * 1024
#: What a request may hold where its view does not say more.
USUAL_BODY = 2 * MEGABYTE
#: Who asked longest ago is forgotten first: some ten megabytes of memory.
MOST_KEYS = 50_000


class Rate(NamedTuple):
    """So many at once; so many in that many seconds over time."""

    burst: int
    seconds: float


class Rule(NamedTuple):
    name: str
    rate: Rate
    anonymous: Rate | None = None  # of each address without an account, where that is another


#: Posts of people without a log-in, where a view has no rule of its own. Many share an address: a school, an office,
#: a whole village behind one mobile network.
ANONYMOUS_POST = Rule("anonymous.post", Rate(300, 60))


class Buckets:
    """Token buckets, one a key; safe to use from several threads."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()  # tokens left, when

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: object, rate: Rate, now: float) -> float:
        """Take one, and give 0; or take nothing and give the seconds until there is one again. now: monotonic."""
        a_second = rate.burst / rate.seconds
        with self._lock:
            left, since = self._buckets.pop(key, (float(rate.burst), now))
            left = min(float(rate.burst), left + max(0.0, now - since) * a_second)
            wait = 0.0 if left >= 1 else (1 - left) / a_second
            self._buckets[key] = (left if wait else left - 1, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return wait

    def clear(self) -> None:
        with self._lock:
            self._buckets.clear()


buckets = Buckets()


def limited(
    name: str, rate: Rate, *, anonymous: Rate | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let each account, or each address without one, open the view that often."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.limit = Rule(name, rate, anonymous)  # type: ignore[attr-defined]
        return view

    return mark


def takes(most_bytes: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let requests to the view hold more than USUAL_BODY: forms with files."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def most_bytes(path: str) -> int:
    """What a request to that path may hold."""
    try:
        return int(getattr(resolve(path).func, "most_bytes", USUAL_BODY))
    except Resolver404:
        return USUAL_BODY


class LimitMiddleware:
    """Answers 429 with Retry-After where somebody asks too often. After the gate, which says who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not settings.RATE_LIMITS:
            return None
        rule: Rule | None = getattr(view, "limit", None)
        # Programs prove themselves by a secret instead of a form's token; they may come often.
        by_a_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if rule is None and by_a_form and not getattr(request, "principal", None):
            rule = ANONYMOUS_POST
        if rule is None:
            return None
        principal = getattr(request, "principal", None)
        key = (rule.name, principal.id if principal else client_network(request))
        rate = rule.rate if principal else rule.anonymous or rule.rate
        wait = buckets.take(key, rate, time.monotonic())
        return too_often(request, math.ceil(wait)) if wait else None


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, as a page or as problem details."""
    answer: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        answer = render(request, "429.html", {"seconds": seconds}, status=429)
    else:
        detail = _("Wait %(seconds)s seconds, then ask again.") % {"seconds": seconds}
        problem = {"type": "about:blank", "title": _("Asked too often"), "status": 429, "detail": detail}
        answer = JsonResponse(problem, status=429, content_type="application/problem+json")
    answer["Retry-After"] = str(seconds)
    return answer
