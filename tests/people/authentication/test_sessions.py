"""Sessions: seen, ended, and noted no more often than needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.authentication.models import OpenSession
from jcoc.people.authentication.services import sessions
from jcoc.people.models import User
from jcoc.trail.audit.models import Entry
from jcoc.trail.receipts.services import add_phone
from support import PASSWORD

LogIn = Callable[..., Any]
HTML = {"Accept": "text/html"}


def _three(log_in: LogIn) -> list[Client]:
    clients = [Client(headers=HTML) for _number in range(3)]
    for client in clients:
        log_in(client)
    return clients


def test_all_own_sessions_are_listed_and_this_one_is_marked(user: User, log_in: LogIn) -> None:
    here = _three(log_in)[0]
    page = here.get("/sessions/")
    assert len(page.context["sessions"]) == 3
    assert page.content.decode().count("perangkat ini</span>") == 1
    assert here.cookies["sessionid"].value not in page.content.decode()


def test_one_is_ended_and_the_others_go_on(user: User, log_in: LogIn) -> None:
    here, there, elsewhere = _three(log_in)
    other = OpenSession.objects.get(session_id=there.cookies["sessionid"].value)
    assert here.post("/sessions/", {"action": "session", "number": other.pk}).status_code == 302
    assert there.get("/security/")["Location"].startswith("/login/?next=")
    assert elsewhere.get("/security/").status_code == 200
    entry = Entry.objects.get(action="authentication.session_end")
    assert (entry.actor, entry.object) == (f"user-{user.pk}", str(user.pk))


def test_all_others_are_ended(user: User, log_in: LogIn) -> None:
    here, *others = _three(log_in)
    here.post("/sessions/", {"action": "others"})
    assert here.get("/security/").status_code == 200
    for client in others:
        assert client.get("/security/").status_code == 302


def test_nobody_ends_sessions_of_others(user: User, log_in: LogIn) -> None:
    services.add_account("budi", PASSWORD, ["operator"])
    client, other = Client(), Client()
    log_in(client)
    log_in(other, "budi")
    number = OpenSession.objects.get(user__username="budi").pk
    for sent in (number, "0", "", "x", "9" * 30):
        assert client.post("/sessions/", {"action": "session", "number": sent}).status_code == 404
    assert other.get("/security/").status_code == 200


def test_the_record_goes_with_the_session(user: User, log_in: LogIn) -> None:
    out, expired, kept = _three(log_in)
    out.post("/logout/")
    Session.objects.filter(pk=expired.cookies["sessionid"].value).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert OpenSession.objects.open().count() == 1
    services.clear_expired_sessions()
    assert [row.session_id for row in OpenSession.objects.all()] == [kept.cookies["sessionid"].value]


def test_a_new_password_ends_the_other_sessions(user: User, log_in: LogIn) -> None:
    here, there, _elsewhere = _three(log_in)
    new = "angin sungai malam"
    form = {"present": PASSWORD, "password": new, "again": new}
    assert here.post("/password/", form | {"present": "salah sekali"}).status_code == 422
    assert here.post("/password/", form | {"again": "lain lagi panjang"}).status_code == 422
    assert here.post("/password/", form | {"password": "rani", "again": "rani"}).status_code == 422
    assert there.get("/security/").status_code == 200
    assert here.post("/password/", form).status_code == 302
    assert here.get("/security/").status_code == 200
    assert there.get("/security/").status_code == 302


def test_the_end_of_all_sessions_ends_field_phones(user: User, log_in: LogIn) -> None:
    here, _there, _elsewhere = _three(log_in)
    phone, _token = add_phone(user, "Ponsel")
    here.post("/sessions/", {"action": "others"})
    phone.refresh_from_db()
    assert phone.revoked is not None


def test_a_new_password_ends_field_phones(user: User, log_in: LogIn) -> None:
    client = Client()
    log_in(client)
    phone, _token = add_phone(user, "Ponsel")
    new = "angin sungai malam"
    assert client.post("/password/", {"present": PASSWORD, "password": new, "again": new}).status_code == 302
    phone.refresh_from_db()
    assert phone.revoked is not None


def test_the_last_use_is_noted_once_a_minute(user: User, log_in: LogIn, monkeypatch: Any) -> None:
    client = Client()
    log_in(client)
    hour_ago = timezone.now() - timedelta(hours=1)
    OpenSession.objects.update(last_used=hour_ago)
    client.get("/security/")
    first = OpenSession.objects.get().last_used
    assert first > hour_ago
    client.get("/security/")
    assert OpenSession.objects.get().last_used == first
    monkeypatch.setattr(sessions, "NOTE_EVERY_S", 0.0)
    client.get("/security/", REMOTE_ADDR="203.0.113.5")
    noted = OpenSession.objects.get()
    assert noted.last_used > first
    assert noted.address == "203.0.113.5"
