"""A person's own page: what is held, consent, requests."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jcoc.people.identity.models import Person
from jcoc.people.privacy import dossier, models
from jcoc.people.privacy.forms import OwnRequestForm
from jcoc.people.privacy.models import Request
from jcoc.people.privacy.purposes import Basis, UnknownPurpose, purpose_of, purposes
from jcoc.people.privacy.services import consents, requests
from jcoc.people.privacy.views.queue import as_file
from jcoc.trail.access import GUARDIAN, RESIDENT, STAFF, allow

WEB = "own_page"


@allow(*STAFF, RESIDENT, GUARDIAN)
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What the city does with one's data, the consents, the own requests, and a new one."""
    person = _person(request)
    if person is None:
        return render(request, "privacy/mine_none.html")
    form = OwnRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        requests.receive(person.pk, values["kind"], via=WEB, words=values["words"])
        messages.success(request, _("Your request is with us. You get an answer within 3×24 hours."))
        return redirect("privacy:mine")
    now = timezone.now()
    context = {
        "form": form,
        "purposes": [
            {
                "purpose": purpose,
                "basis": Basis(purpose.basis).label,
                "by_consent": purpose.basis == Basis.CONSENT,
                "text": consents.current_text(purpose.code),
                "given": purpose.basis == Basis.CONSENT and models.consented(person.pk, purpose.code, now),
            }
            for purpose in sorted(purposes(), key=lambda purpose: purpose.basis != Basis.CONSENT)
        ],
        "requests": Request.objects.filter(subject=person.pk).order_by("-received")[:20],
        "restricted": models.restricted(person.pk, now),
    }
    return render(request, "privacy/mine.html", context, status=422 if form.is_bound else 200)


@allow(*STAFF, RESIDENT, GUARDIAN)
@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Give or withdraw consent; a text that changed while it was read is asked for again."""
    person = _person(request)
    if person is None:
        return redirect("privacy:mine")
    try:
        purpose_of(purpose)
        if request.POST.get("action") == "withdraw":
            consents.withdraw(person.pk, purpose, via=WEB)
            messages.success(request, _("Your consent is withdrawn. The processing stops within 3×24 hours."))
        else:
            shown = consents.current_text(purpose)
            if shown is None or str(shown.pk) != request.POST.get("text"):
                messages.error(request, _("The text has changed meanwhile. Please read it again."))
            else:
                consents.give(person.pk, purpose, via=WEB, text=shown)
                messages.success(request, _("Thank you. You can withdraw at any time."))
    except UnknownPurpose as unknown:
        raise Http404(str(unknown)) from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("privacy:mine")


@allow(*STAFF, RESIDENT, GUARDIAN)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """All that is held, to read."""
    person = _person(request)
    if person is None:
        return redirect("privacy:mine")
    return render(request, "privacy/held.html", {"collected": dossier.collect(person.pk)})


@allow(*STAFF, RESIDENT, GUARDIAN)
@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """All that is held, as a file."""
    person = _person(request)
    return redirect("privacy:mine") if person is None else as_file(dossier.collect(person.pk))


def _person(request: HttpRequest) -> Person | None:
    return Person.objects.filter(account=request.user.pk, erased=None).first()
