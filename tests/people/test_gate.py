"""Every URL × every role against the checked-in matrix: a URL without a row fails, and so does a changed one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from jcoc.city.models import Place, Succession
from jcoc.people import services
from jcoc.people.models import KioskLink, Role
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
from jcoc.trail.access import EVERYONE, ROLES, allow
from jcoc.trail.audit.guard import unguarded
from support import PASSWORD
from trail.uploads.public_file import public_file

MATRIX: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "role_matrix.toml").read_text())["urls"]


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, inner)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{namespace}{entry.name}", entry.callback


JSON = {"Accept": "application/json"}
URLS = dict(_patterns(get_resolver()))


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert set(URLS) == set(MATRIX)


@pytest.mark.parametrize("name", sorted(URLS))
def test_a_url_lets_in_whom_the_matrix_names(name: str) -> None:
    assert getattr(URLS[name], "allowed_roles", frozenset()) == frozenset(MATRIX.get(name, []))


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    made: dict[str, Client] = {"nobody": Client()}
    for role in Role.values:
        services.add_account(role, PASSWORD, [role])
        made[role] = Client()
        assert made[role].login(username=role, password=PASSWORD)
    _link, secret = services.make_kiosk_link("layar")
    made["kiosk"] = Client()
    made["kiosk"].get(f"/kiosk/{secret}/")
    return made


POSTED = {
    "tasks:cancel", "tasks:repeat",
    "people:logout", "people:language", "people:account-change", "people:kiosk-revoke", "telemetry:token-revoke",
    "city:succession-remove",
}  # fmt: skip


@pytest.fixture
def addresses(runtime: object) -> dict[str, dict[str, object]]:
    """For the names of URLs that need them: arguments that lead to something that is there."""
    register_thing("sluice", "Sluice", [NewDatastream("level", "Level", "Level", audience="public")])
    token, _secret = issue_token("gateway", ["level"])
    upload, signature = public_file()
    with unguarded():
        place = Place.objects.create(
            code="15.71", name="Kota Jambi", level="kota", lon=103.6, lat=-1.6, source="test"
        )
        succession = Succession.objects.create(successor=place, date="2020-01-01", source="test")
    link, secret = services.make_kiosk_link("lobi")
    user = services.add_account("tamu", PASSWORD, ["operator"])
    return {
        "people:account-change": {"pk": user.pk},
        "people:kiosk-revoke": {"pk": link.pk},
        "people:kiosk-open": {"secret": secret},
        "telemetry:sensor": {"code": "level"},
        "telemetry:series": {"code": "level"},
        "telemetry:download": {"code": "level", "form": "csv"},
        "telemetry:token-revoke": {"pk": token.pk},
        "tasks:cancel": {"pk": 1},
        "tasks:repeat": {"pk": 1},
        "uploads:file": {"pk": upload.pk},
        "uploads:elsewhere": {"pk": upload.pk, "signature": signature},
        "city:succession": {"pk": succession.pk},
        "city:succession-remove": {"pk": succession.pk},
    }


@pytest.mark.parametrize("name", sorted(URLS))
def test_over_http_each_client_meets_what_the_matrix_says(
    clients: dict[str, Client], addresses: dict[str, dict[str, object]], name: str
) -> None:
    url = reverse(name, kwargs=addresses.get(name))
    for who, client in clients.items():
        ask = client.post if name in POSTED else client.get
        answer = ask(url, {"action": "activate", "language": "id"} if name in POSTED else {}, headers=JSON)
        met = (who, answer.status_code)
        if {EVERYONE, who} & set(MATRIX[name]):
            assert met in {(who, 200), (who, 204), (who, 302)}
            assert "next=" not in answer.headers.get("Location", "")
        elif who == "nobody":
            assert met == (who, 401)
            page = ask(url, headers={"Accept": "text/html"})
            assert page.status_code == 302
            assert page["Location"].startswith("/login/?next=/")
        else:
            assert met == (who, 403)


def test_data_without_a_log_in_is_refused_with_a_problem(clients: dict[str, Client]) -> None:
    answer = clients["nobody"].get("/wall/state.json", headers=JSON)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_an_account_without_a_role_is_told_so_and_can_log_out(db: None) -> None:
    services.add_account("tamu", PASSWORD, [])
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    assert client.login(username="tamu", password=PASSWORD)
    answer = client.get("/login/", follow=True)
    assert answer.redirect_chain == [("/wall/", 302)]
    assert answer.status_code == 403
    assert b"Your account holds no role." in answer.content
    assert b'action="/logout/"' in answer.content


def test_a_screen_only_reads(clients: dict[str, Client]) -> None:
    assert clients["kiosk"].get("/wall/").status_code == 200
    assert clients["kiosk"].post("/wall/").status_code == 403


def test_a_revoked_screen_is_asked_to_log_in(clients: dict[str, Client]) -> None:
    services.revoke_kiosk_link(KioskLink.objects.get())
    assert clients["kiosk"].get("/wall/", headers={"Accept": "text/html"}).status_code == 302


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
