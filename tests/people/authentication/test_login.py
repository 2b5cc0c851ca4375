"""The log-in page: in, not in, and what it gives away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.authentication import throttle
from jcoc.people.authentication.models import OpenSession
from jcoc.people.hashers import TunedArgon2Hasher
from jcoc.people.models import User
from jcoc.trail.audit.models import Entry
from support import PASSWORD

LogIn = Callable[..., Any]
WRONG = "bukan kata sandinya"


def test_the_right_password_lets_in_and_is_entered_in_the_audit_trail(user: User, log_in: LogIn) -> None:
    client = Client()
    answer = log_in(client)
    assert answer.status_code == 302
    assert client.get("/security/").status_code == 200
    entry = Entry.objects.get(action="authentication.login")
    assert (entry.actor, entry.object) == (f"user-{user.pk}", str(user.pk))
    assert entry.detail == '{"by":["password"]}'
    client.post("/logout/")
    entry = Entry.objects.get(action="authentication.logout")
    assert entry.actor == f"user-{user.pk}"


def test_the_session_key_changes_at_log_in(user: User, log_in: LogIn) -> None:
    client = Client()
    session = client.session
    session["seen"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    log_in(client)
    assert client.cookies["sessionid"].value != session.session_key
    assert client.session["seen"]
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_a_failure_never_tells_whether_the_name_exists(user: User, log_in: LogIn) -> None:
    services.deactivate(services.add_account("tutup", PASSWORD, ["operator"]))
    said = set()
    for name, password in [("rani", WRONG), ("siapa", WRONG), ("siapa", PASSWORD), ("tutup", PASSWORD)]:
        answer = log_in(Client(), name, password)
        assert answer.status_code == 422
        said.add(str(answer.context["form"].non_field_errors()))
    assert len(said) == 1


@pytest.mark.parametrize("name", ["rani", "siapa"])
def test_a_failure_takes_one_hash_whether_the_name_exists_or_not(
    user: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made: list[str] = []
    for method in ("encode", "verify"):
        plain = getattr(TunedArgon2Hasher, method)

        def counted(self: object, password: str, *rest: str, _plain: Any = plain) -> Any:
            made.append(password)
            return _plain(self, password, *rest)

        monkeypatch.setattr(TunedArgon2Hasher, method, counted)
    log_in(Client(), name, WRONG)
    assert made == [WRONG]


@pytest.mark.parametrize(
    ("next_", "to"),
    [
        ("/security/", "/security/"),
        ("https://jahat.example/", "/home/"),
        ("//jahat.example/", "/home/"),
        ("/\\jahat.example/", "/home/"),
        ("javascript:alert(1)", "/home/"),
    ],
)
def test_next_leads_nowhere_outside(user: User, log_in: LogIn, next_: str, to: str) -> None:
    assert log_in(Client(), next=next_)["Location"] == to


def test_what_stands_behind_a_log_in_is_kept_by_no_cache(user: User, log_in: LogIn) -> None:
    client = Client()
    assert "no-store" in log_in(client)["Cache-Control"]
    for url in ("/security/", "/sessions/", "/wall/", "/", "/tidak-ada/"):
        assert "no-store" in client.get(url)["Cache-Control"]
    assert "no-store" not in Client().get("/").headers.get("Cache-Control", "")


def test_five_failures_lock_the_name_here_and_a_page_says_until_when(user: User, log_in: LogIn) -> None:
    client = Client()
    for _time in range(4):
        assert log_in(client, password=WRONG).status_code == 422
    answer = log_in(client, password=WRONG)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60 + 60
    assert timezone.localtime(answer.context["until"]).strftime("%H.%M WIB") in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert log_in(client).status_code == 429  # also with the right password
    assert Entry.objects.filter(action="authentication.login_failed").count() == 5
    assert Entry.objects.filter(action="authentication.locked").count() == 1


def test_another_name_and_another_address_are_not_locked(user: User, log_in: LogIn) -> None:
    services.add_account("budi", PASSWORD, ["operator"])
    for _time in range(5):
        log_in(Client(), password=WRONG)
    assert log_in(Client(), "budi").status_code == 302
    assert log_in(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302


def test_an_address_that_tries_many_names_is_locked(user: User, log_in: LogIn, settings: Any) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 10
    for number in range(9):
        assert log_in(Client(), f"nama{number}", WRONG).status_code == 422
    assert log_in(Client(), "nama9", WRONG).status_code == 429
    assert log_in(Client()).status_code == 429
    assert log_in(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302


def test_who_gets_in_does_not_free_the_address_for_other_names(
    user: User, log_in: LogIn, settings: Any
) -> None:
    settings.LOGIN_FAILURES_OF_ADDRESS = 10
    for number in range(9):
        log_in(Client(), f"nama{number}", WRONG)
    assert log_in(Client()).status_code == 302
    assert log_in(Client(), "nama9", WRONG).status_code == 429


def test_getting_in_clears_the_own_failures(user: User, log_in: LogIn) -> None:
    for _time in range(4):
        log_in(Client(), password=WRONG)
    assert log_in(Client()).status_code == 302
    for _time in range(4):
        assert log_in(Client(), password=WRONG).status_code == 422


def test_a_lock_ends_by_itself(user: User, log_in: LogIn) -> None:
    for _time in range(5):
        log_in(Client(), password=WRONG)
    attempt = AccessAttempt.objects.get()
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - throttle.settings.AXES_COOLOFF_TIME)
    assert log_in(Client()).status_code == 302


def test_an_ipv6_customer_has_one_account_of_failures(user: User, log_in: LogIn) -> None:
    for number in range(5):
        log_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{number}"), password=WRONG)
    assert log_in(Client(REMOTE_ADDR="2001:db8:1:2:ffff::1")).status_code == 429
    assert log_in(Client(REMOTE_ADDR="2001:db8:1:3::1")).status_code == 302


def test_what_was_typed_is_kept_nowhere(user: User, log_in: LogIn) -> None:
    typed = "Sandi-Di-Kolom-Nama"
    log_in(Client(), typed, "rahasia sekali", next="/rahasia/")
    attempt = AccessAttempt.objects.get()
    kept = " ".join(str(value) for value in vars(attempt).values())
    kept += " ".join(str(row) for row in Entry.objects.values_list())
    for secret in (typed, "rahasia sekali", "/rahasia/"):
        assert secret not in kept
    assert attempt.username == throttle.name_digest(typed)


@pytest.mark.parametrize("name", ["nul\x00", "x" * 100_000, "", "\u202e" * 5, "' OR 1=1 --"])
def test_odd_names_get_a_form_back(user: User, log_in: LogIn, name: str) -> None:
    assert log_in(Client(), name, WRONG).status_code == 422


def test_a_session_is_noted_with_its_device(user: User, log_in: LogIn) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    log_in(Client(headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.9"))
    noted = OpenSession.objects.get()
    assert (noted.user, noted.address, noted.device) == (user, "203.0.113.9", "Chrome · Android")
