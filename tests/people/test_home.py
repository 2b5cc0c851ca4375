"""One's own page: from there to one's work, or to one's data, and to nowhere that refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from jcoc.people import services as people
from jcoc.people.models import Role
from jcoc.trail.access import EVERYONE
from jcoc.trail.datafolder import DataFolder
from support import PASSWORD

pytestmark = pytest.mark.django_db


def own_page(*roles: str, name: str = "") -> tuple[Client, str]:
    account = people.add_account("uji", PASSWORD, [people.Grant(role) for role in roles], full_name=name)
    client = Client(headers={"Accept": "text/html", "Accept-Language": "id"})
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client, client.get("/me/").content.decode()


def links(page: str) -> set[str]:
    return set(re.findall(r'<a [^>]*href="(/[^"#]*)"', page))


@pytest.mark.parametrize("role", Role.values)
def test_every_link_of_the_own_page_opens(role: str) -> None:
    _, page = own_page(role)
    assert links(page)
    refused = {url for url in links(page) if not resolve(url).func.allowed_roles & {role, EVERYONE}}  # type: ignore[attr-defined]
    assert refused == set()
    assert "pusat kendali</a>" not in page
    assert "/login/" not in links(page)


@pytest.mark.parametrize("role", ["supervisor", "teacher"])
def test_who_has_no_page_of_the_role_still_finds_what_there_is(role: str) -> None:
    client, page = own_page(role)
    assert {reverse("receipts:unsent"), reverse("authentication:security")} <= links(page)
    assert "/home/" not in links(page), "it would lead back here"
    assert client.get("/home/", follow=True).redirect_chain[-1][0] == "/me/"


@pytest.mark.parametrize("role", ["resident", "guardian"])
def test_a_resident_is_led_to_the_own_data(role: str) -> None:
    _, page = own_page(role)
    assert re.search(r'<a class="button" href="/me/data/"', page)
    assert "<h1>Akun saya</h1>" in page


def test_a_name_that_is_known_stands_above(db: None) -> None:
    assert "<h1>Budi Uji</h1>" in own_page("resident", name="Budi Uji")[1]


def test_the_form_of_the_demonstration_is_in_the_menu_of_one_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = own_page("supervisor")
    assert "/demo/field-notes/" not in links(page)
    (tmp_path / "demo.json").touch()
    monkeypatch.setattr(settings, "DATA_FOLDER", DataFolder(tmp_path))
    assert "/demo/field-notes/" in links(client.get("/me/").content.decode())
