"""A person's own page: what is held, consent, requests. A guardian has the same page for each child."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jcoc.people.identity.models import Person, persons_of
from jcoc.people.privacy import dossier, models
from jcoc.people.privacy.forms import OwnRequestForm
from jcoc.people.privacy.models import Request
from jcoc.people.privacy.purposes import Basis, UnknownPurpose, purpose_of, purposes
from jcoc.people.privacy.services import consents, requests
from jcoc.people.privacy.views.queue import as_file
from jcoc.trail.access import GUARDIAN, RESIDENT, STAFF, allow
from jcoc.trail.limits import Rate, limited
from jcoc.trail.sealing import seals

WEB = "own_page"
#: Looking, asking and agreeing; and putting everything together, which opens all that is sealed.
USE, COLLECT = Rate(60, 600), Rate(20, 600)


class Asking(NamedTuple):
    """For whom somebody is on this page."""

    person: Person
    own: bool
    others: list[Person]

    @property
    def query(self) -> str:
        return "" if self.own else f"?of={self.person.pk}"

    @property
    def page(self) -> str:
        return reverse("privacy:mine") + self.query


@allow(*STAFF, RESIDENT, GUARDIAN)
@limited("privacy.mine", USE)
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What the city does with one's data, the consents, the own requests, and a new one."""
    asking = _asking(request)
    if asking is None:
        return render(request, "privacy/mine_none.html")
    subject = asking.person.pk
    form = OwnRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            requests.receive(subject, values["kind"], via=WEB, words=values["words"])
        except ValidationError as error:
            form.add_error("words", error)
        else:
            messages.success(request, _("Your request is with us. You get an answer within 3×24 hours."))
            return redirect(asking.page)
    now = timezone.now()
    context = {
        "asking": asking,
        "form": form,
        "purposes": [
            {
                "purpose": purpose,
                "basis": Basis(purpose.basis).label,
                "by_consent": purpose.basis == Basis.CONSENT,
                "text": consents.current_text(purpose.code),
                "given": purpose.basis == Basis.CONSENT and models.consented(subject, purpose.code, now),
            }
            for purpose in sorted(purposes(), key=lambda purpose: purpose.basis != Basis.CONSENT)
        ],
        "requests": _requests(request, asking.person),
        "restricted": models.restricted(subject, now),
    }
    return render(request, "privacy/mine.html", context, status=422 if form.is_bound else 200)


def _requests(request: HttpRequest, person: Person) -> list[tuple[Request, str]]:
    """The newest requests, each with what was answered when it was closed."""
    visible = Request.objects.visible(request.principal)  # type: ignore[attr-defined]
    rows = list(visible.filter(subject=person.pk).order_by("-received")[:20])
    answered = [row for row in rows if row.answer and not row.is_open]
    texts = seals.open_many([row.answer.item() for row in answered], reason=seals.Reason.REQUEST)
    answers = {row.pk: text for row, text in zip(answered, texts, strict=True)}
    return [(row, answers.get(row.pk, "")) for row in rows]


@allow(*STAFF, RESIDENT, GUARDIAN)
@limited("privacy.consent", USE)
@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Give or withdraw consent; a text that changed while it was read is asked for again."""
    asking = _asking(request)
    if asking is None:
        return redirect("privacy:mine")
    subject = asking.person.pk
    try:
        purpose_of(purpose)
        if request.POST.get("action") == "withdraw":
            consents.withdraw(subject, purpose, via=WEB)
            messages.success(request, _("Your consent is withdrawn. The processing stops within 3×24 hours."))
        else:
            shown = consents.current_text(purpose)
            if shown is None or str(shown.pk) != request.POST.get("text"):
                messages.error(request, _("The text has changed meanwhile. Please read it again."))
            else:
                consents.give(subject, purpose, via=WEB, text=shown)
                messages.success(request, _("Thank you. You can withdraw at any time."))
    except UnknownPurpose as unknown:
        raise Http404(str(unknown)) from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(asking.page)


@allow(*STAFF, RESIDENT, GUARDIAN)
@limited("privacy.collect", COLLECT)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """All that is held, to read."""
    asking = _asking(request)
    if asking is None:
        return redirect("privacy:mine")
    context = {"collected": dossier.collect(asking.person.pk), "asking": asking}
    return render(request, "privacy/held.html", context)


@allow(*STAFF, RESIDENT, GUARDIAN)
@limited("privacy.collect", COLLECT)
@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """All that is held, as a file."""
    asking = _asking(request)
    return redirect("privacy:mine") if asking is None else as_file(dossier.collect(asking.person.pk))


def _asking(request: HttpRequest) -> Asking | None:
    """Oneself, or the child that the address names; 404 where one does not stand for it."""
    persons = persons_of(request.principal, timezone.localdate())  # type: ignore[attr-defined]
    wanted = request.GET.get("of", "")
    if not persons and not wanted:
        return None
    for person in persons:
        if str(person.pk) == wanted or not wanted:
            return Asking(person, person is persons[0], [other for other in persons if other is not person])
    raise Http404
