"""One-time links and codes: once, in time, by five tries at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.authentication.models import OneTimeAccess
from jcoc.people.authentication.services import one_time, second_factor
from jcoc.people.models import User
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from support import PASSWORD

Issued = tuple[str, str]
LogIn = Callable[..., Any]


@pytest.fixture
def issued(user: User) -> Issued:
    link, code = one_time.issue(user, None)
    return link.removeprefix("http://127.0.0.1:8000"), code


def _enter(code: str, name: str = "rani", client: Client | None = None) -> Any:
    return (client or Client()).post("/enter/", {"username": name, "code": code})


def test_looking_at_a_link_uses_nothing_up(issued: Issued, user: User) -> None:
    scanner = Client()
    for _time in range(3):
        page = scanner.get(issued[0])
        assert page.status_code == 200
        assert b"rani" in page.content
    assert "sessionid" not in scanner.cookies
    client = Client()
    assert client.post(issued[0])["Location"] == "/password/"
    assert client.get("/security/").status_code == 200
    entry = Entry.objects.get(action="authentication.login")
    assert entry.detail == '{"by":["one_time"]}'


def test_a_link_that_was_used_says_so(issued: Issued) -> None:
    assert Client().post(issued[0]).status_code == 302
    for ask in (Client().post, Client().get):
        answer = ask(issued[0])
        assert answer.status_code == 410
    assert OneTimeAccess.objects.get().used_by == "link"


def test_use_of_the_link_ends_the_code_and_the_other_way_round(issued: Issued, user: User) -> None:
    Client().post(issued[0])
    assert _enter(issued[1]).status_code == 422
    link, code = one_time.issue(user, None)
    assert _enter(code).status_code == 302
    assert Client().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 410


def test_a_link_that_is_too_old_lets_nobody_in(user: User) -> None:
    link, code = one_time.issue(user, None, valid=timedelta(seconds=-1))
    path = link.removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410
    assert _enter(code).status_code == 422


def test_a_newer_one_withdraws_the_older(issued: Issued, user: User) -> None:
    one_time.issue(user, None)
    assert Client().post(issued[0]).status_code == 410
    assert _enter(issued[1]).status_code == 422


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "a" * 5000])
def test_a_link_that_is_none_lets_nobody_in(db: None, token: str) -> None:
    assert Client().get(f"/enter/{token}/").status_code == 410
    assert Client().post(f"/enter/{token}/").status_code == 410


def test_a_closed_account_is_not_opened(issued: Issued, user: User) -> None:
    services.deactivate(user)
    assert Client().post(issued[0]).status_code == 410
    assert _enter(issued[1]).status_code == 422


def test_a_code_may_be_typed_with_spaces(issued: Issued) -> None:
    assert _enter(f" {issued[1][:4]}-{issued[1][4:]} ").status_code == 302


def test_five_wrong_codes_end_the_code_from_everywhere_but_not_the_link(issued: Issued) -> None:
    wrong = f"{(int(issued[1]) + 1) % 10**8:08d}"
    for number in range(5):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        assert _enter(wrong, client=client).status_code == 422
    assert _enter(issued[1], client=Client(REMOTE_ADDR="203.0.113.77")).status_code == 422
    assert Client().post(issued[0]).status_code == 302


def test_a_wrong_code_says_the_same_as_an_unknown_name(issued: Issued) -> None:
    wrong = f"{(int(issued[1]) + 1) % 10**8:08d}"
    said = {str(_enter(wrong, name).context["form"].non_field_errors()) for name in ("rani", "siapa")}
    assert len(said) == 1


def test_five_failures_lock_the_page(issued: Issued) -> None:
    client = Client()
    met = [_enter("00000000", "siapa", client).status_code for _time in range(5)]
    assert met == [422] * 4 + [429]
    assert Entry.objects.filter(detail='{"step":"code"}').count() == 5


def test_only_digests_are_kept(issued: Issued) -> None:
    kept = " ".join(str(value) for value in vars(OneTimeAccess.objects.get()).values())
    kept += " ".join(str(row) for row in Entry.objects.values_list())
    assert issued[0].split("/")[-2] not in kept
    assert issued[1] not in kept


def test_each_step_stands_in_the_audit_trail(issued: Issued) -> None:
    Client().post(issued[0])
    steps = Entry.objects.filter(kind="authentication.onetimeaccess").order_by("seq")
    actions = list(steps.values_list("action", flat=True))
    assert actions == ["authentication.one_time_issue", "authentication.one_time_use"]


def test_the_second_factor_is_asked_for_all_the_same(
    issued: Issued, user: User, with_second_factor: list[str], code_of: Callable[..., str]
) -> None:
    client = Client()
    assert client.post(issued[0])["Location"] == "/login/code/"
    assert client.post("/login/code/", {"code": code_of()})["Location"] == "/password/"
    assert second_factor.has(user)


def test_who_came_by_a_link_sets_a_password_without_the_former_one_and_once(
    issued: Issued, user: User, log_in: LogIn
) -> None:
    client = Client()
    client.post(issued[0])
    page = client.get("/password/")
    assert "present" not in page.context["form"].fields
    new = "angin sungai malam"
    assert client.post("/password/", {"password": new, "again": new}).status_code == 302
    assert log_in(Client(), password=new).status_code == 302
    assert client.get("/security/").status_code == 200
    assert "present" in client.get("/password/").context["form"].fields


def test_a_resident_is_not_asked_for_a_password(db: None) -> None:
    resident = services.add_account("warga", PASSWORD, ["resident"])
    link, _code = one_time.issue(resident, None)
    answer = Client().post(link.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 302
    assert answer["Location"] != "/password/"


def test_an_attempt_is_taken_before_the_look(issued: Issued, user: User) -> None:
    with unguarded():
        OneTimeAccess.objects.update(attempts=5)
    assert one_time.use_code("rani", issued[1]) is None
    assert not OneTimeAccess.objects.filter(used__lte=timezone.now()).exists()
