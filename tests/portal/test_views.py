"""The public home, and what the watcher of the server is told."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from jcoc.portal import views
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.services import NewDatastream, register_thing
from telemetry.stores.contract_suite import put
from telemetry.stores.model import Row

NOW = datetime.now(UTC)


def register(runtime: Any, *datastreams: NewDatastream) -> dict[str, int]:
    register_thing("thing", "Thing", datastreams)
    runtime.directory.refresh()
    return dict(Datastream.objects.values_list("code", "pk"))


def test_a_home_without_readings_says_so(runtime: Any) -> None:
    answer = Client(headers={"Accept-Language": "en"}).get("/")
    assert answer.context["readings"] == []
    assert b"Nothing is published yet" in answer.content


def test_the_home_shows_public_readings_of_each_dimension_first(runtime: Any) -> None:
    dimensions = ("environment", "living", "economy")
    streams = [
        NewDatastream(f"{dimension}-{n}", f"{dimension} {n}", "Level", audience="public", dimension=dimension)
        for dimension in dimensions
        for n in range(4)
    ]
    pks = register(runtime, *streams, NewDatastream("hidden", "Hidden", "Level", dimension="society"))
    began = datetime.now(UTC)
    put(runtime.store, *[Row(pk, began - timedelta(minutes=3), float(pk)) for pk in pks.values()])
    shown = Client().get("/").context["readings"]
    lasted = datetime.now(UTC) - began
    assert len(shown) == views.HOME_READINGS
    assert {reading["dimension"] for reading in shown[:3]} == set(dimensions)
    assert [reading["name"][-1] for reading in shown] == ["0"] * 3 + ["1"] * 3
    assert all(reading["url"].startswith("/sensors/") for reading in shown)
    assert timedelta(minutes=3) <= shown[0]["age"] <= timedelta(minutes=3) + lasted


def test_a_reading_that_is_no_number_is_left_out(runtime: Any) -> None:
    pks = register(runtime, NewDatastream("gate", "Gate", "Gate", audience="public"))
    put(runtime.store, Row(pks["gate"], NOW, json='"open"'))
    assert Client().get("/").context["readings"] == []


def test_a_centre_that_is_well_says_so(runtime: Any) -> None:
    pks = register(runtime, NewDatastream("level", "Level", "Level"))
    put(runtime.store, Row(pks["level"], NOW, 1.0))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "observations": 1})


def fail(*_: Any, **__: Any) -> None:
    raise OperationalError("away")


@pytest.mark.parametrize("what", ["database", "observations", "disk"])
def test_what_fails_is_named(runtime: Any, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    usage = namedtuple("usage", "total used free")(10**12, 10**12, views.LEAST_FREE - 1)
    owner, name, instead = {
        "database": (connection, "cursor", fail),
        "observations": (runtime.store, "healthy", lambda: False),
        "disk": (shutil, "disk_usage", lambda _path: usage),
    }[what]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, instead)
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": [what]})


def test_a_store_that_was_closed_is_not_well(runtime: Any) -> None:
    runtime.store.close()
    assert Client().get("/healthz").json()["failing"] == ["observations"]
