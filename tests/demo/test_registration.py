"""Registering the simulated stations and what goes with them."""

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from jcoc.city.models import Place, Site, SiteKind
from jcoc.demo import accounts, folder
from jcoc.demo.catalogue import NOTE, Stream, city_stations
from jcoc.demo.registration import load_demonstration_city, register
from jcoc.indicators.dimensions import CODES
from jcoc.people.access import principal_of_user
from jcoc.people.models import Role, User
from jcoc.telemetry.models import Datastream, DeviceToken, Location, Origin, QualityRule, Thing

pytestmark = pytest.mark.usefixtures("laying_out")


STATIONS = city_stations(date(2026, 6, 1))


def test_everything_is_marked_as_simulated(registered: list[Stream]) -> None:
    assert Datastream.objects.count() == len(registered)
    assert not Datastream.objects.exclude(origin=Origin.SIMULATED, origin_note=NOTE).exists()
    assert not Thing.objects.exclude(properties__simulated=True).exists()
    points = Site.objects.filter(kind=SiteKind.FLOOD_POINT)
    assert points.count() == 18
    assert not points.filter(simulated=False).exists()
    assert not Site.objects.exclude(kind=SiteKind.FLOOD_POINT).filter(simulated=True).exists()


def test_streams_carry_what_the_wall_needs(registered: list[Stream]) -> None:
    assert set(Datastream.objects.values_list("dimension", flat=True)) == set(CODES)
    assert not Datastream.objects.filter(quality_rule__gap_after=None).exists()
    assert not Datastream.objects.filter(quality_rule__lowest=None).exists()
    assert not Datastream.objects.filter(thing__locations=None).exists()
    assert 0 < Datastream.objects.filter(audience="public").count() < len(registered)
    assert Datastream.objects.get(code="sim-duga-asam-tma").unit_symbol == "m"


def test_a_second_time_changes_nothing(registered: list[Stream]) -> None:
    Datastream.objects.filter(code="sim-duga-asam-tma").update(name="Renamed by the city")
    models = (Datastream, Thing, Location, QualityRule, Site, Place)
    before = [model.objects.count() for model in models]
    load_demonstration_city()
    assert register(STATIONS, lambda part: None) == 0
    assert [model.objects.count() for model in models] == before
    assert Datastream.objects.get(code="sim-duga-asam-tma").name == "Renamed by the city"


def test_what_is_missing_is_added(registered: list[Stream]) -> None:
    Datastream.objects.filter(code="sim-duga-asam-tma").delete()
    Thing.objects.filter(code="sim-cc-112").delete()
    parts: list[float] = []
    assert register(STATIONS, parts.append) == 4
    assert parts[-1] == 1.0
    assert Datastream.objects.count() == len(registered)


def test_statements_do_not_grow_with_the_stations(db: None) -> None:
    from django.db import connection

    load_demonstration_city()
    with CaptureQueriesContext(connection) as few:
        register([s for s in STATIONS if s.type == "junction"][:5], lambda part: None)
    with CaptureQueriesContext(connection) as many:
        register([s for s in STATIONS if s.type == "junction"], lambda part: None)
    assert len(many) <= len(few)


@pytest.mark.django_db
def test_accounts_open_with_their_passwords_and_stay() -> None:
    kept = folder.Demonstration()
    load_demonstration_city()
    accounts.ensure_accounts(kept)
    accounts.ensure_accounts(kept)
    assert {account.role for account in accounts.ACCOUNTS} == set(Role.values)
    assert User.objects.filter(demonstration=True).count() == len(accounts.ACCOUNTS)
    for account in accounts.ACCOUNTS:
        assert accounts.password_holds(kept, account)
        principal = principal_of_user(User.objects.get(username=account.username))
        assert principal is not None
        assert principal.roles == {account.role}
    User.objects.filter(username="operator").update(is_active=False)
    assert not accounts.password_holds(kept, accounts.ACCOUNTS[0])


def test_one_token_for_all_streams_replaced_when_revoked(registered: list[Stream]) -> None:
    from jcoc.telemetry.services import revoke_token

    kept = folder.Demonstration()
    accounts.ensure_token(kept, registered)
    first = kept.token
    accounts.ensure_token(kept, registered)
    assert kept.token == first
    token = DeviceToken.objects.get()
    assert token.datastreams.count() == len(registered)
    assert first not in str(DeviceToken.objects.values())
    revoke_token(token)
    accounts.ensure_token(kept, registered)
    assert kept.token != first
    assert DeviceToken.objects.filter(revoked=None).count() == 1
