"""A field phone: a token that hands in offline forms, as its account, and opens nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jcoc.people import services as people
from jcoc.people.models import User
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.receipts import services
from jcoc.trail.receipts.models import FieldPhone
from support import PASSWORD

pytestmark = pytest.mark.django_db

ADD = "/demo/field-notes/add/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def officer() -> User:
    return people.add_account("petugas", PASSWORD, ["kelurahan_officer"])


@pytest.fixture
def phone(officer: User) -> tuple[FieldPhone, str]:
    return services.add_phone(officer, "Ponsel uji")


def with_token(token: str, **options: bool) -> Client:
    return Client(headers={**JSON, "X-Field-Phone": token}, **options)


def test_a_phone_hands_in_without_cookies_and_without_a_csrf_token(phone: tuple[FieldPhone, str]) -> None:
    client = with_token(phone[1], enforce_csrf_checks=True)
    answer = client.post(ADD, {"text": ""})
    assert answer.status_code == 422
    assert "text" in answer.json()["fields"]
    assert not answer.cookies


def test_with_a_session_the_csrf_token_is_still_asked_for(officer: User) -> None:
    client = Client(headers=JSON, enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post(ADD, {"text": ""}).status_code == 403


def test_a_token_does_not_ride_on_somebody_elses_cookies(phone: tuple[FieldPhone, str]) -> None:
    chief = people.add_account("kepala", PASSWORD, ["administrator"])
    client = with_token(phone[1])
    client.force_login(chief)
    assert client.get("/offline/state/").json()["account"] == f"user-{phone[0].account_id}"
    assert client.get("/accounts/").status_code == 403


@pytest.mark.parametrize("path", ["/demo/field-notes/", ADD, "/field-phones/", "/unsent/", "/design/"])
def test_a_phone_reads_nothing(phone: tuple[FieldPhone, str], path: str) -> None:
    assert with_token(phone[1]).get(path).status_code == 403


def test_a_phone_makes_no_other_phone(phone: tuple[FieldPhone, str]) -> None:
    assert with_token(phone[1]).post("/field-phones/add/", {"name": "lain"}).status_code == 403
    assert FieldPhone.objects.count() == 1


def test_a_revoked_phone_is_told_so(phone: tuple[FieldPhone, str]) -> None:
    services.revoke_phone(phone[0])
    answer = with_token(phone[1]).post(ADD, {"text": "a"})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:jcoc:field-phone-revoked"


def test_the_phone_of_a_closed_account_is_revoked_with_it(phone: tuple[FieldPhone, str]) -> None:
    User.objects.filter(pk=phone[0].account_id)
    with unguarded():
        User.objects.filter(pk=phone[0].account_id).update(is_active=False)
    assert with_token(phone[1]).get("/offline/state/").json()["type"] == "urn:jcoc:field-phone-revoked"


def test_an_unknown_token_is_not_taken_for_a_revoked_one(db: None) -> None:
    answer = with_token("a guess").get("/offline/state/")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:jcoc:field-phone-unknown"


def test_a_phone_not_seen_for_long_must_be_marked_again(phone: tuple[FieldPhone, str]) -> None:
    with unguarded():
        FieldPhone.objects.update(created=timezone.now() - timedelta(days=91))
    assert with_token(phone[1]).get("/offline/state/").json()["type"] == "urn:jcoc:field-phone-unknown"


def test_a_role_that_no_longer_holds_is_refused(phone: tuple[FieldPhone, str], officer: User) -> None:
    with unguarded():
        officer.grants.all().delete()
    assert with_token(phone[1]).post(ADD, {"text": "a"}).status_code in {401, 403}


def test_only_a_digest_of_the_token_is_kept_and_both_ends_are_in_the_trail(
    phone: tuple[FieldPhone, str],
) -> None:
    assert phone[1] not in str(FieldPhone.objects.values().get())
    services.revoke_phone(phone[0])
    services.revoke_phone(phone[0])
    actions = (
        Entry.objects.filter(kind="receipts.fieldphone").order_by("seq").values_list("action", flat=True)
    )
    assert list(actions) == ["receipts.phone_add", "receipts.phone_revoke"]


def test_the_token_is_shown_once(officer: User) -> None:
    client = Client(headers=JSON)
    client.force_login(officer)
    made = client.post("/field-phones/add/", {"name": " Oppo "}).json()
    assert services.phone_of(made["token"]) == FieldPhone.objects.get(name="Oppo")
    assert made["token"] not in client.get("/field-phones/").content.decode()
    assert client.post("/field-phones/add/", {"name": " "}).status_code == 422


def test_one_revokes_ones_own_and_an_administrator_anybodys(
    phone: tuple[FieldPhone, str], officer: User
) -> None:
    other = people.add_account("lain", PASSWORD, ["operator"])
    client = Client()
    client.force_login(other)
    client.post(f"/field-phones/{phone[0].pk}/revoke/")
    phone[0].refresh_from_db()
    assert phone[0].revoked is None
    client.force_login(people.add_account("kepala", PASSWORD, ["administrator"]))
    answer = client.post(f"/field-phones/{phone[0].pk}/revoke/", follow=True)
    assert answer.redirect_chain[0][0] == f"/field-phones/of/{officer.pk}/"
    phone[0].refresh_from_db()
    assert phone[0].revoked


def test_log_out_asks_the_browser_to_clear_itself(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    assert "Clear-Site-Data" not in client.get("/unsent/").headers
    assert client.post("/logout/").headers["Clear-Site-Data"] == '"storage"'


def test_the_state_names_the_forms_that_a_role_may_open(officer: User) -> None:
    client = Client()
    assert client.get("/offline/state/").json()["forms"] == []
    client.force_login(officer)
    state = client.get("/offline/state/")
    assert ADD in [form["url"] for form in state.json()["forms"]]
    assert state.json()["csrf"]
    assert "no-store" in state.headers["Cache-Control"]


def test_a_copy_for_the_device_names_nobody(officer: User) -> None:
    client = Client(headers={"X-Offline-Copy": "1"})
    client.force_login(officer)
    for path in (ADD, "/unsent/"):
        page = client.get(path)
        assert page.headers["X-Offline-Copy"] == "1"
        assert "petugas" not in page.content.decode()
        assert f"user-{officer.pk}" not in page.content.decode()
    assert "X-Offline-Copy" not in client.get("/demo/field-notes/").headers
    assert "X-Offline-Copy" not in Client().get(ADD).headers


def test_the_list_of_phones_is_not_offered_to_who_may_not_open_it(officer: User) -> None:
    resident = people.add_account("warga", PASSWORD, ["resident"])
    for account, offered in ((officer, True), (resident, False)):
        client = Client()
        client.force_login(account)
        assert (b'href="/field-phones/"' in client.get("/unsent/").content) == offered
