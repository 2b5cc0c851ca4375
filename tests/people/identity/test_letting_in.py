from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.people import services as people
from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.identity import views
from jcoc.people.identity.letting_in import let_in
from jcoc.people.identity.models import Person
from jcoc.people.identity.services import add_person, change_person
from jcoc.people.models import User
from jcoc.people.privacy.held import messages
from jcoc.people.services import Grant
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels.models import Message
from jcoc.trail.limits import Rate, Rule
from jcoc.trail.sealing.seals import Reason
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def kelurahan() -> Place:
    with unguarded():
        return Place.objects.create(
            code="99.01.01.1001", name="Kelurahan Uji", level="kelurahan", lon=103.6, lat=-1.6, source="test"
        )


@pytest.fixture
def officer(kelurahan: Place) -> User:
    return people.add_account("petugas", PASSWORD, [Grant("kelurahan_officer", place=kelurahan)])


def told(message: Message) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(message.content.open(reason=Reason.INSPECTION))
    return content


@pytest.mark.parametrize(
    ("way", "values", "address"),
    [
        ("gateway", {"phone": "0812 0000 0077"}, "+6281200000077"),
        ("email", {"email": "uji@example.go.id"}, "uji@example.go.id"),
        ("letter", {"address": "Lorong Uji 5"}, "Orang Uji\nLorong Uji 5"),
    ],
)
def test_a_code_goes_out_by_the_persons_own_way_and_lets_in_once(
    kelurahan: Place, officer: User, way: str, values: dict[str, str], address: str
) -> None:
    person = add_person(name="Orang Uji", place=kelurahan, preferred_channel=way, **values)  # type: ignore[arg-type]
    message = let_in(person, officer)
    assert message.address.open(reason=Reason.INSPECTION) == address
    account = Person.objects.get(pk=person.pk).account
    assert account is not None
    assert [(g.role, g.place_id) for g in account.grants.all()] == [("resident", kelurahan.pk)]
    context = told(message)["context"]
    assert "Uji" not in context["handle"]
    browser = Client(headers={"Accept": "text/html"})
    entry = {"username": context["handle"], "code": context["code"]}
    assert browser.post("/enter/", entry).status_code == 302
    assert browser.get("/me/").status_code == 200
    assert Client().post("/enter/", entry).status_code == 422


def test_a_second_code_ends_the_first_and_keeps_the_account(kelurahan: Place, officer: User) -> None:
    person = add_person(name="Orang Uji", place=kelurahan, phone="081200000077")
    first, second = told(let_in(person, officer)), told(let_in(person, officer))
    assert first["context"]["handle"] == second["context"]["handle"]
    assert OneTimeAccess.objects.usable().count() == 1
    assert User.objects.count() == 2


def test_who_cannot_be_reached_gets_no_account(kelurahan: Place, officer: User) -> None:
    person = add_person(name="Orang Uji", place=kelurahan, preferred_channel="email")
    with pytest.raises(ValidationError):
        let_in(person, officer)
    assert User.objects.count() == 1
    assert not Message.objects.exists()


def test_an_officer_lets_nobody_in_elsewhere(officer: User) -> None:
    with unguarded():
        elsewhere = Place.objects.create(
            code="99.02.01.1001", name="Tempat Lain", level="kelurahan", lon=103.7, lat=-1.6, source="test"
        )
    person = add_person(name="Orang Uji", place=elsewhere, phone="081200000077")
    with pytest.raises(ValidationError):
        let_in(person, officer)
    assert not Message.objects.exists()
    assert not User.objects.filter(username__startswith="warga-").exists()
    client = Client(headers={"Accept": "text/html"})
    client.force_login(officer)
    assert client.post(f"/residents/{person.pk}/let-in/").status_code == 404


@pytest.mark.parametrize("more", ["operator", "administrator", "auditor", "data_officer"])
def test_who_works_here_is_not_let_in_by_the_record_of_a_resident(
    kelurahan: Place, officer: User, more: str
) -> None:
    person = add_person(name="Orang Uji", place=kelurahan, phone="081200000077")
    let_in(person, officer)
    account = Person.objects.get(pk=person.pk).account
    assert account is not None
    people.give(account, Grant(more))
    change_person(person, phone="081200000099")
    before = OneTimeAccess.objects.get().pk
    with pytest.raises(ValidationError):
        let_in(person, officer)
    assert OneTimeAccess.objects.usable().get().pk == before
    assert Message.objects.count() == 1


def test_a_data_officer_lets_nobody_in(kelurahan: Place, officer: User) -> None:
    data_officer = people.add_account("pelindung", PASSWORD, ["data_officer"])
    person = add_person(name="Orang Uji", place=kelurahan, phone="081200000077")
    with pytest.raises(ValidationError):
        let_in(person, data_officer)
    let_in(person, officer)
    with pytest.raises(ValidationError):
        let_in(person, data_officer)
    assert OneTimeAccess.objects.count() == 1


def test_an_account_whose_role_holds_elsewhere_is_not_let_in(kelurahan: Place, officer: User) -> None:
    with unguarded():
        elsewhere = Place.objects.create(
            code="99.02.01.1001", name="Tempat Lain", level="kelurahan", lon=103.7, lat=-1.6, source="test"
        )
    person = add_person(name="Orang Uji", place=kelurahan, phone="081200000077")
    let_in(person, officer)
    other = people.add_account("tetangga", PASSWORD, [Grant("kelurahan_officer", place=elsewhere)])
    change_person(person, place=elsewhere)
    with pytest.raises(ValidationError):
        let_in(person, other)


def test_ten_letters_in_ten_minutes_are_enough() -> None:
    assert views.let_in.limit == Rule("identity.let-in", Rate(10, 600))  # type: ignore[attr-defined]


def test_nothing_is_opened_where_nothing_can_be_sent(officer: User, kelurahan: Place) -> None:
    child = add_person(
        name="Anak Uji",
        phone="081200000077",
        place=kelurahan,
        birth_date=timezone.localdate() - timedelta(days=4000),
    )
    homeless = add_person(name="Orang Uji", phone="081200000078")
    keeper = people.add_account("pdp", PASSWORD, ["data_officer"])
    adult = add_person(name="Warga Uji", phone="081200000079", place=kelurahan)
    for person, by in ((child, officer), (homeless, officer), (adult, keeper)):
        with pytest.raises(ValidationError):
            let_in(person, by)
    assert not Entry.objects.filter(action="sealing.opened").exists()


def test_a_code_by_post_lasts_until_the_postman_came(kelurahan: Place, officer: User) -> None:
    person = add_person(name="Orang Uji", address="Lorong Uji 5", place=kelurahan, preferred_channel="letter")
    let_in(person, officer)
    lasts = OneTimeAccess.objects.get().expires - timezone.now()
    assert timedelta(days=13) < lasts <= timedelta(days=14)


def test_who_reads_the_outbox_does_not_get_in(kelurahan: Place, officer: User) -> None:
    person = add_person(name="Orang Uji", phone="081200000077", place=kelurahan)
    message = let_in(person, officer)
    context = told(message)["context"]
    client = Client(headers={"Accept": "text/html"})
    client.force_login(people.add_account("pdp", PASSWORD, ["data_officer"]))
    page = client.post(f"/messages/{message.pk}/", {"reason": "inspection", "note": ""}).content.decode()
    assert context["handle"] in page
    for secret in (context["code"], context["link"], context["link"].split("/")[-2]):
        assert secret not in page
    held = json.dumps(list(messages.describe(person.pk)))
    assert context["handle"] in held
    assert context["code"] not in held
    assert context["link"] not in held
