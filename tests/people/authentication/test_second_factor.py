"""The second factor: set up, asked for, used once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone

from jcoc.people import access, services
from jcoc.people.authentication.models import OpenSession
from jcoc.people.authentication.services import second_factor, sessions
from jcoc.people.models import RoleGrant, User
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from support import PASSWORD

LogIn = Callable[..., Any]
CodeOf = Callable[..., str]
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#: RFC 6238, appendix B, SHA-1; the last six of its eight digits.
CODES = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip
DUE = "/login/second-factor/"
SET_UP = "/security/second-factor/"


@pytest.mark.parametrize(("at", "code"), CODES)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert second_factor.counter_of(SECRET, code, at) == at // 30
    assert second_factor.counter_of(SECRET, f"{code[:3]} {code[3:]}", at) == at // 30
    assert second_factor.counter_of(SECRET, code, at + 120) is None


@pytest.mark.parametrize("code", ["", "abc", "١٢٣٤٥٦", "000000000", "12345"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert second_factor.counter_of(SECRET, code, 59) is None


def test_the_secret_stands_encrypted(with_second_factor: list[str], user: User) -> None:
    for row in Authenticator.objects.filter(user=user):
        assert SECRET not in str(row.data)
        assert not any(code in str(row.data) for code in with_second_factor)


def test_log_in_asks_for_the_code_and_opens_nothing_before(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    client = Client()
    assert log_in(client)["Location"] == "/login/code/"
    assert client.get("/security/", headers={"Accept": "text/html"})["Location"].startswith("/login/?next=")
    assert not OpenSession.objects.exists()
    answer = client.post("/login/code/", {"code": code_of()})
    assert answer["Location"] == "/home/"
    assert client.get("/security/").status_code == 200
    assert OpenSession.objects.get().second_factor
    assert Entry.objects.get(action="authentication.login").detail == '{"by":["password","mfa"]}'


def test_a_code_lets_in_once(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    code = code_of()
    first, second = Client(), Client()
    log_in(first)
    log_in(second)
    assert first.post("/login/code/", {"code": code}).status_code == 302
    answer = second.post("/login/code/", {"code": code})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert second.get("/security/", headers={"Accept": "text/html"}).status_code == 302


def test_the_code_that_set_it_up_does_not_log_in(user: User, log_in: LogIn, code_of: CodeOf) -> None:
    code = code_of()
    assert second_factor.activate(user, SECRET, code)
    client = Client()
    log_in(client)
    assert client.post("/login/code/", {"code": code}).status_code == 422


def test_a_recovery_code_lets_in_once(user: User, with_second_factor: list[str], log_in: LogIn) -> None:
    spaced = f"{with_second_factor[3][:4]} {with_second_factor[3][4:]}"
    for status in (302, 422):
        client = Client()
        log_in(client)
        assert client.post("/login/code/", {"code": spaced}).status_code == status
    assert second_factor.recovery_codes_left(user) == 9


def test_five_wrong_codes_lock(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    client = Client()
    log_in(client)
    met = [client.post("/login/code/", {"code": f"00000{n}"}).status_code for n in range(5)]
    assert met == [422] * 4 + [429]
    assert client.post("/login/code/", {"code": code_of()}).status_code == 429
    assert Entry.objects.filter(detail='{"step":"second_factor"}').count() == 5


def test_many_addresses_do_not_give_many_guesses(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    for number in range(20):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        log_in(client)
        assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    client = Client(REMOTE_ADDR="203.0.113.200")
    log_in(client)
    assert client.post("/login/code/", {"code": code_of()}).status_code == 429


def test_passwords_that_others_get_wrong_do_not_lock_the_code(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    for number in range(25):
        log_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), password="salah sekali")
    client = Client()
    log_in(client)
    assert client.post("/login/code/", {"code": code_of()}).status_code == 302


def test_the_code_page_without_a_password_leads_to_the_beginning(db: None) -> None:
    assert Client().get("/login/code/")["Location"] == "/login/"
    assert Client().post(DUE, {"action": "noted"})["Location"] == "/login/"


def test_opening_the_log_in_page_forgets_a_half_done_log_in(
    user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    client = Client()
    log_in(client)
    client.get("/login/")
    assert client.post("/login/code/", {"code": code_of()})["Location"] == "/login/"


def _secret_on(page: Any) -> str:
    found = re.search(r'id="totp-key"[^>]*>([A-Z2-7 ]+)<', page.content.decode())
    assert found
    return found[1].replace(" ", "")


def test_who_must_have_one_makes_it_before_anything_opens(
    totp_roles: None, db: None, log_in: LogIn, code_of: CodeOf
) -> None:
    admin = services.add_account("admin", PASSWORD, ["administrator"])
    client = Client(headers={"Accept": "text/html"})
    assert log_in(client, "admin", next="/accounts/")["Location"] == DUE
    for url in ("/accounts/", "/wall/", "/security/", "/security/second-factor/"):
        assert client.get(url)["Location"].startswith("/login/?next=")
    page = client.get(DUE)
    assert b"<svg" in page.content
    assert b"style=" not in page.content
    secret = _secret_on(page)
    assert _secret_on(client.get(DUE)) == secret
    assert client.post(DUE, {"action": "noted"}).status_code == 422  # not without a code
    assert client.post(DUE, {"code": "000000"}).status_code == 422
    page = client.post(DUE, {"code": code_of(secret)})
    assert page.status_code == 200
    shown = re.findall(r"<code>(\d{4} \d{4})</code>", page.content.decode())
    assert len(shown) == 10
    assert "download=" in page.content.decode()
    assert client.get("/accounts/").status_code == 302  # still not in
    assert client.post(DUE, {"action": "noted"})["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200
    assert shown[0] not in client.get("/security/").content.decode()
    made = Entry.objects.filter(action="authentication.second_factor_activate")
    assert {entry.actor for entry in made} == {f"user-{admin.pk}"}


def test_accounts_of_the_demonstration_need_none(totp_roles: None, db: None, log_in: LogIn) -> None:
    services.add_account("admin", PASSWORD, ["administrator"], demonstration=True)
    assert log_in(Client(), "admin")["Location"] == "/home/"


def test_a_role_that_needs_one_ends_sessions_without(totp_roles: None, user: User, log_in: LogIn) -> None:
    from jcoc.people.models import Role, RoleGrant
    from jcoc.trail.audit.recording import writing

    client = Client(headers={"Accept": "text/html"})
    log_in(client)
    with writing("test.grant"):
        RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR)
    assert client.get("/security/")["Location"].startswith("/login/?next=")
    assert log_in(client)["Location"] == DUE


def test_a_role_that_begins_after_the_log_in_opens_nothing_without(
    totp_roles: None, user: User, log_in: LogIn, code_of: CodeOf
) -> None:
    client = Client(headers={"Accept": "text/html"})
    log_in(client)
    begin = timezone.now() + timedelta(days=1)
    row = services.give(user, services.Grant("administrator", valid_from=begin))
    log_in(client)  # the gift ended the session; the role is not there yet, so nothing is asked
    assert client.get("/security/").status_code == 200
    cookies = f"sessionid={client.cookies['sessionid'].value}"
    assert access.principal_from_cookies(cookies) is not None
    with unguarded():
        RoleGrant.objects.filter(pk=row.pk).update(valid_from=timezone.now())
    for url in ("/accounts/", "/wall/", "/", "/security/", "/password/"):
        assert client.get(url)["Location"] == SET_UP, url
    assert client.post("/sessions/", {"action": "others"})["Location"] == SET_UP
    refused = client.get("/accounts/", headers={"Accept": "application/json"})
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert access.principal_from_cookies(cookies) is None
    assert client.post("/language/", {"language": "en", "next": "/me/"})["Location"] == "/me/"
    page = client.get(SET_UP)
    assert client.post(SET_UP, {"code": code_of(_secret_on(page))}).status_code == 200
    assert client.get("/accounts/").status_code == 200
    assert access.principal_from_cookies(cookies) is not None


def test_who_must_still_set_it_up_can_log_out(totp_roles: None, user: User, log_in: LogIn) -> None:
    client = Client(headers={"Accept": "text/html"})
    log_in(client)
    with unguarded():
        RoleGrant.objects.filter(user=user).update(role="administrator")
    assert client.post("/logout/")["Location"] == "/"
    assert not OpenSession.objects.exists()


def test_a_session_from_before_the_second_factor_logs_in_anew(
    totp_roles: None, user: User, log_in: LogIn, code_of: CodeOf
) -> None:
    client = Client(headers={"Accept": "text/html"})
    log_in(client)
    assert second_factor.activate(user, SECRET, code_of(steps=-1))
    with unguarded():
        RoleGrant.objects.filter(user=user).update(role="administrator")
    assert client.get("/accounts/")["Location"] == "/login/?next=/accounts/"
    assert log_in(client)["Location"] == "/login/code/"
    assert client.post("/login/code/", {"code": code_of()}).status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_a_session_whose_second_factor_is_gone_opens_nothing(
    totp_roles: None, user: User, with_second_factor: list[str], log_in: LogIn, code_of: CodeOf
) -> None:
    with unguarded():
        RoleGrant.objects.filter(user=user).update(role="administrator")
    client = Client(headers={"Accept": "text/html"})
    log_in(client)
    client.post("/login/code/", {"code": code_of()})
    assert client.get("/accounts/").status_code == 200
    second_factor.remove(user)
    assert client.get("/accounts/")["Location"] == SET_UP


def test_a_session_of_the_demonstration_needs_none(totp_roles: None, db: None, log_in: LogIn) -> None:
    services.add_account("admin", PASSWORD, ["administrator"], demonstration=True)
    client = Client()
    log_in(client, "admin")
    assert client.get("/accounts/").status_code == 200


def test_whether_it_is_missing_costs_one_query_and_only_for_such_roles(
    totp_roles: None, user: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert not sessions.lacks_second_factor("k", user, frozenset({"operator"}))
    with django_assert_num_queries(1):
        assert sessions.lacks_second_factor("k", user, frozenset({"operator", "administrator"}))


def test_one_of_ones_own_accord(user: User, log_in: LogIn, code_of: CodeOf) -> None:
    client = Client()
    log_in(client)
    page = client.get("/security/second-factor/")
    page = client.post("/security/second-factor/", {"code": code_of(_secret_on(page))})
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", page.content.decode())) == 10
    assert second_factor.has(user)
    assert client.get("/security/second-factor/")["Location"] == "/security/second-factor/remove/"


def test_taking_it_away_asks_for_a_code(user: User, with_second_factor: list[str], code_of: CodeOf) -> None:
    client = Client()
    client.force_login(user)
    assert client.post("/security/second-factor/remove/", {"code": "000000"}).status_code == 422
    assert second_factor.has(user)
    assert client.post("/security/second-factor/remove/", {"code": code_of()}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert Entry.objects.filter(action="authentication.second_factor_remove").exists()


def test_new_recovery_codes_end_the_old_ones(
    user: User, with_second_factor: list[str], code_of: CodeOf, log_in: LogIn
) -> None:
    client = Client()
    client.force_login(user)
    page = client.post("/security/recovery-codes/", {"code": code_of()})
    shown = re.findall(r"<code>(\d{4} \d{4})</code>", page.content.decode())
    assert second_factor.claim(user, with_second_factor[0]) is None
    assert second_factor.claim(user, shown[0])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="the tests' SQLite in memory has one writer")
def test_of_two_who_send_one_code_at_once_one_gets_in(code_of: CodeOf) -> None:
    user = services.add_account("rani", PASSWORD, ["operator"])
    assert second_factor.activate(user, SECRET, code_of(steps=-1))
    code, got = code_of(), []

    def send() -> None:
        try:
            got.append(second_factor.claim(user, code) is not None)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got) == [False] * 7 + [True]
