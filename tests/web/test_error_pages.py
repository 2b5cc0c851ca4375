"""Pages for what a browser meets when something is not as it should be."""

from __future__ import annotations

import pytest
from django.test import Client

from jcoc.people import services
from support import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_form_that_is_too_old_says_so_and_leads_back() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html", "Accept-Language": "en"})
    answer = client.post(
        "/login/", {"username": "x"}, headers={"Referer": "http://testserver/login/?next=/wall/"}
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This page was open for too long" in page
    assert 'href="/login/"' in page
    assert "DEBUG" not in page


def test_back_never_leads_to_another_site() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    answer = client.post("/login/", {}, headers={"Referer": "https://evil.example/trap/"})
    assert "evil" not in answer.content.decode()


def test_a_script_gets_a_problem() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept": "application/json"})
    answer = client.post("/login/", {})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_an_address_that_only_takes_forms_shows_a_page() -> None:
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    client.force_login(services.add_account("kepala", PASSWORD, ["administrator"]))
    answer = client.get("/audit/verify/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "It only takes what a form sends." in answer.content.decode()
    assert client.get("/audit/verify/", headers={"Accept": "application/json"}).content == b""
