"""A guardian has the page of each child: the same rights, for nobody else, and not for ever."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jcoc.people import services as people
from jcoc.people.access import Principal
from jcoc.people.granting import Held
from jcoc.people.identity.models import Guardianship, Person
from jcoc.people.identity.services import add_guardian, add_person, end_guardianship
from jcoc.people.models import User
from jcoc.people.privacy.models import ConsentEvent, ConsentText, Request, RequestKind
from jcoc.people.privacy.services import consents, requests
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _years_ago(years: int) -> date:
    return timezone.localdate() - timedelta(days=366 * years)


@pytest.fixture
def account() -> User:
    return people.add_account("wali", PASSWORD, ["guardian"])


@pytest.fixture
def guardian(account: User) -> Person:
    return add_person(name="Wali Uji", account=account)


@pytest.fixture
def child(guardian: Person) -> Person:
    child = add_person(name="Anak Uji", birth_date=_years_ago(9))
    add_guardian(guardian, child)
    return child


@pytest.fixture
def client(account: User, child: Person) -> Client:
    consents.store_declared_texts()
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    client.force_login(account)
    return client


def test_a_guardian_asks_agrees_and_reads_for_a_child(client: Client, account: User, child: Person) -> None:
    assert f"/me/data/?of={child.pk}" in client.get("/me/data/").content.decode()
    url = f"/me/data/?of={child.pk}"
    page = client.get(url).content.decode()
    assert "You are here for the child A••• U•••, as guardian." in page
    assert client.post(url, {"kind": "correct", "words": "Nama sekolah"})["Location"] == url
    assert Request.objects.get().subject == child.pk
    text = ConsentText.objects.get(purpose="news", language="en")
    agreed = client.post(f"/me/data/consent/news/?of={child.pk}", {"action": "give", "text": text.pk})
    assert agreed["Location"] == url
    event = ConsentEvent.objects.get()
    assert (event.subject, event.by) == (child.pk, f"user-{account.pk}")
    held = client.get(f"/me/data/held/?of={child.pk}").content.decode()
    assert "Anak Uji" in held
    assert "Wali Uji" not in held
    assert "Anak Uji" in client.post(f"/me/data/file/?of={child.pk}").content.decode()


def _statuses(client: Client, of: str) -> set[int]:
    return {
        client.get(f"/me/data/?of={of}").status_code,
        client.get(f"/me/data/held/?of={of}").status_code,
        client.post(f"/me/data/file/?of={of}").status_code,
        client.post(f"/me/data/?of={of}", {"kind": "erase"}).status_code,
        client.post(f"/me/data/consent/news/?of={of}", {"action": "withdraw"}).status_code,
    }


def test_nobody_elses_child_is_found(client: Client) -> None:
    another = add_person(name="Anak Lain", birth_date=_years_ago(9))
    add_guardian(add_person(name="Wali Lain"), another)
    assert _statuses(client, str(another.pk)) == {404}
    assert _statuses(client, "nonsense") == {404}
    assert not Request.objects.exists()


def test_an_ended_guardianship_ends_the_childs_page(client: Client, child: Person) -> None:
    end_guardianship(Guardianship.objects.get(child=child))
    assert _statuses(client, str(child.pk)) == {404}
    assert "?of=" not in client.get("/me/data/").content.decode()


def test_who_is_of_age_is_nobodys_ward(client: Client, child: Person, laying_out: None) -> None:
    child.birth_date = _years_ago(18).isoformat()
    child.save()
    assert _statuses(client, str(child.pk)) == {404}


def test_requests_are_seen_by_whom_they_concern_and_by_data_officers(
    account: User, guardian: Person, child: Person
) -> None:
    stranger = add_person(name="Orang Lain")
    for who in (guardian, child, stranger):
        requests.receive(who.pk, RequestKind.SEE, via="counter")

    def seen(principal: Principal | None) -> set[object]:
        return set(Request.objects.visible(principal).values_list("subject", flat=True))

    assert seen(Principal(f"user-{account.pk}", "x", (Held("guardian"),))) == {guardian.pk, child.pk}
    assert seen(Principal("user-999999", "x", (Held("data_officer"),))) == {
        guardian.pk, child.pk, stranger.pk
    }  # fmt: skip
    assert seen(Principal("user-999999", "x", (Held("administrator"),))) == set()
    assert seen(None) == set()
