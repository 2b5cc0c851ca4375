"""Every URL × every role against the checked-in matrix: a URL without a row fails, and so does a changed one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.people import services
from jcoc.people.models import KioskLink, Role, RoleGrant, User
from jcoc.trail.access import EVERYONE, OPERATION_CENTRE, ROLES, allow
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.limits import buckets
from people import one_of_each
from support import PASSWORD

MATRIX: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "role_matrix.toml").read_text())["urls"]


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, inner)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{namespace}{entry.name}", entry.callback


JSON = {"Accept": "application/json", "Accept-Language": "en"}
#: Views that let a role in and then refuse it the object of `addresses`: the refusal must be theirs, not the gate's.
REFUSED_BY_THE_VIEW = {"authentication:one-time": "You may not let this person in anew."}
NAMED = list(_patterns(get_resolver()))
URLS = dict(NAMED)


def _methods(view: Any) -> list[str]:
    """The methods that a view takes, as its decorator or class says; both where it says nothing."""
    while view is not None:
        code = getattr(view, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            taken = view.__closure__[code.co_freevars.index("request_method_list")].cell_contents
            return [method for method in ("get", "post") if method.upper() in taken]
        if hasattr(view, "view_class"):
            taken = [method.lower() for method in view.view_class.http_method_names]
            return [each for each in ("get", "post") if each in taken and hasattr(view.view_class, each)]
        view = getattr(view, "__wrapped__", None)
    return ["get", "post"]


METHODS = {name: _methods(view) for name, view in URLS.items()}


def test_every_url_has_a_name_of_its_own() -> None:
    names = [name for name, _view in NAMED]
    assert sorted(names) == sorted(set(names))
    assert not [name for name in names if name.rpartition(":")[2] in ("", "None")]


def test_every_view_takes_a_method_and_most_say_which() -> None:
    assert all(METHODS.values())
    assert METHODS["people:account-add"] == ["get", "post"]
    assert METHODS["audit:verify"] == ["post"]
    assert METHODS["portal:home"] == ["get"]


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert set(URLS) == set(MATRIX)


@pytest.mark.parametrize("name", sorted(URLS))
def test_a_url_lets_in_whom_the_matrix_names(name: str) -> None:
    assert getattr(URLS[name], "allowed_roles", frozenset()) == frozenset(MATRIX.get(name, []))


def _logged_in(username: str, *grants: dict[str, Any]) -> Client:
    """A browser with an account that holds these roles, without the cost of a password."""
    with unguarded():
        user = User.objects.create(username=username)
        for grant in grants:
            RoleGrant.objects.create(user=user, **grant)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _client(who: str) -> Client:
    if who in Role.values:
        return _logged_in(who, {"role": who})
    client = Client()
    if who == "kiosk":
        _link, secret = services.make_kiosk_link("layar")
        client.get(f"/kiosk/{secret}/")
    return client


@pytest.fixture
def addresses(runtime: object) -> dict[str, dict[str, object]]:
    return one_of_each.addresses()


@pytest.mark.parametrize("who", ["nobody", "kiosk", *Role.values])
def test_over_http_each_client_meets_what_the_matrix_says(
    addresses: dict[str, dict[str, object]], who: str, caplog: pytest.LogCaptureFixture
) -> None:
    """All URLs in one test, each by every method it takes, and what it wrote taken back: the rows cost the time."""
    caplog.set_level("CRITICAL", "django.request")  # a thousand refusals with their tracebacks
    client = _client(who)
    cookies = client.cookies.output()
    wrong = []
    for name in sorted(URLS):
        url = reverse(name, kwargs=addresses.get(name))
        for method in METHODS[name]:
            buckets.clear()
            before = transaction.savepoint()
            wrong += [f"{method} {name}: {text}" for text in _met(client, method, name, url, who)]
            transaction.savepoint_rollback(before)
            client.cookies.clear()
            client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    assert not wrong, "\n".join(wrong)


def _met(client: Client, method: str, name: str, url: str, who: str) -> Iterator[str]:
    """What is wrong with the answer."""
    ask = getattr(client, method)
    answer = ask(url, headers=JSON)
    if {EVERYONE, who} & set(MATRIX[name]):
        # Let in: what the view says of such a request, its own tests check.
        own = name in REFUSED_BY_THE_VIEW and REFUSED_BY_THE_VIEW[name] in answer.content.decode()
        if not own and (answer.status_code >= 500 or answer.status_code in (401, 403, 405)):
            yield f"{answer.status_code} for one who is let in"
        if "next=" in answer.headers.get("Location", ""):
            yield "leads to the log-in"
    elif who == "nobody":
        if answer.status_code != 401:
            yield f"{answer.status_code}, not 401"
        page = ask(url, headers={"Accept": "text/html"})
        if page.status_code != 302 or not page["Location"].startswith("/login/?next=/"):
            yield f"{page.status_code}: a page that does not lead to the log-in"
    elif answer.status_code != 403:
        yield f"{answer.status_code}, not 403"


def test_data_without_a_log_in_is_refused_with_a_problem(db: None) -> None:
    answer = Client().get("/wall/state.json", headers=JSON)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_an_account_whose_only_role_has_ended_opens_nothing(
    db: None, addresses: dict[str, dict[str, object]]
) -> None:
    now = timezone.now()
    client = _logged_in(
        "usai",
        {"role": "administrator", "valid_from": now - timedelta(days=2), "valid_until": now},
        {"role": "administrator", "valid_from": now + timedelta(days=1)},
        {"role": "administrator", "taken_back": now},
    )
    for name, roles in MATRIX.items():
        if EVERYONE not in roles:
            for method in METHODS[name]:
                answer = getattr(client, method)(reverse(name, kwargs=addresses.get(name)), headers=JSON)
                assert (name, method, answer.status_code) == (name, method, 403)


def test_a_role_in_another_place_leads_to_no_account_here(
    db: None, addresses: dict[str, dict[str, object]]
) -> None:
    with unguarded():
        city = Place.objects.get(code="15.71")
        here, there = (
            Place.objects.create(
                code=f"15.71.0{n}",
                name="x",
                level="kecamatan",
                parent=city,
                lon=103.6,
                lat=-1.6,
                source="test",
            )
            for n in (1, 2)
        )
    account = services.add_account("siti-uji", PASSWORD, [services.Grant("resident", place=here)])
    grant = account.grants.get().pk
    for username, place, expected in (("sini", here, 200), ("sana", there, 404)):
        client = _logged_in(username, {"role": "kelurahan_officer", "place": place})
        assert client.get(f"/accounts/{account.pk}/").status_code == expected
        assert (b"siti-uji" in client.get("/accounts/").content) == (expected == 200)
        for path in ("roles/", f"roles/{grant}/", "state/"):
            answer = client.post(f"/accounts/{account.pk}/{path}", {"action": "activate"})
            assert (answer.status_code == 404) == (expected == 404)
    assert account.grants.in_force().count() == 1


@pytest.mark.parametrize("role", [*Role.values, None])
def test_nobody_lands_on_a_refusal_after_the_log_in(db: None, role: str | None) -> None:
    client = _logged_in("baru", *([{"role": role}] if role else []))
    answer = client.get("/home/", follow=True)
    assert answer.status_code == 200
    if role in OPERATION_CENTRE:
        assert answer.redirect_chain[-1][0] == "/wall/"
    if role in (None, "resident", "guardian"):
        assert answer.redirect_chain[-1][0] == "/me/"


def test_an_account_without_a_role_is_told_so_and_can_log_out(db: None) -> None:
    services.add_account("tamu", PASSWORD, [])
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    assert client.login(username="tamu", password=PASSWORD)
    answer = client.get("/login/", follow=True)
    assert answer.redirect_chain == [("/home/", 302), ("/me/", 302)]
    assert answer.status_code == 200
    assert b"holds no role at present" in answer.content
    assert b'action="/logout/"' in answer.content


def test_a_screen_only_reads(db: None) -> None:
    screen = _client("kiosk")
    assert screen.get("/wall/").status_code == 200
    assert screen.post("/wall/").status_code == 403


def test_a_revoked_screen_is_asked_to_log_in(db: None) -> None:
    screen = _client("kiosk")
    services.revoke_kiosk_link(KioskLink.objects.get())
    assert screen.get("/wall/", headers={"Accept": "text/html"}).status_code == 302


def test_the_secret_of_a_screen_leaves_the_address(db: None) -> None:
    _link, secret = services.make_kiosk_link("layar")
    answer = Client().get(f"/kiosk/{secret}/")
    assert answer["Location"] == "/wall/"
    assert Client().get("/kiosk/guess/").status_code == 410


def test_a_view_that_names_nobody_is_denied(rf: RequestFactory, db: None) -> None:
    from jcoc.people.gate import RoleGateMiddleware

    gate = RoleGateMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
    request = rf.get("/", headers={"Accept": "application/json"})
    request.principal, request.user = None, AnonymousUser()  # type: ignore[attr-defined]
    answer = gate.process_view(request, lambda request: None, (), {})
    assert answer is not None
    assert answer.status_code == 401


def test_a_role_that_does_not_exist_cannot_be_named() -> None:
    with pytest.raises(ValueError, match="wizard"):
        allow("wizard")
    with pytest.raises(ValueError, match="at least one"):
        allow()


def test_the_matrix_names_only_roles_there_are() -> None:
    assert {role for roles in MATRIX.values() for role in roles} <= {*ROLES, EVERYONE}


def test_the_log_in_page_is_open_to_everybody() -> None:
    assert EVERYONE in resolve("/login/").func.allowed_roles  # type: ignore[attr-defined]
