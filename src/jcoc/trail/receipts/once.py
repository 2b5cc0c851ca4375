"""``@once``: a request with an Idempotency-Key is worked on once, however often it is sent.

The first one does the work, and its answer commits in the same transaction; a repeat gets that answer; one that comes
while the first is at work waits for it. The same key with another content is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from jcoc.trail.receipts import services
from jcoc.trail.receipts.answers import problem, wants_json
from jcoc.trail.receipts.models import Receipt

View = Callable[..., HttpResponse]


def once(view: View | None = None, *, claims: bool = False) -> Any:
    """Mark a view. By default all of it runs in the transaction; ``claims=True`` says that it opens
    ``services.claimed(request)`` itself, around its write only, because what comes before takes long."""
    if view is None:
        return lambda marked: once(marked, claims=claims)
    marked = view

    @wraps(marked)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return marked(request, *args, **kwargs)
        try:
            key = services.key_of(request)
        except ValueError:
            detail = _("The Idempotency-Key is not a UUID.")
            return problem(400, _("The request could not be understood"), detail)
        if key is None:
            return marked(request, *args, **kwargs)
        try:
            services.look_up(request, key)
            if claims:
                answer = marked(request, *args, **kwargs)
                if answer.status_code < 400 and not getattr(request, "claim", services.Claim(None)).kept:
                    raise TypeError(f"{marked.__qualname__} claims its key itself, but kept no answer.")
            else:
                with services.claimed(request) as claim:
                    answer = claim.keep(marked(request, *args, **kwargs))
        except services.AlreadyDone as done:
            return _again(done.receipt, request)
        except services.KeyReused:
            detail = _("This was sent before with another content. Open the form anew and send it again.")
            return problem(422, _("Sent before"), detail, fields={})
        return _for(request, answer)

    return wrapper


def _again(receipt: Receipt, request: HttpRequest) -> HttpResponse:
    kept = receipt.answer
    answer: HttpResponse
    if "location" in kept:
        answer = _for(request, HttpResponseRedirect(kept["location"]))
    else:
        answer = JsonResponse(kept["body"], status=kept["status"], safe=False)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _for(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A script gets the address of a redirect; it would follow one unseen."""
    if wants_json(request) and 300 <= answer.status_code < 400:
        said = JsonResponse({"state": "stored", "location": answer.headers["Location"]})
        said.cookies = answer.cookies
        return said
    return answer
