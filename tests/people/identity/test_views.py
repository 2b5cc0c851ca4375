"""The residents' pages: masks, openings with a reason, the officer's reach, and what is wrong beside its field."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.people.identity import services
from jcoc.people.identity.models import Guardianship, Person
from jcoc.people.models import RoleGrant, User
from jcoc.trail.audit.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laying_out")]


def officer(role: str, place: Place | None = None, name: str = "petugas") -> Client:
    user = User.objects.create(username=name, first_name=name.title())
    RoleGrant.objects.create(user=user, role=role, place=place)
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def resident(given: dict[str, Any], places: dict[str, Place]) -> Person:
    return services.add_person(**given, place=places["kelurahan-1"])


def test_the_list_shows_masks_of_those_in_reach(resident: Person, places: dict[str, Place]) -> None:
    services.add_person(name="Jauh Sekali", place=places["kelurahan-3"])
    page = officer("kelurahan_officer", places["kelurahan-1"]).get("/residents/").content.decode()
    assert "S••• C•••" in page
    assert "••••0001" in page
    assert "J•••" not in page
    for secret in ("Siti", "1571014101900001", "81200001234", "1990"):
        assert secret not in page
    assert not Entry.objects.filter(action="sealing.opened").exists()


def test_the_list_takes_as_many_queries_for_many_as_for_few(places: dict[str, Place]) -> None:
    client = officer("data_officer")
    client.get("/residents/")  # the first page of a session notes its use

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/residents/").status_code == 200
        return len(caught)

    for number in range(30):
        services.add_person(
            name=f"Orang {number}", nik=f"15710101019000{number + 1:02}", place=places["kelurahan-1"]
        )
        if number == 1:
            few = queries()
    assert queries() == few


def test_a_search_by_number_is_posted_and_leaves_no_number_behind(resident: Person) -> None:
    client = officer("agency_officer")
    for by, text in (("nik", "1571 0141 0190 0001"), ("phone", "0812-0000-1234")):
        answer = client.post("/residents/", {"by": by, "text": text})
        assert answer.status_code == 200
        assert f"/residents/{resident.pk}/" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    entries = Entry.objects.filter(action="identity.person_searched")
    details = [json.loads(entry.detail) for entry in entries.order_by("seq")]
    assert [(detail["by"], detail["for"]) for detail in details] == [("nik", "search"), ("phone", "search")]
    assert {entry.object for entry in entries} == {str(resident.pk)}
    assert all(number not in entry.detail for entry in entries for number in ("1571014", "0812", "62812"))


def test_a_search_finds_nobody_outside_of_the_reach(resident: Person, places: dict[str, Place]) -> None:
    client = officer("kelurahan_officer", places["west"])
    answer = client.post("/residents/", {"by": "nik", "text": "1571014101900001"})
    assert str(resident.pk) not in answer.content.decode()
    assert "Nobody with this number is registered where your role reaches." in answer.content.decode()
    assert client.get(f"/residents/{resident.pk}/").status_code == 404
    assert client.get(f"/residents/{resident.pk}/change/").status_code == 404
    opened = client.post(f"/residents/{resident.pk}/open/", {"field": "nik", "reason": "service"})
    assert opened.status_code == 404
    assert client.post(f"/residents/{resident.pk}/guardian/", {"nik": "1571014101900001"}).status_code == 404


def test_a_search_for_no_number_says_so_beside_the_field(resident: Person) -> None:
    answer = officer("agency_officer").post("/residents/", {"by": "nik", "text": "157101410190001"})
    assert answer.status_code == 422
    assert "A NIK has 16 digits; this has 15." in answer.content.decode()


def test_a_resident_is_registered_and_the_nik_tells_the_birth_date(
    given: dict[str, Any], places: dict[str, Place]
) -> None:
    client = officer("kelurahan_officer", places["kelurahan-1"])
    form = given | {"preferred_channel": "gateway", "place": places["kelurahan-1"].pk}
    checked = client.post("/residents/add/", form | {"check": "1"})
    assert checked.status_code == 200
    assert "woman, born 1 January 1990" in checked.content.decode()
    only = client.post("/residents/add/", {"nik": "1571014101900001", "check": "1"}).content.decode()
    assert "woman, born 1 January 1990" in only
    assert "Write the name." not in only
    wrong = client.post("/residents/add/", {"nik": "157", "check": "1"})
    assert (wrong.status_code, "this has 3" in wrong.content.decode()) == (422, True)
    assert not Person.objects.exists()
    answer = client.post("/residents/add/", form)
    person = Person.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/residents/{person.pk}/")
    assert person.birth_date.open(reason="service") == "1990-01-01"
    assert person.place == places["kelurahan-1"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"nik": "157101410190001"}, "this has 15"),
        ({"nik": "1571013201900001"}, "There is no day 32"),
        ({"birth_date": "1990-01-02"}, "another date of birth: 1990-01-01"),
        ({"birth_date": "1990-02-31"}, "valid date"),
        ({"name": ""}, "Write the name."),
        ({"phone": "12"}, "telephone number of Indonesia"),
        ({"place": ""}, "This field is required."),
        ({"place": "outside"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    given: dict[str, Any], places: dict[str, Place], wrong: dict[str, str], sentence: str
) -> None:
    client = officer("kelurahan_officer", places["kelurahan-1"])
    form = given | {"preferred_channel": "gateway", "place": places["kelurahan-1"].pk} | wrong
    if form["place"] == "outside":
        form["place"] = places["kelurahan-2"].pk
    answer = client.post("/residents/add/", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Person.objects.exists()


def test_a_nik_that_is_there_is_refused_without_saying_whose(resident: Person, given: dict[str, Any]) -> None:
    form = given | {"name": "Orang Lain", "preferred_channel": "none"}
    answer = officer("data_officer").post("/residents/add/", form)
    assert answer.status_code == 422
    assert "Somebody with this NIK is registered already." in answer.content.decode()
    assert str(resident.pk) not in answer.content.decode()
    entry = Entry.objects.get(action="identity.person_searched")
    assert entry.object == str(resident.pk)
    assert json.loads(entry.detail)["for"] == "register"


def test_opening_needs_a_reason_and_the_data_officer_sees_who_opened(
    resident: Person, places: dict[str, Place]
) -> None:
    client = officer("kelurahan_officer", places["kelurahan-1"], "lurah")
    url = f"/residents/{resident.pk}/"
    refused = client.post(f"{url}open/", {"field": "nik", "reason": ""})
    assert refused.status_code == 422
    assert "Choose why this is opened." in refused.content.decode()
    for wrong in ({"field": "nik_index", "reason": "service"}, {"field": "nik", "reason": "delivery"}):
        assert client.post(f"{url}open/", wrong).status_code == 422
    assert not Entry.objects.filter(action="sealing.opened").exists()
    opened = client.post(f"{url}open/", {"field": "nik", "reason": "service", "note": "Surat 12"})
    page = opened.content.decode()
    assert "1571014101900001" in page
    assert "no-store" in opened["Cache-Control"]
    assert "81200001234" not in page
    assert "1571014101900001" not in client.get(url).content.decode()
    assert "Who opened what" not in page
    seen = officer("data_officer", name="penjaga").get(url).content.decode()
    for words in ("Who opened what", "Lurah", "serving this person", "Surat 12"):
        assert words in seen


def test_a_childs_data_and_accounts_are_opened_as_specific_data(resident: Person) -> None:
    client = officer("data_officer")
    child = services.add_person(name="Anak Rekaan", birth_date=timezone.localdate())
    client.post(f"/residents/{child.pk}/open/", {"field": "name", "reason": "service"})
    client.post(f"/residents/{resident.pk}/open/", {"field": "bank_account", "reason": "payment"})
    client.post(f"/residents/{resident.pk}/open/", {"field": "name", "reason": "service"})
    details = Entry.objects.filter(action="sealing.opened").order_by("seq").values_list("detail", flat=True)
    assert ['"specific":true' in detail for detail in details] == [True, True, False]
    assert "child: specific data" in client.get(f"/residents/{child.pk}/").content.decode()


def test_changing_leaves_closed_what_is_not_filled(resident: Person) -> None:
    client = officer("data_officer")
    url = f"/residents/{resident.pk}/change/"
    page = client.get(url).content.decode()
    assert "Now ••••0001. Leave empty to keep it." in page
    assert "Siti" not in page
    form = {
        "phone": "0813 0000 9999",
        "clear": ["email", "bank_account"],
        "preferred_channel": "letter",
        "place": "",
    }
    answer = client.post(url, form)
    assert answer.status_code == 302, answer.content.decode()
    resident = Person.objects.get()
    assert resident.phone.open(reason="service") == "+6281300009999"
    assert resident.name.open(reason="service") == "Siti Contoh Rekaan"
    assert (bool(resident.email), bool(resident.bank_account), resident.place) == (False, False, None)
    assert resident.preferred_channel == "letter"
    wrong = client.post(url, {"birth_date": "1991-01-01", "preferred_channel": "letter"})
    assert wrong.status_code == 422
    assert "The NIK on record says another date" in wrong.content.decode()


def test_each_guess_at_what_is_sealed_is_entered_also_the_wrong_ones(resident: Person) -> None:
    client = officer("data_officer")
    url = f"/residents/{resident.pk}/change/"
    for born in ("1991-01-01", "1991-01-02", "1990-01-01"):
        client.post(url, {"birth_date": born, "preferred_channel": "letter"})
    client.post(url, {"nik": "1571014202910007", "preferred_channel": "letter"})
    entries = Entry.objects.filter(action="identity.person_compared", object=str(resident.pk)).order_by("seq")
    details = [json.loads(entry.detail) for entry in entries]
    assert [(detail["by"], detail["agrees"]) for detail in details] == [
        ("birth_date", False),
        ("birth_date", False),
        ("birth_date", True),
        ("nik", False),
    ]
    assert len({detail["digest"] for detail in details}) == 4
    assert all(
        typed not in entry.detail
        for entry in entries
        for typed in ("1991-01", "1990-01-01", "1571014202910007")
    )


@pytest.mark.parametrize("view", ["residents", "add", "change", "guardian_add"])
def test_numbers_cannot_be_tried_without_end(view: str) -> None:
    assert resolve(reverse("identity:" + view.replace("_", "-"), args=_of(view))).func.limit.rate.burst <= 60


def _of(view: str) -> list[uuid.UUID]:
    return [] if view in ("residents", "add") else [uuid.uuid4()]


def test_a_guardian_is_named_and_ended(resident: Person, places: dict[str, Place]) -> None:
    client = officer("data_officer")
    child = services.add_person(
        name="Anak Rekaan", birth_date=timezone.localdate(), place=places["kelurahan-1"]
    )
    url = f"/residents/{child.pk}/"
    for nik, sentence in (("1571014101900009", "Nobody with this NIK"), ("157", "this has 3")):
        answer = client.post(f"{url}guardian/", {"nik": nik})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert client.post(f"{url}guardian/", {"nik": "1571014101900001"})["Location"] == url
    tried = Entry.objects.filter(action="identity.person_searched").order_by("seq")
    assert [(entry.object, json.loads(entry.detail)["for"]) for entry in tried] == [
        ("-", "guardian"),
        (str(resident.pk), "guardian"),
    ]
    assert "S••• C•••" in client.get(url).content.decode()
    standing = Guardianship.objects.get()
    outsider = officer("kelurahan_officer", places["west"], "jauh")
    assert outsider.post(f"/residents/guardianship/{standing.pk}/end/").status_code == 404
    assert client.post(f"/residents/guardianship/{standing.pk}/end/").status_code == 302
    assert Guardianship.objects.get().ended is not None


def test_an_erased_person_has_a_page_that_says_so(resident: Person) -> None:
    services.erase_person(resident)
    client = officer("data_officer")
    page = client.get(f"/residents/{resident.pk}/").content.decode()
    assert "This person was erased" in page
    assert client.get(f"/residents/{resident.pk}/change/").status_code == 404
    assert str(resident.pk) not in client.get("/residents/").content.decode()


def test_empty_places_say_why(places: dict[str, Place]) -> None:
    page = officer("kelurahan_officer", places["west"]).get("/residents/").content.decode()
    assert "Nobody is registered where your role reaches." in page
