"""The page of the air: what it shows to whom, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import resolve

from jcoc.contract.testing.cities import SECOND, centre_of
from jcoc.programmes.air_quality.demonstration import fill
from jcoc.telemetry import runtime
from jcoc.telemetry.models import Audience, Datastream
from jcoc.trail.limits import Rate

ADDRESS = "/programmes/air_quality/now/"


@pytest.fixture
def city(db: None) -> Iterator[None]:
    with centre_of(SECOND):
        yield


def test_without_a_station_it_says_so(city: None, client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert "Belum ada stasiun yang mengukur PM2.5" in answer.content.decode()


def test_everybody_sees_index_mean_age_and_that_it_is_simulated(city: None, client: Client) -> None:
    fill(2)
    page = client.get(ADDRESS).content.decode()
    assert page.count('data-origin="simulated"') >= 2 + 13  # each row
    assert "sedikitnya satu stasiun adalah simulasi" in page
    assert "µg/m³" in page
    assert "Stasiun simulasi 1" in page and "Stasiun simulasi 2" in page
    assert page.count("<time datetime") >= 2 + 14


def test_the_worst_station_stands_first(city: None, client: Client) -> None:
    fill(4)
    found = client.get(ADDRESS).context["stations"]
    indices = [each.now.ispu.value for each in found]
    assert len(indices) == 4
    assert indices == sorted(indices, reverse=True)


def test_a_station_that_is_not_public_is_not_shown(city: None, laying_out: None, client: Client) -> None:
    fill(2)
    Datastream.objects.filter(code="sim-air-0000-pm25").update(audience=Audience.OPERATORS)
    page = client.get(ADDRESS).content.decode()
    assert "Stasiun simulasi 1" not in page
    assert "Stasiun simulasi 2" in page


def test_another_unit_is_not_taken_for_micrograms(city: None, laying_out: None, client: Client) -> None:
    fill(1)
    Datastream.objects.filter(code="sim-air-0000-pm25").update(unit_symbol="mg/m³")
    assert "Stasiun simulasi 1" not in client.get(ADDRESS).content.decode()


def test_readings_beyond_the_range_never_enter(city: None, client: Client) -> None:
    fill(1)
    before = client.get(ADDRESS).context["stations"][0].now
    store, datastream = runtime.current().store, Datastream.objects.get(code="sim-air-0000-pm25")
    table = store.window([datastream.pk], order="desc", limit=1)
    row = table.to_pylist()[0] | {"result": 9999.0, "quality": 1}
    row["phenomenon_time"] -= timedelta(minutes=30)
    store.append(pa.Table.from_pylist([row], schema=table.schema)).result()
    assert client.get(ADDRESS).context["stations"][0].now == before


@pytest.mark.parametrize("days", ["1e9", "-7", "", "8"])
def test_days_that_make_no_sense_are_refused_with_a_sentence(city: None, client: Client, days: str) -> None:
    answer = client.get(ADDRESS, {"days": days})
    assert answer.status_code == 422
    assert "7, 14, atau 31" in answer.content.decode()


def test_an_address_that_asks_too_often_waits_and_others_do_not(
    city: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = resolve(ADDRESS).func
    assert view.limit.rate.burst == 120
    # So slow that none comes back however long the requests take.
    monkeypatch.setattr(view, "limit", view.limit._replace(rate=Rate(3, 3600)))
    answers = [client.get(ADDRESS) for _time in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert client.get(ADDRESS, REMOTE_ADDR="198.51.100.7").status_code == 200
