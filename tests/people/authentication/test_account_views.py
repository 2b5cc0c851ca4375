"""What administrators do about somebody's log-in, and who may let in whom."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.access import principal_of_user
from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.authentication.rights import may_issue
from jcoc.people.authentication.services import second_factor
from jcoc.people.models import Role, RoleGrant, User
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.recording import writing
from support import PASSWORD

LogIn = Callable[..., Any]


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(services.add_account("admin", PASSWORD, ["administrator"]))
    return client


def test_the_page_shows_sessions_and_ends_them(admin: Client, user: User, log_in: LogIn) -> None:
    theirs = Client()
    log_in(theirs)
    url = f"/accounts/{user.pk}/security/"
    assert len(admin.get(url).context["sessions"]) == 1
    assert admin.post(url, {"action": "sessions"}).status_code == 302
    assert theirs.get("/security/", headers={"Accept": "text/html"}).status_code == 302
    assert admin.get("/security/").status_code == 200


def test_a_lock_is_lifted(admin: Client, user: User, log_in: LogIn) -> None:
    for _time in range(5):
        log_in(Client(), password="salah sekali")
    url = f"/accounts/{user.pk}/security/"
    page = admin.get(url)
    assert page.context["failures"] == 5
    assert page.context["locked_until"]
    admin.post(url, {"action": "unlock"})
    assert admin.get(url).context["locked_until"] is None
    assert log_in(Client()).status_code == 302
    assert Entry.objects.get(action="authentication.unlock").object == str(user.pk)


def test_a_lost_second_factor_is_taken_away_with_a_reason(
    admin: Client, user: User, with_second_factor: list[str]
) -> None:
    url = f"/accounts/{user.pk}/security/"
    assert admin.post(url, {"action": "second_factor", "reason": ""}).status_code == 422
    assert second_factor.has(user)
    assert admin.post(url, {"action": "second_factor", "reason": "ponsel hilang"}).status_code == 302
    assert not second_factor.has(user)


def test_an_action_that_is_none_is_refused(admin: Client, user: User) -> None:
    assert admin.post(f"/accounts/{user.pk}/security/", {"action": "buka semua"}).status_code == 400
    assert admin.get("/accounts/999999/security/").status_code == 404


def test_a_link_is_shown_once_lets_in_and_can_be_withdrawn(admin: Client, user: User) -> None:
    page = admin.post(f"/accounts/{user.pk}/one-time/")
    assert page.status_code == 201
    text = page.content.decode()
    assert page.context["code"] in text
    assert "<svg" in text
    assert page["Cache-Control"] == "no-store"
    link = re.search(r"/enter/[\w-]{43}/", text)
    assert link
    assert Client().get(link[0]).status_code == 200
    url = f"/accounts/{user.pk}/security/"
    assert link[0] not in admin.get(url).content.decode()
    access = OneTimeAccess.objects.get()
    assert access.issued_by is not None
    assert access.issued_by.username == "admin"
    admin.post(url, {"action": "withdraw", "number": access.pk})
    assert Client().get(link[0]).status_code == 410


def _account(name: str, *grants: dict[str, Any]) -> User:
    user = services.add_account(name, PASSWORD, [])
    with writing("test.grant"):
        for grant in grants:
            RoleGrant.objects.create(user=user, **grant)
    return user


@pytest.fixture
def city(laying_out: None, db: None) -> dict[str, Any]:
    from jcoc.city.models import Place, Site

    made: dict[str, Any] = {}
    for code, name, level in [("15.71", "Kota", "kota"), ("15.71.01", "Telanaipura", "kecamatan")]:
        parent = made.get("Kota")
        made[name] = Place.objects.create(
            code=code, name=name, level=level, lon=103.6, lat=-1.6, source="test", parent=parent
        )
    for number in (1, 2):
        made[f"kelurahan {number}"] = Place.objects.create(
            code=f"15.71.01.100{number}", name=f"Kelurahan {number}", level="kelurahan",
            lon=103.6, lat=-1.6, source="test", parent=made["Telanaipura"],
        )  # fmt: skip
        made[f"school {number}"] = Site.objects.create(
            code=f"sekolah-{number}", name=f"Sekolah {number}", kind="school",
            lon=103.6, lat=-1.6, source="test", place=made[f"kelurahan {number}"],
        )  # fmt: skip
    return made


def test_who_may_let_in_whom(city: dict[str, Any]) -> None:
    here, there = city["kelurahan 1"], city["kelurahan 2"]
    school, other = city["school 1"], city["school 2"]
    resident_here = {"role": Role.RESIDENT, "place": here}
    people = {
        "resident here": _account("w1", resident_here),
        "resident there": _account("w2", {"role": Role.RESIDENT, "place": there}),
        "resident who is more": _account("w3", resident_here, {"role": Role.ADMINISTRATOR}),
        "resident who will be more": _account(
            "w4",
            resident_here,
            {"role": Role.OPERATOR, "valid_from": timezone.now() + timedelta(days=1)},
        ),
        "guardian here": _account("g1", {"role": Role.GUARDIAN, "site": school}),
        "guardian there": _account("g2", {"role": Role.GUARDIAN, "site": other}),
        "guardian and resident": _account("g3", {"role": Role.GUARDIAN, "site": school}, resident_here),
        "teacher here": _account("t1", {"role": Role.TEACHER, "site": school}),
        "nobody": _account("n1"),
    }
    issuers = {
        "kelurahan officer": _account("k1", {"role": Role.KELURAHAN_OFFICER, "place": here}),
        "kecamatan's officer": _account("k2", {"role": Role.KELURAHAN_OFFICER, "place": city["Telanaipura"]}),
        "principal": _account("p1", {"role": Role.PRINCIPAL, "site": school}),
        "teacher": _account("t2", {"role": Role.TEACHER, "site": school}),
        "operator": _account("o1", {"role": Role.OPERATOR}),
    }
    allowed = {
        "kelurahan officer": {"resident here"},
        "kecamatan's officer": {"resident here", "resident there"},
        "principal": {"guardian here", "teacher here"},
        "teacher": {"guardian here"},
        "operator": set(),
    }
    for who, issuer in issuers.items():
        principal = principal_of_user(issuer)
        assert principal
        assert {name for name, account in people.items() if may_issue(principal, account)} == allowed[who], (
            who
        )
        assert not may_issue(principal, issuer)


def test_the_page_refuses_whom_one_may_not_let_in(city: dict[str, Any]) -> None:
    _account("k1", {"role": Role.KELURAHAN_OFFICER, "place": city["kelurahan 1"]})
    mine = _account("w1", {"role": Role.RESIDENT, "place": city["kelurahan 1"]})
    other = _account("w2", {"role": Role.RESIDENT, "place": city["kelurahan 2"]})
    client = Client()
    assert client.login(username="k1", password=PASSWORD)
    assert client.post(f"/accounts/{mine.pk}/one-time/").status_code == 201
    assert client.post(f"/accounts/{other.pk}/one-time/").status_code == 403
    assert client.get(f"/accounts/{other.pk}/one-time/").status_code == 302
    assert OneTimeAccess.objects.count() == 1


def test_an_administrator_cannot_come_to_the_account_of_who_watches(settings: Any, db: None) -> None:
    settings.TOTP_ROLES = frozenset()
    auditor = services.add_account("pemeriksa", PASSWORD, ["auditor"])
    services.add_account("kepala", PASSWORD, ["administrator"])
    secret = "JBSWY3DPEHPK3PXP"
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert second_factor.activate(auditor, secret, code)
    client = Client(headers={"Accept": "text/html"})
    assert client.login(username="kepala", password=PASSWORD)
    page = f"/accounts/{auditor.pk}/security/"
    assert client.get(page).status_code == 200
    for action in ("second_factor", "identity", "unlink"):
        assert client.post(page, {"action": action, "reason": "hilang", "uid": "x"}).status_code == 403
    assert client.post(f"/accounts/{auditor.pk}/one-time/").status_code == 403
    form = {"role": "operator", "where": "city"}
    assert client.post(f"/accounts/{auditor.pk}/roles/", form).status_code in (403, 422)
    assert second_factor.has(auditor)
    assert not OneTimeAccess.objects.exists()
