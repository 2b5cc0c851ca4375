"""What a role reaches, asked of the database and of the pure rule, on places of today and of 2021."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcoc.city.models import Place, Site
from jcoc.people import scope, services
from jcoc.people.access import Principal, principal_of_user
from jcoc.people.granting import Held, reaches
from jcoc.people.models import RoleGrant, User
from jcoc.people.services import Grant
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laying_out"), pytest.mark.postgres]


def place(code: str, level: str, parent: Place | None, **more: object) -> Place:
    return Place.objects.create(
        code=code, name=code, level=level, parent=parent, lon=103.6, lat=-1.6, source="test", **more
    )


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    """A city with two kecamatan; in the first a kelurahan that ended at the end of 2022, and one that came then."""
    city = place("15.71", "kota", None)
    first, second = (place(f"15.71.0{n}", "kecamatan", city) for n in (1, 2))
    return {
        "city": city,
        "first": first,
        "second": second,
        "old": place("15.71.01.1001", "kelurahan", first, valid_to=date(2022, 12, 31)),
        "new": place("15.71.01.1002", "kelurahan", first, valid_from=date(2023, 1, 1)),
        "other": place("15.71.02.1001", "kelurahan", second),
    }


@pytest.fixture
def sites(places: dict[str, Place]) -> dict[str, Site]:
    return {
        name: Site.objects.create(
            code=name, name=name, kind="school", place=places[name], lon=103.6, lat=-1.6, source="test"
        )
        for name in ("new", "other")
    }


@pytest.fixture
def account(db: None) -> User:
    return User.objects.create(username="pemegang")


def holder(*held: Held) -> Principal:
    return Principal("user-0", "x", held)


def test_a_kecamatan_covers_its_kelurahan_of_today_and_of_then(places: dict[str, Place]) -> None:
    officer = holder(Held("kelurahan_officer", places["first"].pk))
    for name in ("first", "old", "new"):
        assert officer.holds("kelurahan_officer", place=places[name])
        assert officer.holds("kelurahan_officer", place=places[name].pk)
    for name in ("city", "second", "other"):
        assert not officer.holds("kelurahan_officer", place=places[name])
    assert not officer.holds("kelurahan_officer")
    assert not officer.holds("supervisor", place=places["new"])
    assert {p.pk for p in scope.places_within([places["city"].pk])} == {p.pk for p in places.values()}


def test_a_role_in_a_place_reaches_the_sites_there(places: dict[str, Place], sites: dict[str, Site]) -> None:
    supervisor = holder(Held("supervisor", places["first"].pk))
    assert supervisor.holds("supervisor", site=sites["new"])
    assert supervisor.holds("supervisor", site=sites["new"].pk)
    assert not supervisor.holds("supervisor", site=sites["other"])
    teacher = holder(Held("teacher", site_id=sites["new"].pk))
    assert teacher.holds("teacher", site=sites["new"])
    assert not teacher.holds("teacher", site=sites["other"])
    assert not teacher.holds("teacher", place=places["new"])


def test_a_role_in_the_whole_city_asks_no_database(
    django_assert_num_queries: object, places: dict[str, Place]
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert holder(Held("administrator")).holds("administrator", place=places["new"])
        assert not holder(Held("teacher", site_id=1)).holds("administrator", place=places["new"])


def test_nothing_is_seen_by_nobody_or_without_the_role(places: dict[str, Place]) -> None:
    rows = Place.objects.filter(scope.within(None, ["resident"], place_field="pk"))
    assert not rows.exists()
    assert not Place.objects.filter(
        scope.within(holder(Held("leader")), ["resident"], place_field="pk")
    ).exists()


def test_a_wide_role_beside_a_narrow_one_shows_all(places: dict[str, Place]) -> None:
    both = holder(Held("supervisor", places["old"].pk), Held("supervisor"))
    assert Place.objects.filter(scope.within(both, ["supervisor"], place_field="pk")).count() == len(places)


NAMES = ("city", "first", "second", "old", "new", "other")
SITES = ("new", "other")
PROGRAMMES = ("", "pakar_kasih", "e_raport")
spots = st.tuples(
    st.sampled_from([None, *NAMES]), st.sampled_from([None, *SITES]), st.sampled_from(PROGRAMMES)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(spots, max_size=3), rows=st.lists(spots, min_size=1, max_size=6))
def test_rows_are_seen_exactly_where_a_role_reaches_them(
    places: dict[str, Place],
    sites: dict[str, Site],
    account: User,
    held: list[tuple[str | None, str | None, str]],
    rows: list[tuple[str | None, str | None, str]],
) -> None:
    def keys(spot: tuple[str | None, str | None, str]) -> tuple[int | None, int | None, str]:
        where, site, programme = spot
        if where:
            site = None  # a grant names one of them
        return where and places[where].pk, site and sites[site].pk, programme

    RoleGrant.objects.all().delete()
    laid = [
        RoleGrant.objects.create(
            user=account, role="supervisor", place_id=place, site_id=site, programme=programme
        )
        for place, site, programme in map(keys, rows)
    ]
    principal = holder(*(Held("supervisor", *keys(spot)) for spot in held))
    seen = RoleGrant.objects.filter(
        scope.within(
            principal, ["supervisor"], place_field="place", site_field="site", programme_field="programme"
        )
    )
    within = {
        row.pk
        for row in laid
        if any(
            reaches(each, scope.where(place=row.place, site=row.site, programme=row.programme))
            for each in principal.grants
        )
    }
    assert set(seen.values_list("pk", flat=True)) == within
    for row in laid:
        there = {"place": row.place, "site": row.site, "programme": row.programme}
        assert principal.holds("supervisor", **there) == (row.pk in within)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    giver=st.lists(
        st.tuples(st.sampled_from(["kelurahan_officer", "agency_officer", "principal", "shift_lead"]), spots),
        max_size=3,
    ),
    rows=st.lists(
        st.tuples(st.sampled_from(["resident", "supervisor", "teacher", "guardian", "operator"]), spots),
        min_size=1,
        max_size=6,
    ),
)
def test_of_accounts_and_grants_one_sees_what_one_could_give_and_ones_own(
    places: dict[str, Place],
    sites: dict[str, Site],
    giver: list[tuple[str, tuple[str | None, str | None, str]]],
    rows: list[tuple[str, tuple[str | None, str | None, str]]],
) -> None:
    from jcoc.people.granting import refusal_to_take_back

    def keys(spot: tuple[str | None, str | None, str]) -> dict[str, object]:
        where, site, programme = spot
        return {
            "place": places[where] if where else None,
            "site": sites[site] if site and not where else None,
            "programme": programme,
        }

    User.objects.all().delete()
    laid = []
    for number, (role, spot) in enumerate(rows):
        user = User.objects.create(username=f"u{number}")
        laid.append(RoleGrant.objects.create(user=user, role=role, **keys(spot)))
    me = User.objects.create(username="me")
    for role, spot in giver:
        RoleGrant.objects.create(user=me, role=role, **keys(spot))
    principal = principal_of_user(me)
    held = principal.grants if principal else ()
    givable = {
        row.pk
        for row in laid
        if refusal_to_take_back(
            held,
            row.role,
            scope.where(place=row.place, site=row.site, programme=row.programme),
            from_oneself=False,
        )
        is None
    }
    own = set(me.grants.values_list("pk", flat=True))
    mine = own | givable if principal else set()
    assert {row.pk for row in RoleGrant.objects.all().visible(principal)} - own == givable
    assert set(RoleGrant.objects.visible(principal).values_list("pk", flat=True)) == mine
    accounts = {row.user_id for row in laid if row.pk in givable} | ({me.pk} if principal else set())
    assert {user.pk for user in User.objects.visible(principal)} == accounts


def test_a_role_that_has_ended_gives_nothing_from_that_second(account: User) -> None:
    end = timezone.now() + timedelta(hours=1)
    services.give(account, Grant("operator", valid_until=end))
    assert principal_of_user(account)
    assert RoleGrant.objects.in_force(end - timedelta(microseconds=1)).exists()
    assert not RoleGrant.objects.in_force(end).exists()
    RoleGrant.objects.update(valid_from=end - timedelta(days=2), valid_until=timezone.now())
    assert principal_of_user(account) is None


def test_a_role_that_begins_later_gives_nothing_yet(account: User) -> None:
    services.give(account, Grant("operator", valid_from=timezone.now() + timedelta(hours=1)))
    assert principal_of_user(account) is None


def test_overseers_see_every_account(account: User) -> None:
    for role in scope.OVERSEERS:
        assert account in User.objects.visible(holder(Held(role)))
    assert not User.objects.visible(None).exists()
    assert not RoleGrant.objects.visible(None).exists()
    services.add_account("tamu", PASSWORD, ["operator"])
    kiosk = Principal("kiosk-1", "x", (Held("kiosk"),))
    assert not User.objects.visible(kiosk).exists()
