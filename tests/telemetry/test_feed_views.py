"""The administrators' page of the feeds: what it counts, and what it says where there is nothing."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from jcoc.people.services import add_account
from jcoc.telemetry.ingest.faults import Fault
from jcoc.telemetry.ingest.mqtt import MqttIngest, MqttSettings
from jcoc.telemetry.runtime import Settled
from support import PASSWORD
from telemetry.stores.contract_suite import put
from telemetry.stores.model import Row

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def administrator(db: None) -> Client:
    add_account("kepala", PASSWORD, ["administrator"])
    client = Client()
    assert client.login(username="kepala", password=PASSWORD)
    return client


def shown(client: Client, language: str = "en") -> str:
    answer = client.get("/feeds/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_where_nothing_came_in_the_page_says_so(runtime: Any, administrator: Client) -> None:
    page = shown(administrator)
    assert "Nothing has come in since the server began." in page
    assert "No broker is set up." in page
    assert "Nobody has the wall or a sensor open." in page
    assert "not yet; it is under way" in page
    assert "Last refused MQTT messages" not in page


def test_counts_of_readings_streams_and_store_are_shown(runtime: Any, administrator: Client) -> None:
    runtime.pipeline.totals.update(stored=1234, repeated=56, corrected=7, refused=8, failed=9)
    put(runtime.store, Row(1, MORNING, 1.0), Row(2, MORNING, 2.0), Row(2, MORNING.replace(hour=9), 3.0))
    runtime.hub.join(frozenset({"public"}), None, "", None)
    runtime.hub.join(frozenset({"public", "operators"}), None, "", "sessionid=x")
    runtime.hub.dropped = 3
    runtime.settled = Settled(MORNING, 42)
    context = administrator.get("/feeds/").context
    assert (context["hub"].clients, context["hub"].anonymous, context["hub"].dropped) == (2, 1, 3)
    assert (context["kept"], context["datastreams"], context["healthy"]) == (3, 2, True)
    page = shown(administrator)
    for figure in ("1,234", "56", "7", "8", "9", "42 readings", "1 Mar 2026, 15:00"):
        assert figure in page
    runtime.settled = Settled(MORNING, None)
    assert "failed 1 Mar 2026, 15:00" in shown(administrator)
    assert "1.234" in shown(administrator, "id")


def test_the_broker_and_what_it_sent_in_vain_are_shown_in_both_languages(
    runtime: Any, administrator: Client
) -> None:
    runtime.mqtt = MqttIngest(MqttSettings("broker.example"), runtime.directory, runtime.pipeline)
    assert "No message was refused" in shown(administrator)
    state = runtime.mqtt.state
    state.last_error = "Cannot connect: refused"
    for n in range(30):
        fault = Fault(0, "result", "number", (("value", f"“word-{n}”"),))
        state.refusals.append((MORNING, f"<topic>/{n}", fault))
    page = shown(administrator)
    assert "broker.example:1883" in page
    assert "not connected" in page
    assert "Cannot connect: refused" in page
    assert "result: This datastream takes numbers, not “word-29”." in page
    assert page.index("<topic>/29") < page.index("<topic>/28")
    assert "<topic>/9<" not in page  # the last twenty
    assert "result: Datastream ini menerima angka, bukan “word-29”." in shown(administrator, "id")
    state.connected = True
    assert "not connected" not in shown(administrator)
