"""Against real brokers. The store is in memory; holding its answer shows what is acknowledged when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jcoc.telemetry.directory import Directory
from jcoc.telemetry.ingest import mqtt
from jcoc.telemetry.ingest.mqtt import MqttIngest, MqttSettings, MqttSettingsError, read_settings
from jcoc.telemetry.models import MqttTopic
from jcoc.telemetry.runtime import Runtime
from jcoc.telemetry.stores.contract import StoreFull
from telemetry import brokers
from telemetry.brokers import PASSWORD, USER, Broker
from telemetry.small_city import City

pytestmark = pytest.mark.usefixtures("laying_out")


TIMED = '{"phenomenonTime":"2026-01-31T08:00:00+07:00","result":%s}'


@pytest.fixture(params=["mosquitto", "nats"])
def broker(request: pytest.FixtureRequest, folder: Path) -> Iterator[Broker]:
    with getattr(brokers, request.param)(folder / "broker") as running:
        yield running


@pytest.fixture
def topics(city: City) -> City:
    MqttTopic.objects.create(topic="sungai/asam/level", datastream=city.level)
    MqttTopic.objects.create(topic="sungai/asam/gate", datastream=city.word)
    return city


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "FIRST_DELAY_S", 0.05)
    monkeypatch.setattr(mqtt, "LONGEST_DELAY_S", 0.3)


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(20):
        while not (value := condition()):
            await asyncio.sleep(0.01)
    return value


def settings_for(broker: Broker, **more: Any) -> MqttSettings:
    return MqttSettings(
        **{"host": "127.0.0.1", "port": broker.port, "username": USER, "password": PASSWORD} | more
    )


def listening(city: City, settings: MqttSettings, act: Callable[[MqttIngest], Awaitable[None]]) -> MqttIngest:
    """Run an MqttIngest while `act` acts; it is stopped afterwards, its session stays with the broker."""

    async def main(runtime: Runtime) -> MqttIngest:
        ingest = MqttIngest(settings, runtime.directory, runtime.pipeline)
        running = asyncio.create_task(ingest.run())
        try:
            await act(ingest)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return ingest

    done: MqttIngest = city.run(main)
    return done


async def subscribed(ingest: MqttIngest) -> None:
    await until(lambda: ingest.subscribed == set(ingest.directory.snapshot.topics))


def results(city: City) -> list[Any]:
    return [row["result"] for row in city.store.rows.values()]


def test_numbers_and_objects_are_kept_and_what_is_wrong_is_counted(topics: City, broker: Broker) -> None:
    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(
            broker.publish,
            "sungai/asam/level",
            "1.25",
            TIMED % 2.5,
            TIMED % 2.5,  # the same again
            TIMED % 3.5,  # a correction
            TIMED % '"tinggi"',
            "NaN",
            "{",
            '{"result":1,"phenomenonTime":"2026-01-31T08:00:00"}',
        )
        await asyncio.to_thread(broker.publish, "sungai/asam/gate", '"buka"')
        await until(lambda: ingest.state.received == 9 and ingest.state.kept == 5)
        reasons = [fault.said("en") for _, _, fault in ingest.state.refusals]
        assert reasons == [
            "result: This datastream takes numbers, not “tinggi”.",
            "“NaN” is neither a number nor a JSON object.",
            "“{” is neither a number nor a JSON object.",
            "phenomenonTime: “2026-01-31T08:00:00” does not say its offset from UTC, such as Z or +07:00.",
        ]

    listening(topics, settings_for(broker), act)
    assert sorted(result for result in results(topics) if result) == [1.25, 3.5]
    assert [row["result_json"] for row in topics.store.rows.values() if row["result_json"]] == ['"buka"']


def test_what_comes_while_the_server_is_down_waits_at_the_broker(topics: City, broker: Broker) -> None:
    listening(topics, settings_for(broker), subscribed)
    broker.publish("sungai/asam/level", TIMED % 1, "7")

    async def act(ingest: MqttIngest) -> None:
        await until(lambda: ingest.state.kept == 2)

    listening(topics, settings_for(broker), act)
    assert sorted(results(topics)) == [1, 7]


def test_a_message_is_acknowledged_only_when_it_is_on_disk(topics: City, broker: Broker) -> None:
    """The server ends between the append and the commit: the broker delivers again, and it counts once."""
    topics.store.held = []

    async def cut_off(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(broker.publish, "sungai/asam/level", TIMED % 4)
        await until(lambda: topics.store.held)
        assert ingest.state.kept == 0

    listening(topics, settings_for(broker), cut_off)
    topics.store.held = None

    async def again(ingest: MqttIngest) -> None:
        await until(lambda: ingest.state.kept == 1)

    listening(topics, settings_for(broker), again)
    assert results(topics) == [4]
    assert [batch.num_rows for batch in topics.store.batches] == [1, 1]  # it did come twice

    async def nothing_left(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(
            broker.publish, "sungai/asam/level", '{"phenomenonTime":"2026-02-01T00:00Z","result":5}'
        )
        await until(lambda: ingest.state.kept == 1)
        assert ingest.state.received == 1

    listening(topics, settings_for(broker), nothing_left)
    assert results(topics) == [4, 5]


def test_a_broker_that_restarts_is_found_again(
    topics: City, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(broker.stop)
        await until(lambda: not ingest.state.connected)
        await until(lambda: "Cannot connect" in ingest.state.last_error)
        assert "The connection ended" in caplog.text
        await asyncio.to_thread(broker.start)
        await subscribed(ingest)
        assert ingest.state.last_error == ""
        await asyncio.to_thread(broker.publish, "sungai/asam/level", TIMED % 6)
        await until(lambda: ingest.state.kept == 1)

    listening(topics, settings_for(broker), act)
    assert results(topics) == [6]


def test_a_bare_number_delivered_twice_to_one_process_counts_once(topics: City, folder: Path) -> None:
    topics.store.held = []

    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(broker.publish, "sungai/asam/level", "8.5")
        await until(lambda: topics.store.held)
        await asyncio.to_thread(broker.stop)  # before it was acknowledged
        topics.store.release()
        await asyncio.to_thread(broker.start)
        await until(lambda: ingest.state.received == 2 and ingest.state.kept == 2)

    with brokers.mosquitto(folder / "broker") as broker:
        listening(topics, settings_for(broker), act)
    assert results(topics) == [8.5]


def test_a_full_disk_makes_messages_wait(topics: City, broker: Broker) -> None:
    topics.store.fail_with = StoreFull("full")

    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(broker.publish, "sungai/asam/level", TIMED % 9)
        await until(lambda: ingest.state.received)
        await asyncio.sleep(0.2)
        assert ingest.state.kept == 0
        topics.store.fail_with = None
        await until(lambda: ingest.state.kept == 1)

    listening(topics, settings_for(broker), act)
    assert results(topics) == [9]


def test_a_retained_number_without_a_time_is_refused(topics: City, broker: Broker) -> None:
    broker.publish("sungai/asam/level", "3", retain=True)

    async def act(ingest: MqttIngest) -> None:
        await until(lambda: ingest.state.refused == 1)
        assert "does not say when it was true" in ingest.state.refusals[0][2].said("en")

    listening(topics, settings_for(broker), act)
    assert results(topics) == []


def test_topics_follow_the_database(topics: City, broker: Broker) -> None:
    changed = Directory()
    MqttTopic.objects.create(topic="sungai/asam/rain", datastream=topics.rain)
    changed.refresh()
    MqttTopic.objects.get(topic="sungai/asam/rain").delete()

    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        assert ingest.subscribed == {"sungai/asam/level", "sungai/asam/gate"}
        ingest.directory.replace(changed.snapshot)
        await until(lambda: "sungai/asam/rain" in ingest.subscribed)
        await asyncio.to_thread(broker.publish, "sungai/asam/rain", TIMED % 11)
        await until(lambda: ingest.state.kept == 1)

    listening(topics, settings_for(broker), act)
    assert [row["datastream"] for row in topics.store.rows.values()] == [topics.rain.pk]


def test_a_wrong_topic_silences_no_other(
    topics: City, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    """Before topics were checked, such rows could be stored."""
    for wrong in ("a/#/b", "sungai/+/level", "nul\0"):
        MqttTopic.objects.create(topic=wrong, datastream=topics.rain)

    async def act(ingest: MqttIngest) -> None:
        await until(lambda: ingest.subscribed == {"sungai/asam/level", "sungai/asam/gate"})
        await asyncio.to_thread(broker.publish, "sungai/asam/level", TIMED % 12)
        await until(lambda: ingest.state.kept == 1)

    listening(topics, settings_for(broker), act)
    assert results(topics) == [12]
    assert "“a/#/b” cannot be listened to" in caplog.text


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_tls_and_credentials(topics: City, folder: Path) -> None:
    async def act(ingest: MqttIngest) -> None:
        await subscribed(ingest)
        await asyncio.to_thread(broker.publish, "sungai/asam/level", TIMED % 10)
        await until(lambda: ingest.state.kept == 1)

    async def refused(ingest: MqttIngest) -> None:
        await until(lambda: ingest.state.last_error)

    with brokers.mosquitto(folder / "broker", tls=True) as broker:
        stranger = listening(topics, settings_for(broker, tls=True), refused)
        assert "certificate verify failed" in stranger.state.last_error
        wrong = listening(
            topics, settings_for(broker, tls=True, ca_file=broker.ca_file, password="salah"), refused
        )
        assert "The broker refused the connection: Not authorized" in wrong.state.last_error
        listening(topics, settings_for(broker, tls=True, ca_file=broker.ca_file), act)
    assert results(topics) == [10]


def test_settings_come_from_the_file_and_the_environment(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "mqtt.toml"
    assert read_settings(path, {}) is None
    assert read_settings(path, {"JCOC_MQTT_HOST": "b", "JCOC_MQTT_TLS": "true"}) == MqttSettings(
        "b", tls=True
    )
    path.write_text('host = "a"\nport = 1884\n')
    path.chmod(0o600)
    assert read_settings(path, {"JCOC_MQTT_PORT": "1885"}) == MqttSettings("a", 1885)
    assert not caplog.records
    path.chmod(0o644)
    read_settings(path, {})
    assert "can be read by others" in caplog.text
    path.write_text('hots = "a"\n')
    with pytest.raises(MqttSettingsError, match="cannot be used: Object"):
        read_settings(path, {})
    path.write_text("host =")
    with pytest.raises(MqttSettingsError, match="is not TOML"):
        read_settings(path, {})
