"""MQTT as an installation has it: `jcoc serve` with mqtt.toml and its store on disk, and a broker beside it."""

from __future__ import annotations

import json
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support import ROOT, Centre, set_up, until
from telemetry import brokers
from telemetry.brokers import PASSWORD, USER, Broker

TOPIC = "sungai/asam/level"
PUBACK = b"\x40\x02"


class Between:
    """Stands between server and broker; withholds the server's acknowledgements while told to."""

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.withhold = False
        self.withheld = 0
        self.acknowledged = 0
        self.delivered = b""
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                server, _ = self._listener.accept()
                broker = socket.create_connection(("127.0.0.1", self._broker_port))
                self._sockets += [server, broker]
                for one, other in ((server, broker), (broker, server)):
                    threading.Thread(target=self._pass, args=(one, other, one is server), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, from_server: bool) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if from_server and self.withhold:
                    self.withheld += data.count(PUBACK)
                    continue
                if from_server:
                    self.acknowledged += data.startswith(PUBACK)
                else:
                    self.delivered += data
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for one in (self._listener, *self._sockets):
            one.close()


@pytest.fixture
def broker(folder: Path) -> Iterator[Broker]:
    with brokers.nats(folder / "broker") as running:
        yield running


@pytest.fixture
def between(broker: Broker) -> Iterator[Between]:
    one = Between(broker.port)
    yield one
    one.close()


@pytest.fixture
def data(folder: Path, between: Between) -> Path:
    """A data folder with the settings of the broker and a public datastream on the topic."""
    data = set_up(folder / "d")
    settings = data / "mqtt.toml"
    settings.touch(0o600)
    settings.write_text(
        f'host = "127.0.0.1"\nport = {between.port}\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
    )
    done = Centre(data).jcoc("telemetry", "register", str(ROOT / "docs" / "station.toml"))
    assert done.returncode == 0, done.stderr
    return data


def kept(centre: Centre) -> list[Any]:
    url = f"{centre.url}/sensors/sluice-asam-level/download.json?from=2026-01-31&to=2026-01-31"
    with urllib.request.urlopen(url, timeout=20) as answer:
        return [reading["result"] for reading in json.loads(answer.read())["observations"]]


def message(hour: int, result: float) -> str:
    return json.dumps({"phenomenonTime": f"2026-01-31T{hour:02}:00:00+07:00", "result": result})


def publish(broker: Broker, between: Between, *messages: str) -> None:
    until(lambda: b"\x90" in between.delivered, what="the subscription")  # SUBACK
    broker.publish(TOPIC, *messages)


def test_messages_reach_the_disk_and_outlive_a_restart(data: Path, broker: Broker, between: Between) -> None:
    centre = Centre(data)
    with centre.started():
        publish(broker, between, message(8, 148), message(9, 150), message(9, 150))
        until(lambda: kept(centre) == [148, 150], what="the readings")
        until(lambda: between.acknowledged, what="the acknowledgements")
    broker.publish(TOPIC, message(10, 152))  # the broker keeps it
    with centre.started():
        until(lambda: kept(centre) == [148, 150, 152], what="what came meanwhile")


def test_killed_between_delivery_and_acknowledgement_a_message_counts_once(
    data: Path, broker: Broker, between: Between
) -> None:
    centre = Centre(data)
    try:
        centre.start()
        publish(broker, between, message(8, 148))
        until(lambda: kept(centre) == [148], what="the first reading")
        until(lambda: between.acknowledged, what="its acknowledgement")
        between.withhold = True
        broker.publish(TOPIC, message(9, 150))
        until(lambda: between.withheld, what="an acknowledgement on its way")
        assert kept(centre) == [148, 150]  # what it acknowledges is on disk
        centre.stop(signal.SIGKILL)

        assert between.delivered.count(b'"result": 150') == 1
        between.withhold, between.acknowledged = False, 0
        centre.start()
        until(lambda: between.delivered.count(b'"result": 150') == 2, what="the second delivery")
        until(lambda: between.acknowledged, what="its acknowledgement")
        assert kept(centre) == [148, 150]
        broker.publish(TOPIC, message(10, 152))
        until(lambda: kept(centre) == [148, 150, 152], what="the next reading")
        assert centre.stop() == 0
    finally:
        centre.kill_group()
