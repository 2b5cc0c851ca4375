"""What is held of a person: given out whole, and gone when erased."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jcoc.people import services as people
from jcoc.people.authentication.models import OneTimeAccess, OpenSession
from jcoc.people.authentication.services import one_time, second_factor
from jcoc.people.identity.models import Person
from jcoc.people.identity.services import add_person
from jcoc.people.models import User
from jcoc.people.privacy import dossier
from jcoc.people.privacy.models import RetentionRun
from jcoc.people.privacy.services import erasing, requests, retention
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry, Note
from jcoc.trail.channels import services as channels
from jcoc.trail.channels.models import Message
from jcoc.trail.receipts.models import FieldPhone
from jcoc.trail.receipts.services import add_phone
from jcoc.trail.sealing import seals
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def account() -> User:
    return people.add_account("rahma", PASSWORD, ["resident"], full_name="Rahma Penguji")


@pytest.fixture
def person(account: User) -> Person:
    person = add_person(name="Rahma Penguji", phone="0812 7770 0042", account=account)
    add_phone(account, "Ponsel Rahma")
    one_time.issue(account, None)
    assert Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 13)"}).login(
        username="rahma", password=PASSWORD
    )
    channels.send(
        "channels.test",
        subject=person.pk,
        address="+6281277700042",
        channel="gateway",
        language="id",
        context={"at": "24 Nov 2026, 08.00 WIB"},
    )
    return person


def test_all_that_is_held_is_given_out(person: Person) -> None:
    held = {holding["code"]: holding["rows"] for holding in dossier.collect(person.pk)["holdings"]}
    assert "Rahma Penguji" in held["resident"][0].values()
    told = json.dumps(held, ensure_ascii=False)
    assert "rahma" in told
    assert "Ponsel Rahma" in told
    assert "+6281277700042" in json.dumps(held["messages"])


def test_of_an_erased_person_a_number_without_a_name_is_left(person: Person, account: User) -> None:
    erasing.erase(person.pk)
    account.refresh_from_db()
    assert (account.username, account.get_full_name(), account.email) == (f"erased-{account.pk}", "", "")
    assert not account.is_active
    assert not account.has_usable_password()
    assert not FieldPhone.objects.exists()
    assert not OneTimeAccess.objects.exists()
    assert not OpenSession.objects.exists()
    message = Message.objects.get()
    assert not message.address
    assert not message.content
    collected = dossier.collect(person.pk)
    assert all(holding["rows"] == [] for holding in collected["holdings"])
    assert "ahma" not in json.dumps(collected)


def test_what_officers_wrote_about_the_account_is_given_out_and_goes_with_it(
    person: Person, account: User
) -> None:
    people.take_back(people.give(account, people.Grant("operator")), reason="Rahma pindah")
    second_factor.remove(account, note="Ponsel Rahma hilang")
    another = people.add_account("lain", PASSWORD, ["resident"])
    second_factor.remove(another, note="Ponsel lain hilang")
    told = json.dumps(dossier.collect(person.pk))
    assert "Rahma pindah" in told
    assert "Ponsel Rahma hilang" in told
    assert "Ponsel lain" not in told
    erasing.erase(person.pk)
    assert [note.text for note in Note.objects.all()] == ["Ponsel lain hilang"]


def test_openings_of_a_childs_data_and_of_accounts_say_so_wherever_they_are_opened() -> None:
    """The law's specific data, in the dossier, in messages, in requests: not only where an officer opens a field."""
    child = add_person(name="Anak Penguji", birth_date=timezone.localdate())
    rich = add_person(name="Orang Penguji", bank_account="Bank 12")
    plain = add_person(name="Orang Lain")
    for person in (child, rich, plain):
        asked = requests.receive(person.pk, "correct", via="counter", words="Salah")
        asked.words.open(reason=seals.Reason.REQUEST)
        dossier.collect(person.pk)

    def marked(person: Person) -> dict[str, bool]:
        entries = Entry.objects.filter(action="sealing.opened", object=str(person.pk))
        details = [json.loads(entry.detail) for entry in entries]
        return {detail["what"][0].rpartition(".")[2]: detail.get("specific", False) for detail in details}

    assert marked(child) == {"words": True, "birth_date": True}
    assert marked(rich) == {"words": False, "bank_account": True}
    assert marked(plain) == {"words": False, "name": False}


def test_the_last_administrator_is_not_erased_by_mistake() -> None:
    from django.core.exceptions import ValidationError

    only = people.add_account("kepala", PASSWORD, ["administrator"])
    person = add_person(name="Kepala Penguji", account=only)
    with pytest.raises(ValidationError):
        erasing.erase(person.pk)
    assert str(Person.objects.get(pk=person.pk).name)
    assert User.objects.get(pk=only.pk).username == "kepala"


def test_an_old_message_loses_its_text_and_stays_counted(person: Person) -> None:
    with unguarded():
        Message.objects.update(created=timezone.now() - timedelta(days=400), state="sent")
    assert {due.rule.code: due.rows for due in retention.due()}["messages"] == 1
    assert Message.objects.get().content
    retention.apply()
    assert not Message.objects.get().content
    assert RetentionRun.objects.get(code="messages").removed == 1
