"""Residents' records for officers: found by number, shown masked, opened field by field with a reason."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jcoc.city.models import Level, Place
from jcoc.people.access import Principal
from jcoc.people.identity import letting_in, openings, services
from jcoc.people.identity.forms import ChangeForm, GuardianForm, OpenForm, PersonForm, SearchForm
from jcoc.people.identity.models import OFFICERS, SEALED, WORDS, Guardianship, Person
from jcoc.people.scope import places_within
from jcoc.trail.access import DATA_OFFICER, allow
from jcoc.trail.limits import Rate, limited
from jcoc.trail.sealing import seals

PAGE = 25
#: Whole numbers that officers try: enough for a counter, too few to go through a list.
SEARCHES, CHANGES, GUARDIANS = Rate(60, 600), Rate(60, 1800), Rate(20, 3600)


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _visible(request: HttpRequest) -> QuerySet[Person]:
    found: QuerySet[Person] = Person.objects.visible(_principal(request)).select_related("place")
    return found


def _scope(request: HttpRequest) -> dict[str, Any]:
    """Where this officer may put somebody: the kelurahan in reach, and whether also nowhere in particular."""
    held = [
        one
        for one in _principal(request).grants
        if one.role in OFFICERS and not one.programme and not one.site_id
    ]
    places = Place.objects.of_level(Level.KELURAHAN).valid_on(services.today()).order_by("name")
    if any(one.place_id is None for one in held):
        return {"places": places, "anywhere": True}
    within = places_within([one.place_id for one in held if one.place_id is not None])
    return {"places": places.filter(pk__in=within), "anywhere": False}


def _rows(people: list[Person]) -> list[dict[str, Any]]:
    """Persons with their masks, unsealed with one query for all."""
    day = services.today()
    with seals.holding(person.pk for person in people):
        return [
            {"person": person, "child": person.is_child(day)}
            | {name: str(getattr(person, name)) for name in ("name", "nik", "phone")}
            for person in people
        ]


@allow(*OFFICERS)
@limited("identity.residents", SEARCHES)
@never_cache
@require_http_methods(["GET", "POST"])
def residents(request: HttpRequest) -> HttpResponse:
    """The residents in the officer's reach; a search by number is posted, so that it stands in no address."""
    form = SearchForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        found = _search(request, form)
        if found is None:
            status = 422
        else:
            context |= {"searched": True, "rows": _rows(list(_visible(request).filter(pk__in=found)))}
    if "rows" not in context:
        page = Paginator(_visible(request).filter(erased=None), PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "rows": _rows(list(page))}
    return render(request, "identity/residents.html", context, status=status)


def _search(request: HttpRequest, form: SearchForm) -> list[uuid.UUID] | None:
    """Whom the posted number names, seen or not; None where it is no number, which the form then says."""
    if not form.is_valid():
        return None
    by, text = form.cleaned_data["by"], form.cleaned_data["text"]
    try:
        if by == "nik":
            person = services.find_by_nik(text)
            found = [person.pk] if person else []
        else:
            found = services.ids_by_phone(text)
    except ValidationError as error:
        form.add_error("text", error)
        return None
    seen = list(_visible(request).filter(pk__in=found).values_list("pk", flat=True))
    services.note_search(by, text, seen)
    return seen


@allow(*OFFICERS)
@limited("identity.add", CHANGES)
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register somebody. The button "check" only says what the NIK says."""
    form = PersonForm(request.POST or None, **_scope(request))
    checking = "check" in request.POST
    if request.method == "POST" and form.is_valid() and not checking:
        try:
            person = services.add_person(**form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("The resident is registered."))
            return redirect("identity:person", person.pk)
    return _form(request, form, None, checking)


@allow(*OFFICERS)
@limited("identity.change", CHANGES)
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a person; what is sealed stays closed, an empty field stays as it is."""
    person = get_object_or_404(_visible(request), pk=pk, erased=None)
    with seals.holding([person.pk]):
        form = ChangeForm(request.POST or None, person=person, **_scope(request))
    checking = "check" in request.POST
    if request.method == "POST" and form.is_valid() and not checking:
        try:
            services.change_person(person, **form.changes())
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("The record is changed."))
            return redirect("identity:person", pk)
    return _form(request, form, person, checking)


def _form(request: HttpRequest, form: PersonForm, person: Person | None, checking: bool) -> HttpResponse:
    if checking:
        form.errors.clear()  # it asks about the NIK only
    if checking and not form.says():
        try:
            services.read_nik(form.data.get("nik", ""))
        except ValidationError as error:
            form.add_error("nik", error)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "person": person, "says": form.says() if form.is_bound else None}
    return render(request, "identity/form.html", context, status=status)


