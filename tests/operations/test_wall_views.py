"""The wall's page, its state and its sparklines, each by who asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jcoc.operations.wall.views import SPARK_DATASTREAMS, SPARK_POINTS
from jcoc.people.services import add_account
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.services import NewDatastream, register_thing
from support import PASSWORD
from telemetry.stores.contract_suite import put
from telemetry.stores.model import Row

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def pks(runtime: Any) -> dict[str, int]:
    register_thing(
        "sluice",
        "Sluice",
        [
            NewDatastream("level", "Water level", "Level", unit_symbol="m", dimension="environment",
                          audience="public", lowest=0, highest=5, gap_after=timedelta(hours=1)),
            NewDatastream("gate", "Gate", "Gate"),
            NewDatastream("power", "Power", "Power", audience="administrators"),
        ],
        point=(103.61234567, -1.6),
    )  # fmt: skip
    runtime.directory.refresh()
    return dict(Datastream.objects.values_list("code", "pk"))


def client(role: str) -> Client:
    add_account(role, PASSWORD, [role])
    made = Client(headers={"Accept-Language": "en"})
    assert made.login(username=role, password=PASSWORD)
    return made


def test_the_page_hands_over_its_addresses_and_who_looks(pks: dict[str, int]) -> None:
    page = client("operator").get("/wall/").content.decode()
    config = json.loads(page.split('id="config" type="application/json">')[1].split("</script>")[0])
    assert config["kiosk"] is False
    assert config["urls"]["state"] == "/wall/state.json"
    assert len(config["dimensions"]) == 6


def test_the_state_has_a_row_for_each_sensor_one_may_see(runtime: Any, pks: dict[str, int]) -> None:
    operator, administrator = client("operator"), client("administrator")
    put(runtime.store, Row(pks["level"], AT, 4.5, quality=1), Row(pks["gate"], AT, json='"open"'),
        Row(pks["level"], AT - timedelta(minutes=1), 4.0))  # fmt: skip
    answer = operator.get("/wall/state.json")
    assert answer["Cache-Control"] == "no-store"
    state = answer.json()
    sensors, latest = state["sensors"], state["latest"]
    assert sensors["code"] == ["level", "gate"]
    assert {len(column) for column in (*sensors.values(), *latest.values())} == {2}
    row = {name: column[0] for name, column in sensors.items()}
    assert row["id"] == pks["level"]
    assert (row["lon"], row["lat"], row["low"], row["high"], row["gap_s"]) == (103.612346, -1.6, 0, 5, 3600)
    assert (row["thing"], row["property"], row["unit"], row["origin"]) == ("Sluice", "Level", "m", "measured")
    assert latest["time"] == [AT.timestamp() * 1000] * 2
    assert (latest["value"], latest["quality"], latest["count"]) == ([4.5, None], [1, 0], [2, 1])
    assert state["last_event_id"] == runtime.hub.last_event_id
    assert administrator.get("/wall/state.json").json()["sensors"]["code"] == ["level", "gate", "power"]


def test_a_sensor_that_nothing_came_from_has_nulls(pks: dict[str, int]) -> None:
    latest = client("operator").get("/wall/state.json").json()["latest"]
    assert latest == {"time": [None] * 2, "value": [None] * 2, "quality": [0] * 2, "count": [0] * 2}


def test_the_state_follows_the_directory(runtime: Any, pks: dict[str, int]) -> None:
    operator = client("operator")
    assert operator.get("/wall/state.json").json()["sensors"]["code"] == ["level", "gate"]
    register_thing("more", "More", [NewDatastream("more", "More", "Level")])
    runtime.directory.refresh()
    assert operator.get("/wall/state.json").json()["sensors"]["code"] == ["level", "gate", "more"]


def test_a_sparkline_has_the_last_readings_before_the_newest(runtime: Any, pks: dict[str, int]) -> None:
    minutes = SPARK_POINTS + 10
    put(runtime.store, Row(pks["gate"], AT - timedelta(days=3), 9.0), Row(pks["gate"], AT, 1.0),
        *[Row(pks["level"], AT + timedelta(minutes=n), float(n)) for n in range(minutes)])  # fmt: skip
    asked = ",".join(str(pk) for pk in (*pks.values(), 10**9))
    lines = client("operator").get(f"/wall/spark.json?ids={asked}").json()
    assert set(lines) == {str(pks["level"]), str(pks["gate"])}  # not what one may not see
    level = lines[str(pks["level"])]
    assert level["v"] == [float(n) for n in range(10, minutes)]
    assert level["t"][-1] == (AT + timedelta(minutes=minutes - 1)).timestamp() * 1000
    assert lines[str(pks["gate"])]["v"] == [1.0]


def test_a_sparkline_of_a_silent_sensor_is_empty(pks: dict[str, int]) -> None:
    lines = client("operator").get(f"/wall/spark.json?ids={pks['level']}").json()
    assert lines == {str(pks["level"]): {"t": [], "v": []}}


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [("1,x", "numbers with commas"), (",".join(["1"] * (SPARK_DATASTREAMS + 1)), "at most 60")],
)
def test_sparklines_that_cannot_be_are_refused(pks: dict[str, int], ids: str, sentence: str) -> None:
    answer = client("operator").get(f"/wall/spark.json?ids={ids}")
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
