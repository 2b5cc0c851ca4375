"""Purposes, the texts people agree to, and how many did."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jcoc.people.privacy.forms import TextForm
from jcoc.people.privacy.kinds import DataKind, is_specific
from jcoc.people.privacy.models import ConsentEvent, ConsentText
from jcoc.people.privacy.purposes import Basis, UnknownPurpose, purpose_of, purposes
from jcoc.people.privacy.services import consents
from jcoc.trail.access import DATA_OFFICER, allow


@allow(DATA_OFFICER)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every purpose with its basis, its data, how long it is kept, and how many agree."""
    newest = ConsentEvent.objects.filter(subject=OuterRef("subject"), purpose=OuterRef("purpose")).order_by(
        "-at", "-pk"
    )
    agreeing = dict(
        ConsentEvent.objects.visible(request.principal)  # type: ignore[attr-defined]
        .filter(given=True, pk=Subquery(newest.values("pk")[:1]))
        .values_list("purpose")
        .annotate(Count("pk"))
        .order_by()
    )
    rows = [
        {
            "purpose": purpose,
            "basis": Basis(purpose.basis).label,
            "kinds": [(DataKind(kind).label, is_specific(kind)) for kind in purpose.kinds],
            "text": consents.current_text(purpose.code),
            "agreeing": agreeing.get(purpose.code, 0),
            "by_consent": purpose.basis == Basis.CONSENT,
        }
        for purpose in purposes()
    ]
    return render(request, "privacy/purposes.html", {"rows": rows})


@allow(DATA_OFFICER)
@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest, purpose: str) -> HttpResponse:
    """The versions of a purpose's text, and a new one."""
    try:
        declared = purpose_of(purpose)
    except UnknownPurpose as unknown:
        raise Http404(str(unknown)) from None
    standing = {t.language: t.text for t in ConsentText.objects.filter(purpose=purpose).order_by("version")}
    initial = {"text_id": standing.get("id", ""), "text_en": standing.get("en", "")}
    form = TextForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            version = consents.add_text(
                purpose, {"id": values["text_id"], "en": values["text_en"]}, asks_again=values["asks_again"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Version %(version)s holds from now on.") % {"version": version})
            return redirect("privacy:texts", purpose)
    versions = ConsentText.objects.visible(request.principal).filter(purpose=purpose)  # type: ignore[attr-defined]
    context = {"purpose": declared, "form": form, "versions": versions.annotate(agreed=Count("events"))}
    return render(request, "privacy/texts.html", context, status=422 if form.is_bound else 200)
