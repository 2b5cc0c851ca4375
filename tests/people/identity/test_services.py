"""Persons: checked, sealed, found, changed and erased."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone, translation

from jcoc.city.models import Place
from jcoc.people.identity import services
from jcoc.people.identity.models import Guardianship, Person, age
from jcoc.trail.audit.models import Entry
from jcoc.trail.sealing import indexes, seals
from jcoc.trail.sealing import services as sealing

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def faults(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return error.value.message_dict


def test_a_person_is_kept_sealed_in_one_form(given: dict[str, Any]) -> None:
    person = Person.objects.get(pk=services.add_person(**given).pk)
    opened = {
        name: getattr(person, name).open(reason="request")
        for name in ("name", "nik", "phone", "email", "address", "birth_date", "bank_account")
    }
    assert opened == {
        "name": "Siti Contoh Rekaan",
        "nik": "1571014101900001",
        "phone": "+6281200001234",
        "email": "siti@contoh.example",
        "address": "Jl. Rekaan 1, RT 04",
        "birth_date": "1990-01-01",
        "bank_account": "Bank Contoh 000111222333",
    }
    assert (str(person.nik), str(person.phone), str(person.birth_date)) == ("••••0001", "••••234", "••••")
    assert person.actor == str(person) == f"person-{person.pk}"
    assert "Siti" not in repr(vars(person))
    assert "Siti" not in repr(person.name)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Write the name."),
        ("nik", "157101410190001", "this has 15"),
        ("nik", "1571013201900001", "no day 32"),
        ("nik", "1571010113900001", "no month 13"),
        ("phone", "12", "telephone number of Indonesia"),
        ("email", "siti@", "valid email"),
        ("birth_date", date(1990, 1, 2), "another date of birth: 1990-01-01"),
        ("birth_date", "kemarin", "year-month-day"),
        ("birth_date", date(2100, 1, 1), "in the future"),
        ("address", "x" * 501, "at most 500"),
        ("preferred_channel", "pigeon", "pigeon"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    given: dict[str, Any], field: str, value: Any, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_person(**given | {field: value})
    [fault] = faults(refused)[field]
    assert sentence in fault
    assert not Person.objects.exists()


def test_faults_are_said_in_indonesian(given: dict[str, Any]) -> None:
    with translation.override("id"), pytest.raises(ValidationError) as refused:
        services.add_person(**given | {"nik": "157101410190001", "phone": "12"})
    assert faults(refused)["nik"] == ["NIK terdiri atas 16 angka; ini 15."]
    assert "nomor telepon" in faults(refused)["phone"][0]


def test_a_nik_is_of_one_person_and_the_refusal_does_not_say_of_whom(given: dict[str, Any]) -> None:
    services.add_person(**given)
    with pytest.raises(ValidationError) as refused:
        services.add_person(name="Orang Lain", nik="1571 0141 0190 0001")
    assert faults(refused) == {"nik": ["Somebody with this NIK is registered already."]}
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_nik_at_once_make_one_person(given: dict[str, Any]) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("The tests' SQLite lies in memory, where threads are refused instead of waiting.")
    sealing.keyring()
    start, outcomes = threading.Barrier(4), []

    def register() -> None:
        start.wait()
        try:
            services.add_person(**given)
            outcomes.append("added")
        except ValidationError as error:
            outcomes.append(",".join(error.message_dict))
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "nik", "nik", "nik"]
    assert Person.objects.count() == 1


def test_whoever_is_a_hundred_keeps_the_birth_date_they_give(given: dict[str, Any]) -> None:
    year = timezone.localdate().year - 101
    nik = f"1571010101{year % 100:02}0001"
    person = services.add_person(name="Nenek Rekaan", nik=nik, birth_date=date(year, 1, 1))
    assert person.birth_date.open(reason="service") == f"{year}-01-01"
    assert not person.is_child(timezone.localdate())


def test_found_by_nik_and_telephone_however_they_are_written(given: dict[str, Any]) -> None:
    person = services.add_person(**given)
    brother = services.add_person(name="Adik Rekaan", phone="+6281200001234")
    assert services.find_by_nik(" 1571.0141.0190.0001 ") == person
    assert services.find_by_nik("1571014101900002") is None
    assert set(services.ids_by_phone("(0812) 0000-1234")) == {person.pk, brother.pk}
    with pytest.raises(ValidationError, match="this has 3"):
        services.find_by_nik("157")


def test_changing_takes_away_replaces_and_keeps(given: dict[str, Any]) -> None:
    person = services.add_person(**given)
    person = services.change_person(person, phone="", email="baru@contoh.example")
    assert not person.phone
    assert person.phone_index is None
    assert person.email.open(reason="service") == "baru@contoh.example"
    assert person.nik.open(reason="service") == given["nik"]
    entry = Entry.objects.filter(action="identity.person_changed").latest("seq")
    assert (entry.object, entry.detail) == (str(person.pk), '{"fields":["email","phone"]}')


def test_nik_and_birth_date_stay_in_agreement(given: dict[str, Any]) -> None:
    person = services.add_person(**given)
    with pytest.raises(ValidationError) as refused:
        services.change_person(person, birth_date=date(1991, 2, 3))
    assert "correct both" in faults(refused)["birth_date"][0]
    with pytest.raises(ValidationError) as refused:
        services.change_person(person, nik="1571010302910001")
    assert "correct both" in faults(refused)["nik"][0]
    person = services.change_person(person, nik="1571010302910001", birth_date=date(1991, 2, 3))
    assert person.birth_date.open(reason="correction") == "1991-02-03"
    other = services.add_person(name="Tanpa NIK")
    with pytest.raises(ValidationError, match="registered already"):
        services.change_person(other, nik="1571010302910001")
    assert services.change_person(other, nik="1571010302910002").birth_date


def test_a_column_that_is_not_there_cannot_be_changed(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="erased"):
        services.change_person(services.add_person(**given), erased=None)


def test_an_erased_person_is_a_number_that_names_nobody(given: dict[str, Any]) -> None:
    person = services.add_person(**given)
    blob = bytes(person.nik.blob or b"")
    services.erase_person(person)
    person = Person.objects.get()
    assert not any(getattr(person, name) for name in ("name", "nik", "phone", "birth_date", "bank_account"))
    assert (person.nik_index, person.phone_index) == (None, None)
    with pytest.raises(seals.Erased):
        seals.open_sealed(person.pk, "identity.person.nik", blob, reason="legal")
    with pytest.raises(seals.Erased):
        services.change_person(person, name="Siti")
    assert not person.is_child(timezone.localdate())
    assert services.find_by_nik(given["nik"]) is None
    assert services.add_person(**given).pk != person.pk
    services.erase_person(person)


@pytest.mark.parametrize(
    ("on", "years"),
    [(date(2026, 3, 4), 17), (date(2026, 3, 5), 18), (date(2026, 12, 31), 18)],
)
def test_years_are_completed_on_the_birthday(on: date, years: int) -> None:
    assert age(date(2008, 3, 5), on) == years
    assert age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_guardians_are_of_age_and_stand_for_children_only(given: dict[str, Any]) -> None:
    mother = services.add_person(**given)
    child = services.add_person(name="Anak Rekaan", birth_date=timezone.localdate().replace(day=1))
    assert child.is_child(timezone.localdate())
    standing = services.add_guardian(mother, child)
    assert services.add_guardian(mother, child) == standing
    for guardian, ward, sentence in (
        (child, child, "own guardian"),
        (child, mother, "under 18"),
        (services.add_person(name="A", birth_date=timezone.localdate().replace(day=1)), child, "of age"),
        (mother, services.add_person(name="Tanpa Tanggal"), "under 18"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            services.add_guardian(guardian, ward)
    services.end_guardianship(standing)
    services.add_guardian(mother, child)
    services.erase_person(child)
    assert Guardianship.objects.filter(ended=None).count() == 0
    assert Guardianship.objects.count() == 2


def test_a_sealed_column_is_not_searched_or_updated_past_its_key(given: dict[str, Any]) -> None:
    from django.core.exceptions import FieldError

    services.add_person(**given)
    with pytest.raises(FieldError, match="exact"):
        Person.objects.filter(nik="1571014101900001").exists()
    assert Person.objects.filter(nik__isnull=False).count() == 1
    with pytest.raises(TypeError, match="sealed"):
        Person.objects.update(nik="1571014101900001")


def test_indexes_under_a_new_key_find_the_same_persons(
    given: dict[str, Any], tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    persons = [
        services.add_person(name=f"Orang {n}", nik=f"15710101019000{n:02}", phone=f"0812000012{n:02}")
        for n in range(1, 8)
    ]
    services.erase_person(persons.pop())
    old = {person.pk: person.nik_index for person in persons}
    monkeypatch.setattr(indexes, "BATCH", 2)
    seen: list[float] = []

    def stop_halfway(fraction: float, text: str) -> None:
        seen.append(fraction)
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexes.rotate(stop_halfway)
    assert len(sealing.keyring().index) == 2
    for number, person in enumerate(persons, 1):
        assert services.find_by_nik(f"15710101019000{number:02}") == person
        with pytest.raises(ValidationError, match="registered already"):
            services.add_person(name="Lain", nik=f"15710101019000{number:02}")
    assert indexes.rotate(lambda fraction, text: None) == 12
    assert len(sealing.keyring().index) == 1
    now = dict(Person.objects.filter(erased=None).values_list("pk", "nik_index"))
    assert now.keys() == old.keys()
    assert not set(now.values()) & set(old.values())
    assert services.find_by_nik("1571010101900001") == persons[0]


def test_officers_see_whom_their_role_reaches(given: dict[str, Any], places: dict[str, Place]) -> None:
    from jcoc.people.access import Principal
    from jcoc.people.granting import Held
    from jcoc.people.models import User

    account = User.objects.create(username="siti")
    here = services.add_person(**given, place=places["kelurahan-1"], account=account)
    beside = services.add_person(name="Tetangga", place=places["kelurahan-2"])
    nowhere = services.add_person(name="Tanpa Alamat")

    def seen(*grants: Held, who: str = "user-0") -> set[Any]:
        return set(Person.objects.visible(Principal(who, "", grants)).values_list("pk", flat=True))

    assert seen(Held("kelurahan_officer", places["kelurahan-1"].pk)) == {here.pk}
    assert seen(Held("kelurahan_officer", places["east"].pk)) == {here.pk, beside.pk}
    assert seen(Held("kelurahan_officer", places["west"].pk)) == set()
    assert seen(Held("data_officer")) == {here.pk, beside.pk, nowhere.pk}
    assert seen(Held("operator"), Held("administrator")) == set()
    assert seen(Held("resident"), who=f"user-{account.pk}") == {here.pk}
    assert set(Person.objects.visible(None)) == set()
