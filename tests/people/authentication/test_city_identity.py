"""Log-in by the city's identity provider: only whom an administrator has linked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.test import Client
from django.urls import resolve

from identity_provider import identity_provider
from jcoc.people import services
from jcoc.people.authentication.services import identities
from jcoc.people.models import User
from jcoc.trail.audit.digests import keyed
from jcoc.trail.audit.models import Entry
from jcoc.trail.limits import Rate
from support import PASSWORD

RETURN = "/login/city/return/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with identity_provider() as url:
        yield url


@pytest.fixture
def provider(issuer: str, settings: Any) -> str:
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Jambi ID"
    app = {
        "provider_id": configured.OIDC_PROVIDER, "name": "Jambi ID", "client_id": "jcoc", "secret": "rahasia",
        "settings": {"server_url": issuer, "uid_field": "sub"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return issuer


def _at_the_provider(client: Client, subject: str, next_: str = "") -> str:
    """Press the button, agree as that subject; the path with which the provider sends the browser back."""
    sent = client.post(f"/login/city/?next={next_}")
    assert sent.status_code == 302
    back = requests.post(sent["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix("http://127.0.0.1:8000")


def test_the_button_stands_only_where_a_provider_is_named(user: User, issuer: str, settings: Any) -> None:
    page = Client().get("/login/")
    assert b"/login/city/" not in page.content
    assert "form-action 'self';" in page["Content-Security-Policy"]
    assert Client().post("/login/city/")["Location"] == "/login/"
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Jambi ID"
    page = Client().get("/login/")
    assert "Masuk dengan Jambi ID" in page.content.decode()
    assert f"form-action 'self' {issuer};" in page["Content-Security-Policy"]
    assert "form-action 'self';" in Client().get("/enter/")["Content-Security-Policy"]


def test_the_question_carries_state_and_a_proof_key(provider: str, db: None) -> None:
    asked = parse_qs(urlsplit(Client().post("/login/city/")["Location"]).query)
    assert asked["redirect_uri"] == [f"http://127.0.0.1:8000{RETURN}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 16
    assert set(asked["scope"][0].split()) == {"openid", "profile"}


def test_a_linked_identity_lets_in(provider: str, user: User) -> None:
    assert identities.link(user, "pegawai-17")
    client = Client()
    answer = client.get(_at_the_provider(client, "pegawai-17", "/security/"))
    assert answer["Location"] == "/security/"
    assert client.get("/security/").status_code == 200
    entry = Entry.objects.get(action="authentication.login")
    assert (entry.actor, entry.detail) == (f"user-{user.pk}", '{"by":["socialaccount"]}')
    assert SocialAccount.objects.get().extra_data == {}


def test_an_unknown_identity_makes_no_account_and_is_recorded(provider: str, user: User) -> None:
    client = Client()
    answer = client.get(_at_the_provider(client, "orang-lain"))
    assert answer.status_code == 403
    assert b"orang-lain" in answer.content
    assert client.get("/security/", headers={"Accept": "text/html"}).status_code == 302
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    entry = Entry.objects.get(action="authentication.identity_unknown")
    assert entry.object == keyed(b"oidc:orang-lain")


def test_who_is_logged_in_cannot_link_an_identity_himself(provider: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    sent = client.post("/login/city/?process=connect")
    back = requests.post(sent["Location"], data={"sub": "punya-saya"}, allow_redirects=False, timeout=10)
    answer = client.get(back.headers["Location"].removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(provider: str, user: User) -> None:
    identities.link(user, "pegawai-17")
    services.deactivate(user)
    client = Client()
    assert client.get(_at_the_provider(client, "pegawai-17")).status_code == 403
    assert client.get("/security/", headers={"Accept": "text/html"}).status_code == 302


def test_the_second_factor_is_asked_for_all_the_same(
    provider: str, user: User, with_second_factor: list[str]
) -> None:
    identities.link(user, "pegawai-17")
    client = Client()
    assert client.get(_at_the_provider(client, "pegawai-17"))["Location"] == "/login/code/"


def test_an_answer_to_another_question_is_refused(provider: str, user: User) -> None:
    identities.link(user, "pegawai-17")
    asker, victim = Client(), Client()
    answer_for_asker = _at_the_provider(asker, "pegawai-17")
    answer = victim.get(answer_for_asker)
    assert answer.status_code == 401
    assert victim.get("/security/", headers={"Accept": "text/html"}).status_code == 302
    code = parse_qs(urlsplit(answer_for_asker).query)["code"][0]
    assert asker.get(f"{RETURN}?code={code}&state=lain").status_code == 401
    assert asker.get(f"{RETURN}?code={code}").status_code == 401
    assert not Entry.objects.filter(action="authentication.identity_failed").exists()


def test_an_answer_is_taken_once(provider: str, user: User) -> None:
    identities.link(user, "pegawai-17")
    client = Client()
    answer = _at_the_provider(client, "pegawai-17")
    assert client.get(answer).status_code == 302
    client.post("/logout/")
    assert client.get(answer).status_code == 401


def test_who_says_no_at_the_provider_gets_a_page(provider: str, user: User) -> None:
    client = Client()
    sent = client.post("/login/city/")
    back = requests.post(sent["Location"], data={"action": "deny"}, allow_redirects=False, timeout=10)
    answer = client.get(back.headers["Location"].removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 401


def test_a_refusal_of_a_question_of_ours_is_recorded(provider: str, db: None) -> None:
    client = Client()
    state = parse_qs(urlsplit(client.post("/login/city/")["Location"]).query)["state"][0]
    assert client.get(f"{RETURN}?error=server_error&state={state}").status_code == 401
    assert Entry.objects.filter(action="authentication.identity_failed").count() == 1


@pytest.mark.parametrize("path", ["/login/city/", RETURN])
def test_the_provider_is_not_asked_without_end(path: str) -> None:
    assert resolve(path).func.limit.rate == Rate(60, 60)  # type: ignore[attr-defined]


def test_a_provider_that_is_away_is_no_error_of_ours(provider: str, db: None, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    assert Client().post("/login/city/").status_code == 401


@pytest.mark.parametrize("next_", ["https://jahat.example/", "//jahat.example/"])
def test_next_leads_nowhere_outside(provider: str, user: User, next_: str) -> None:
    identities.link(user, "pegawai-17")
    client = Client()
    assert client.get(_at_the_provider(client, "pegawai-17", next_))["Location"] == "/home/"


def test_an_identity_opens_one_account_and_an_account_has_one(user: User) -> None:
    other = services.add_account("budi", PASSWORD, ["operator"])
    assert identities.link(user, "pegawai-17")
    assert not identities.link(other, "pegawai-17")
    assert identities.link(user, "pegawai-18")
    assert list(SocialAccount.objects.values_list("user", "uid")) == [(user.pk, "pegawai-18")]
    assert Entry.objects.filter(action="authentication.identity_link").exists()


def test_an_administrator_links_and_unlinks(provider: str, user: User) -> None:
    client = Client()
    client.force_login(services.add_account("admin", PASSWORD, ["administrator"]))
    url = f"/accounts/{user.pk}/security/"
    assert client.post(url, {"action": "identity", "uid": ""}).status_code == 422
    assert client.post(url, {"action": "identity", "uid": "pegawai-17"}).status_code == 302
    row = SocialAccount.objects.get()
    assert client.post(url, {"action": "unlink", "number": row.pk}).status_code == 302
    assert not SocialAccount.objects.exists()
