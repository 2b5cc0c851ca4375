"""The administrator's pages of accounts and screens."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from jcoc.people import services
from jcoc.people.models import KioskLink, User
from support import PASSWORD

NEW = {"username": "budi", "full_name": "Budi", "roles": ["operator"], "password": PASSWORD}


@pytest.fixture
def administrator(db: None) -> Client:
    services.add_account("kepala", PASSWORD, ["administrator"])
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username="kepala", password=PASSWORD)
    return client


@pytest.fixture
def budi(administrator: Client) -> User:
    return services.add_account("budi", PASSWORD, ["operator"])


def change(client: Client, user: User, **form: object) -> tuple[int, str]:
    answer = client.post(reverse("people:account-change", args=[user.pk]), form)
    return answer.status_code, " ".join(str(message) for message in get_messages(answer.wsgi_request))


def roles(user: User) -> set[str]:
    return set(user.grants.in_force().values_list("role", flat=True))


def test_an_account_is_added_by_the_form(administrator: Client) -> None:
    assert administrator.post("/accounts/", NEW).status_code == 302
    made = User.objects.get(username="budi")
    assert (made.get_full_name(), roles(made)) == ("Budi", {"operator"})
    assert made.grants.get().granted_by == User.objects.get(username="kepala")


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "kepala"), ("username", "a b"), ("password", "pendek"), ("password", "qwerty123456"),
     ("roles", []), ("roles", ["wizard"])],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_by_field(
    administrator: Client, field: str, value: object
) -> None:
    answer = administrator.post("/accounts/", NEW | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.count() == 1


def test_roles_are_changed_and_none_is_refused(administrator: Client, budi: User) -> None:
    assert change(administrator, budi, action="roles", roles=["administrator"])[0] == 302
    assert roles(budi) == {"administrator"}
    assert "at least one role" in change(administrator, budi, action="roles")[1]
    assert "wizard" in change(administrator, budi, action="roles", roles=["wizard"])[1]
    assert roles(budi) == {"administrator"}


def test_an_account_is_closed_and_opened_again(administrator: Client, budi: User) -> None:
    browser = Client(headers={"Accept": "text/html"})
    assert browser.login(username="budi", password=PASSWORD)
    assert change(administrator, budi, action="deactivate")[0] == 302
    assert browser.get("/wall/").status_code == 302
    assert not browser.login(username="budi", password=PASSWORD)
    assert change(administrator, budi, action="activate")[0] == 302
    assert browser.login(username="budi", password=PASSWORD)


def test_the_last_administrator_is_told_so(administrator: Client) -> None:
    told = change(administrator, User.objects.get(username="kepala"), action="deactivate")[1]
    assert "last administrator" in told
    assert User.objects.get(username="kepala").is_active


def test_an_action_must_be_named(administrator: Client, budi: User) -> None:
    assert change(administrator, budi, action="promote")[0] == 400
    assert administrator.post("/accounts/9999/", {"action": "activate"}).status_code == 404


def test_a_screens_link_is_shown_once_opens_the_wall_and_can_be_revoked(administrator: Client) -> None:
    made = administrator.post("/kiosk/", {"name": "lobi"})
    assert made.status_code == 201
    address = made.context["secret_url"]
    assert address.startswith("http://127.0.0.1:8000/kiosk/")
    assert "<svg" in made.context["qr_svg"]
    assert address not in administrator.get("/kiosk/").content.decode()
    assert administrator.post("/kiosk/", {"name": ""}).status_code == 422
    screen, path = Client(headers={"Accept": "text/html"}), address.removeprefix("http://127.0.0.1:8000")
    assert screen.get(path)["Location"] == "/wall/"
    assert screen.get("/wall/").status_code == 200
    link = KioskLink.objects.get()
    assert administrator.post(f"/kiosk/{link.pk}/revoke/").status_code == 302
    assert screen.get("/wall/").status_code == 302
    assert screen.get(path).status_code == 410
