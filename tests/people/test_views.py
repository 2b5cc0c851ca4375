"""The pages of accounts and screens, as the administrator and as those who give a few roles see them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jcoc.city.models import Place, Site
from jcoc.people import services
from jcoc.people.models import KioskLink, RoleGrant, User
from jcoc.people.services import Grant
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from support import PASSWORD

NEW = {
    "username": "budi", "full_name": "Budi", "role": "operator", "where": "city", "password": PASSWORD,
    "reason": "SK 1/2026",
}  # fmt: skip


def browser(user: User) -> Client:
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def administrator(db: None) -> Client:
    return browser(services.add_account("kepala", PASSWORD, ["administrator"]))


@pytest.fixture
def budi(administrator: Client) -> User:
    return services.add_account("budi", PASSWORD, ["operator"])


@pytest.fixture
def city(db: None) -> dict[str, Any]:
    """Two kelurahan in two kecamatan, one that has ended, and a school in the first."""
    with unguarded():
        kota = Place.objects.create(
            code="15.71", name="Kota", level="kota", lon=103.6, lat=-1.6, source="test"
        )

        def place(code: str, level: str, parent: Place, **more: object) -> Place:
            return Place.objects.create(
                code=code,
                name=f"T{code}",
                level=level,
                parent=parent,
                lon=103.6,
                lat=-1.6,
                source="test",
                **more,
            )

        first, second = (place(f"15.71.0{n}", "kecamatan", kota) for n in (1, 2))
        near = place("15.71.01.1001", "kelurahan", first)
        far = place("15.71.02.1001", "kelurahan", second)
        old = place("15.71.01.1009", "kelurahan", first, valid_to=date(2022, 12, 31))
        school = Site.objects.create(
            code="smp-1", name="SMP 1", kind="school", place=near, lon=103.6, lat=-1.6, source="test"
        )
    return {"first": first, "near": near, "far": far, "old": old, "school": school}


def told(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def state(client: Client, user: User, action: str) -> tuple[int, str]:
    answer = client.post(reverse("people:account-state", args=[user.pk]), {"action": action})
    return answer.status_code, told(answer)


def roles(user: User) -> set[str]:
    return set(user.grants.in_force().values_list("role", flat=True))


def options(client: Client, path: str, name: str) -> set[str]:
    """The values that a select of a page offers."""
    page = client.get(path).content.decode()
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    assert select
    return set(re.findall(r'<option value="([^"]+)"', select[0]))


def test_an_account_is_added_by_the_form(administrator: Client) -> None:
    answer = administrator.post("/accounts/new/", NEW)
    made = User.objects.get(username="budi")
    assert answer["Location"] == f"/accounts/{made.pk}/"
    assert (made.get_full_name(), roles(made)) == ("Budi", {"operator"})
    grant = made.grants.get()
    assert (grant.granted_by, grant.reason) == (User.objects.get(username="kepala"), "SK 1/2026")
    entries = Entry.objects.filter(kind="people.rolegrant", object=str(grant.pk))
    assert [entry.action for entry in entries] == ["people.role_give"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "kepala"), ("username", "a b"), ("password", "pendek"), ("password", "qwerty123456"),
     ("role", ""), ("role", "wizard"), ("where", ""), ("where", "place-99"), ("last_day", "2020-01-01"),
     ("last_day", "31-31-2027"), ("last_day", "9999-12-31"), ("programme", "a b"), ("programme", "pakar_kasih"),
     ("reason", "")],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_by_field(
    administrator: Client, field: str, value: object
) -> None:
    answer = administrator.post("/accounts/new/", NEW | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.count() == 1
    assert RoleGrant.objects.count() == 1


def test_a_role_is_given_in_a_place_until_a_day_and_taken_back_with_a_reason(
    administrator: Client, budi: User, city: dict[str, Any]
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    form = {
        "role": "kelurahan_officer",
        "where": f"place-{city['near'].pk}",
        "last_day": day,
        "reason": "SK 7",
    }
    answer = administrator.post(f"/accounts/{budi.pk}/roles/", form)
    assert "kelurahan officer" in told(answer)
    grant = budi.grants.get(role="kelurahan_officer")
    assert grant.place == city["near"]
    assert timezone.localtime(grant.valid_until).isoformat()[:19] == f"{day + timedelta(days=1)}T00:00:00"
    assert timezone.localdate(grant.last_moment) == day
    page = administrator.get(f"/accounts/{budi.pk}/").content.decode()
    assert city["near"].name in page
    assert "SK 7" in page

    path = f"/accounts/{budi.pk}/roles/{grant.pk}/"
    assert "Reason" in told(administrator.post(path, {"reason": " "}))
    assert "kelurahan_officer" in roles(budi)
    assert "taken back" in told(administrator.post(path, {"reason": "pindah tugas"}))
    assert roles(budi) == {"operator"}
    grant.refresh_from_db()
    assert (grant.taken_back_by.username, grant.taken_back_reason) == ("kepala", "pindah tugas")
    assert "taken back already" in told(administrator.post(path, {"reason": "lagi"}))
    assert "pindah tugas" in administrator.get(f"/accounts/{budi.pk}/").content.decode()


def test_a_role_that_stands_is_not_given_twice(administrator: Client, budi: User) -> None:
    form = {"role": "operator", "where": "city", "reason": "SK"}
    answer = administrator.post(f"/accounts/{budi.pk}/roles/", form)
    assert answer.status_code == 422
    assert "already" in str(answer.context["form"].errors["role"])
    assert budi.grants.count() == 1


def test_a_role_of_the_centre_does_not_hold_in_one_place(
    administrator: Client, budi: User, city: dict[str, Any]
) -> None:
    form = {"role": "leader", "where": f"place-{city['near'].pk}", "reason": "SK"}
    answer = administrator.post(f"/accounts/{budi.pk}/roles/", form)
    assert answer.status_code == 422
    assert "single place" in str(answer.context["form"].errors["where"])


def test_nobody_changes_his_own_roles(administrator: Client) -> None:
    me = User.objects.get(username="kepala")
    form = {"role": "operator", "where": "city", "reason": "SK"}
    answer = administrator.post(f"/accounts/{me.pk}/roles/", form)
    assert answer.status_code == 422
    own = me.grants.get()
    assert "his own roles" in told(administrator.post(f"/accounts/{me.pk}/roles/{own.pk}/", {"reason": "x"}))
    assert roles(me) == {"administrator"}


def test_a_principal_offers_and_sees_only_the_own_school(administrator: Client, city: dict[str, Any]) -> None:
    end = timezone.now() + timedelta(days=100)
    head = services.add_account("kasek", PASSWORD, [Grant("principal", site=city["school"], valid_until=end)])
    services.add_account("guru-lain", PASSWORD, ["teacher"])
    client = browser(head)
    assert options(client, "/accounts/new/", "role") == {"teacher", "guardian"}
    assert options(client, "/accounts/new/", "where") == {f"site-{city['school'].pk}"}
    form = NEW | {"username": "guru-satu", "role": "teacher", "where": f"site-{city['school'].pk}"}
    too_long = client.post("/accounts/new/", form)
    assert list(too_long.context["form"].errors) == ["last_day"]
    form["last_day"] = (timezone.localdate() + timedelta(days=50)).isoformat()
    assert client.post("/accounts/new/", form).status_code == 302
    one_time = f"/accounts/{User.objects.get(username='guru-satu').pk}/one-time/"
    assert one_time in client.get(one_time.removesuffix("one-time/")).content.decode()
    assert client.get(one_time).status_code == 200
    listed = client.get("/accounts/").content.decode()
    assert "guru-satu" in listed
    assert "kasek" in listed
    assert "guru-lain" not in listed
    assert "kepala" not in re.sub(r"<option.*?</option>", "", listed).replace("kepala sekolah", "")
    assert client.get(f"/accounts/{User.objects.get(username='guru-lain').pk}/").status_code == 404


def test_a_kelurahan_officer_gives_only_in_the_own_part_of_the_city(city: dict[str, Any]) -> None:
    officer = services.add_account("camat", PASSWORD, [Grant("kelurahan_officer", place=city["first"])])
    client = browser(officer)
    offered = options(client, "/accounts/new/", "where")
    assert offered == {f"place-{city['first'].pk}", f"place-{city['near'].pk}", f"site-{city['school'].pk}"}
    outside = NEW | {"role": "resident", "where": f"place-{city['far'].pk}"}
    assert list(client.post("/accounts/new/", outside).context["form"].errors) == ["where"]
    beyond = Grant("resident", place=city["far"])
    with pytest.raises(services.ValidationError) as refused:
        services.add_account("warga", PASSWORD, [beyond], by=officer)
    assert list(refused.value.error_dict) == ["place"]
    assert not User.objects.filter(username="warga").exists()


def test_an_agency_officer_gives_inside_of_the_programme(city: dict[str, Any]) -> None:
    officer = services.add_account("pupr", PASSWORD, [Grant("agency_officer", programme="pakar_kasih")])
    client = browser(officer)
    form = NEW | {"role": "supervisor", "where": f"place-{city['near'].pk}", "programme": ""}
    assert client.post("/accounts/new/", form).status_code == 422
    assert client.post("/accounts/new/", form | {"programme": "pakar_kasih"}).status_code == 302
    grant = User.objects.get(username="budi").grants.get()
    assert (grant.place, grant.programme) == (city["near"], "pakar_kasih")


def test_a_role_that_has_ended_gives_nothing_any_more(city: dict[str, Any], budi: User) -> None:
    lead = services.add_account("regu", PASSWORD, ["shift_lead"])
    with unguarded():
        lead.grants.update(valid_until=timezone.now())
    assert browser(lead).get("/accounts/").status_code == 403
    with pytest.raises(services.ValidationError):
        services.give(User.objects.get(username="kepala"), Grant("operator"), by=lead)


def test_accounts_are_searched_filtered_and_paged(
    administrator: Client, city: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    with unguarded():
        for n in range(30):
            user = User.objects.create(username=f"petugas-{n:02}", first_name=f"Nama {n}")
            RoleGrant.objects.create(user=user, role="operator")
        away = User.objects.create(username="jauh")
        RoleGrant.objects.create(user=away, role="kelurahan_officer", place=city["near"])
        teacher = User.objects.create(username="guru")
        RoleGrant.objects.create(user=teacher, role="teacher", site=city["school"])
        User.objects.create(username="kosong")
        User.objects.create(username="tutup", is_active=False)

    def found(**query: object) -> list[str]:
        return [user.username for user in administrator.get("/accounts/", query).context["page_obj"]]

    with django_assert_max_num_queries(10):
        assert len(found()) == 25
    assert len(found(page=2)) == 10
    assert found(q="nama 17") == ["petugas-17"]
    assert found(role="kelurahan_officer") == ["jauh"]
    assert found(place=city["first"].pk) == ["guru", "jauh"]
    assert found(place=city["far"].pk) == []
    assert found(state="none") == ["kosong"]
    assert found(state="closed") == ["tutup"]
    assert len(found(role="wizard", place="x", state="y")) == 25


def test_an_account_is_closed_and_opened_again(administrator: Client, budi: User) -> None:
    client = browser(budi)
    assert state(administrator, budi, "deactivate")[0] == 302
    assert client.get("/wall/").status_code == 302
    assert not client.login(username="budi", password=PASSWORD)
    assert state(administrator, budi, "activate")[0] == 302
    assert browser(budi).get("/wall/").status_code == 200


def test_who_has_no_say_over_each_role_does_not_close_the_account(administrator: Client, budi: User) -> None:
    lead = services.add_account("regu", PASSWORD, ["shift_lead"])
    client = browser(lead)
    services.give(budi, Grant("leader"))
    assert "You may close only" in state(client, budi, "deactivate")[1]
    assert "/state/" not in client.get(f"/accounts/{budi.pk}/").content.decode()
    assert User.objects.get(pk=budi.pk).is_active
    with unguarded():
        budi.grants.filter(role="leader").update(
            valid_from=timezone.now() - timedelta(1), valid_until=timezone.now()
        )
    assert "/state/" in client.get(f"/accounts/{budi.pk}/").content.decode()
    state(client, budi, "deactivate")
    assert not User.objects.get(pk=budi.pk).is_active


def test_the_last_administrator_is_told_so(administrator: Client) -> None:
    kepala = User.objects.get(username="kepala")
    other = services.add_account("sementara", PASSWORD, [
        Grant("administrator", valid_until=timezone.now() + timedelta(days=1))
    ])  # fmt: skip
    client = browser(other)
    assert "last administrator" in state(client, kepala, "deactivate")[1]
    grant = kepala.grants.get()
    answer = client.post(f"/accounts/{kepala.pk}/roles/{grant.pk}/", {"reason": "x"})
    assert "last administrator" in told(answer)
    assert roles(kepala) == {"administrator"}
    assert User.objects.get(pk=kepala.pk).is_active


def test_an_action_must_be_named(administrator: Client, budi: User) -> None:
    assert state(administrator, budi, "promote")[0] == 400
    assert administrator.post("/accounts/9999/state/", {"action": "activate"}).status_code == 404


def test_ones_own_page_says_what_one_holds_where_and_until_when(city: dict[str, Any]) -> None:
    day = timezone.now() + timedelta(days=10)
    user = services.add_account("wali", PASSWORD, [Grant("guardian", site=city["school"], valid_until=day)])
    client = browser(user)
    page = client.get("/home/", follow=True)
    assert page.redirect_chain == [("/me/", 302)]
    text = page.content.decode()
    assert "SMP 1" in text
    assert "guardian" in text
    assert "/logout/" in text
    services.take_back(user.grants.get(), reason="pindah")
    assert "holds no role at present" in client.get("/me/").content.decode()
    assert Client().get("/me/").status_code == 302


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
