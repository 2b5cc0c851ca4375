"""Language and kiosk links."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from jcoc.people import services
from jcoc.people.access import KIOSK_SESSION_KEY
from jcoc.people.forms import KioskForm
from jcoc.people.models import KioskLink
from jcoc.trail.access import ADMINISTRATOR, EVERYONE, allow

language = allow(EVERYONE)(set_language)
language.before_second_factor = True  # type: ignore[attr-defined]


@allow(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def kiosk_links(request: HttpRequest) -> HttpResponse:
    """List the kiosk links and make one; its address is shown once."""
    form = KioskForm(request.POST or None)
    links = KioskLink.objects.visible(request.principal)  # type: ignore[attr-defined]
    context = {"links": links, "form": form}
    if request.method == "POST" and form.is_valid():
        _link, secret = services.make_kiosk_link(form.cleaned_data["name"], by=request.user)  # type: ignore[arg-type]
        address = settings.PUBLIC_URL + reverse("people:kiosk-open", args=[secret])
        code = segno.make(address, micro=False).svg_inline(scale=5, border=2, dark="#0a1120", light="#ffffff")
        context |= {"form": KioskForm(), "secret_url": address, "qr_svg": mark_safe(code)}  # noqa: S308
        return render(request, "people/kiosk.html", context, status=201)
    return render(request, "people/kiosk.html", context, status=422 if form.is_bound else 200)


@allow(ADMINISTRATOR)
@require_POST
def kiosk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(KioskLink.objects.visible(request.principal), pk=pk)  # type: ignore[attr-defined]
    services.revoke_kiosk_link(link)
    messages.success(request, _("The link of %(name)s no longer opens anything.") % {"name": link.name})
    return redirect("people:kiosk-links")


@allow(EVERYONE)
def kiosk_open(request: HttpRequest, secret: str) -> HttpResponse:
    """Turn this browser into a screen of the wall; the secret leaves the address at once."""
    link = services.open_kiosk_link(secret)
    if link is None:
        return render(request, "people/kiosk_closed.html", status=410)
    request.session.flush()
    request.session[KIOSK_SESSION_KEY] = link.pk
    request.session.set_expiry(365 * 24 * 3600)
    return redirect("operations:wall")