@allow(*OFFICERS)
@never_cache
@require_safe
def person(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One person, masked."""
    return _page(request, get_object_or_404(_visible(request), pk=pk))


def _page(
    request: HttpRequest,
    person: Person,
    *,
    opened: dict[str, str] | None = None,
    fault: str = "",
    guardian_form: GuardianForm | None = None,
    status: int = 200,
) -> HttpResponse:
    with seals.holding([person.pk]):
        child = person.is_child(services.today())
        fields = [
            {
                "name": name,
                "label": WORDS[name],
                "mask": str(getattr(person, name)),
                "opened": (opened or {}).get(name),
                "specific": child or getattr(person, name).specific,
            }
            for name in SEALED
        ]
    guardians = _guardians(request, person)
    context = {
        "person": person,
        "child": child,
        "fields": fields,
        "fault": fault,
        "opened": opened,
        "open_form": OpenForm(auto_id=False),
        "guardians": guardians,
        "last_code": letting_in.last_sent(person),
        "guardian_form": guardian_form or GuardianForm(),
        "openings": openings.of(person.pk) if DATA_OFFICER in _principal(request).roles else None,
    }
    return render(request, "identity/person.html", context, status=status)


def _guardians(request: HttpRequest, child: Person) -> list[dict[str, Any]]:
    """Who stands for a child; a name, masked, only of those within the officer's reach."""
    rows = child.guardians.visible(_principal(request))
    standing = list(rows.filter(ended=None).select_related("guardian"))
    reach = set(
        _visible(request).filter(pk__in=[one.guardian_id for one in standing]).values_list("pk", flat=True)
    )
    with seals.holding(reach):
        return [
            {"row": one, "seen": seen, "name": str(one.guardian.name) if seen else ""}
            for one in standing
            for seen in [one.guardian_id in reach]
        ]


@allow(*OFFICERS)
@never_cache
@require_http_methods(["GET", "POST"])
def open_fields(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open one field, once, on this page; who, when, what and why stand in the audit trail before."""
    found = get_object_or_404(_visible(request), pk=pk, erased=None)
    if request.method != "POST":  # the address alone, typed or gone back to, opens nothing
        return redirect("identity:person", pk)
    form = OpenForm(request.POST)
    if not form.is_valid():
        fault = " ".join(str(sentence) for faults in form.errors.values() for sentence in faults)
        if "reason" in form.errors:
            fault = _("Choose why this is opened.")
        return _page(request, found, fault=fault, status=422)
    values = form.cleaned_data
    text = getattr(found, values["field"]).open(reason=values["reason"], note=values["note"])
    return _page(request, found, opened={values["field"]: text})


@allow(*OFFICERS)
@limited("identity.guardian_add", GUARDIANS)
@never_cache
@require_POST
def guardian_add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name the guardian of a child, by NIK. A guardian may live anywhere, so each number tried is entered."""
    child = get_object_or_404(_visible(request), pk=pk, erased=None)
    form = GuardianForm(request.POST)
    if form.is_valid():
        try:
            guardian = services.find_by_nik(form.cleaned_data["nik"])
            found = [guardian.pk] if guardian else []
            services.note_search("nik", form.cleaned_data["nik"], found, use="guardian")
            if guardian is None:
                raise ValidationError(_("Nobody with this NIK is registered."))
            services.add_guardian(guardian, child)
        except ValidationError as error:
            form.add_error("nik", error)
        else:
            messages.success(request, _("The guardian is named."))
            return redirect("identity:person", pk)
    return _page(request, child, guardian_form=form, status=422)


@allow(*OFFICERS)
@never_cache
@require_POST
def guardian_end(request: HttpRequest, pk: int) -> HttpResponse:
    standing = get_object_or_404(Guardianship.objects.visible(_principal(request)), pk=pk)
    if not _visible(request).filter(pk=standing.child_id).exists():
        raise Http404
    services.end_guardianship(standing)
    messages.success(request, _("The guardianship is ended."))
    return redirect("identity:person", standing.child_id)


@allow(*OFFICERS)
@limited("identity.let-in", Rate(10, 600))
@require_POST
def let_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the person a code to log in; makes the account where there is none."""
    person = get_object_or_404(_visible(request), pk=pk, erased=None)
    try:
        sent = letting_in.let_in(person, request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        way = person.get_preferred_channel_display()
        if sent.state == "held":
            said = _("A code is made. It waits in the outbox, since %(way)s sends nothing here.") % {
                "way": way
            }
            messages.warning(request, said)
        else:
            messages.success(request, _("A code is on its way by %(way)s.") % {"way": way})
    return redirect("identity:person", pk)
