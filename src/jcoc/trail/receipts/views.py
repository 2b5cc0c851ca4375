"""What waits on this device, and the phones that may hand it in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jcoc.trail.access import ADMINISTRATOR, EVERYONE, STAFF, allow
from jcoc.trail.receipts import services
from jcoc.trail.receipts.answers import problem
from jcoc.trail.receipts.models import FieldPhone
from jcoc.trail.receipts.offline import as_copy, forms_for
from jcoc.web.assets import revision


# Everybody, so that it also opens once the session has ended: it holds nothing but what the device itself fills in.
@allow(*STAFF, EVERYONE)
@require_GET
def unsent(request: HttpRequest) -> HttpResponse:
    """The frame of the list of what waits; the entries lie on the device and nowhere else."""
    return as_copy(request, render(request, "receipts/unsent.html", {"offline_page": True}))


@allow(EVERYONE)
@never_cache
@require_GET
def state(request: HttpRequest) -> JsonResponse:
    """As whom this device may hand in now, and which forms it keeps."""
    principal = request.principal  # type: ignore[attr-defined]
    phone: FieldPhone | None = request.field_phone  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "account": principal.id if principal else "",
            "csrf": "" if phone else get_token(request),
            "phone": phone.pk if phone else None,
            "forms": forms_for(principal.roles) if principal else [],
            "revision": revision(),
            "most_bytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        }
    )


state.for_field_phones = frozenset({"GET"})  # type: ignore[attr-defined]


@allow(*STAFF)
@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    """The phones of whoever asks."""
    return _list(request, request.user, own=True)


@allow(ADMINISTRATOR)
@require_GET
def phones_of(request: HttpRequest, account: int) -> HttpResponse:
    """The phones of an account."""
    return _list(request, get_object_or_404(get_user_model(), pk=account), own=False)


def _list(request: HttpRequest, account: Any, *, own: bool) -> HttpResponse:
    page = Paginator(FieldPhone.objects.filter(account=account), 20).get_page(request.GET.get("page"))
    context = {"page_obj": page, "account": account, "own": own, "days": settings.FIELD_PHONE_DAYS}
    return render(request, "receipts/phones.html", context)


@allow(*STAFF)
@require_POST
def phone_add(request: HttpRequest) -> HttpResponse:
    """Make this browser's phone one of the account's; its token is in the answer, once."""
    try:
        phone, token = services.add_phone(request.user, request.POST.get("name", ""))
    except ValidationError as error:
        return problem(422, _("Not accepted"), " ".join(error.messages), fields={"name": error.messages})
    return JsonResponse({"phone": phone.pk, "token": token}, headers={"Cache-Control": "no-store"})


@allow(*STAFF)
@require_POST
def phone_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own phone, or as an administrator anybody's."""
    anybodys = ADMINISTRATOR in request.principal.roles  # type: ignore[attr-defined]
    held = FieldPhone.objects.all() if anybodys else FieldPhone.objects.filter(account_id=request.user.pk)
    phone = held.filter(pk=pk).first()
    if phone is None:
        messages.error(request, _("You hold no such phone."))
        return redirect("receipts:phones")
    own = phone.account_id == request.user.pk
    services.revoke_phone(phone)
    messages.success(request, _("%(name)s may hand in nothing more.") % {"name": phone.name})
    return redirect("receipts:phones") if own else redirect("receipts:phones-of", phone.account_id)
