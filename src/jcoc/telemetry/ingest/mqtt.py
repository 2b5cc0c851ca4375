"""Readings from an MQTT 3.1.1 broker: QoS 1, acknowledged to the broker only when they are on disk.

paho-mqtt is used directly: its `manual_ack` is what lets the acknowledgement wait for the commit, and asyncio
wrappers hide it. A message whose acknowledgement got lost comes again and counts once, for its phenomenonTime is
its identity. A bare number has none: its time is its arrival, remembered for when the broker delivers it again
(flag DUP) to the same process. Devices that need exactly-once across a crash of the server send phenomenonTime.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import ssl
from collections import OrderedDict, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from jcoc.telemetry import topics
from jcoc.telemetry.directory import Directory
from jcoc.telemetry.ingest.decode import Decoded
from jcoc.telemetry.ingest.faults import Fault, shown
from jcoc.telemetry.ingest.http import believed_times
from jcoc.telemetry.ingest.pipeline import Pipeline
from jcoc.telemetry.ingest.reading import Row, read_row
from jcoc.telemetry.problems import Problem

logger = logging.getLogger(__name__)

FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0
#: Arrival times kept for redeliveries of bare numbers.
REMEMBERED = 10_000
MAX_PAYLOAD = 64 * 1024
_SUBSCRIBE_AT_ONCE = 100


class MqttSettingsError(ValueError):
    """The settings cannot be used; the text is a sentence."""


class MqttSettings(msgspec.Struct, forbid_unknown_fields=True):
    """The file mqtt.toml of the data folder; each is overridden by JCOC_MQTT_<NAME>."""

    host: str
    port: int = 0  # 0: 1883, with TLS 8883
    username: str = ""
    password: str = ""
    client_id: str = "jcoc"  # keep it: the broker keeps what arrives while the server is down under this name
    tls: bool = False
    ca_file: str = ""  # empty: the system's authorities
    cert_file: str = ""
    key_file: str = ""
    keepalive: int = 30


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> MqttSettings | None:
    """The settings; None where there is neither a file nor JCOC_MQTT_HOST."""
    found: dict[str, Any] = {}
    if path.exists():
        if path.stat().st_mode & 0o077:
            logger.warning("%s can be read by others; its mode should be 0600.", path)
        try:
            found = msgspec.toml.decode(path.read_bytes())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MqttSettingsError(f"{path.name} is not TOML: {error}") from None
    for name in MqttSettings.__struct_fields__:
        if text := environment.get(f"JCOC_MQTT_{name.upper()}"):
            found[name] = text
    if not found:
        return None
    try:
        return msgspec.convert(found, MqttSettings, strict=False)
    except msgspec.ValidationError as error:
        raise MqttSettingsError(f"The MQTT settings cannot be used: {error}") from None


@dataclass
class MqttState:
    """For the operator's page."""

    broker: str
    connected: bool = False
    received: int = 0
    kept: int = 0
    refused: int = 0
    last_error: str = ""
    #: The newest last.
    refusals: deque[tuple[datetime, str, Fault]] = field(default_factory=lambda: deque(maxlen=50))


class MqttIngest:
    """One connection to one broker, kept up until stop()."""

    def __init__(self, settings: MqttSettings, directory: Directory, pipeline: Pipeline) -> None:
        self._settings = settings
        self.directory = directory
        self._pipeline = pipeline
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: paho.Client | None = None  # while connected
        self._asked: set[str] = set()  # topics, on this connection
        self._unanswered: dict[int, list[str]] = {}  # by packet id
        #: Topics that the broker has agreed to on this connection.
        self.subscribed: set[str] = set()
        self._arrivals: OrderedDict[tuple[str, int, bytes], datetime] = OrderedDict()
        self._working: set[asyncio.Task[None]] = set()
        self.state = MqttState(f"{settings.host}:{self._port}")

    @property
    def _port(self) -> int:
        return self._settings.port or (8883 if self._settings.tls else 1883)

    async def run(self) -> None:
        """Connect, and connect again with growing, jittered pauses, until cancelled."""
        self._loop = asyncio.get_running_loop()
        self.directory.watch(after=self._topics_changed)
        delay = FIRST_DELAY_S
        try:
            while True:
                if await self._one_connection():
                    delay = FIRST_DELAY_S
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311
                delay = min(2 * delay, LONGEST_DELAY_S)
        finally:
            for task in self._working:
                task.cancel()

    async def _one_connection(self) -> bool:
        """Hold one connection until it ends; whether it was ever up."""
        assert self._loop is not None
        loop = self._loop
        ended: asyncio.Future[None] = loop.create_future()
        was_up = False

        def connected(client: paho.Client, *arguments: Any) -> None:
            loop.call_soon_threadsafe(up, client, arguments[2])

        def up(client: paho.Client, reason: Any) -> None:
            nonlocal was_up
            if reason.is_failure:
                self._failed(f"The broker refused the connection: {reason}")
                client.disconnect()
                return
            was_up = True
            self._client = client
            self._asked, self.subscribed, self._unanswered = set(), set(), {}
            self.state.connected, self.state.last_error = True, ""
            logger.info("Connected to the MQTT broker %s", self.state.broker)
            self._subscribe()

        def disconnected(*arguments: Any) -> None:
            loop.call_soon_threadsafe(down, arguments[3])

        def down(reason: Any) -> None:
            if ended.done():  # stopped on purpose
                return
            if was_up:
                self._failed(f"The connection ended: {reason}")
            ended.set_result(None)

        def answered(client: paho.Client, _data: Any, packet: int, reasons: list[Any], _: Any) -> None:
            loop.call_soon_threadsafe(self._subscription_answered, client, packet, reasons)

        def came(client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
            loop.call_soon_threadsafe(self._arrived, client, message)

        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._settings.client_id,
            clean_session=False,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.on_connect = connected
        client.on_disconnect = disconnected
        client.on_subscribe = answered
        client.on_message = came
        try:
            await asyncio.to_thread(self._connect, client)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            self._failed(f"Cannot connect: {error}")
            return False
        client.loop_start()
        try:
            await ended
        finally:
            self._client, self.state.connected = None, False
            self.subscribed = set()
            with suppress(RuntimeError):
                client.disconnect()
            await asyncio.shield(asyncio.to_thread(client.loop_stop))
        return was_up

    def _connect(self, client: paho.Client) -> None:
        settings = self._settings
        if settings.username:
            client.username_pw_set(settings.username, settings.password)
        if settings.tls:
            context = ssl.create_default_context(cafile=settings.ca_file or None)
            if settings.cert_file:
                context.load_cert_chain(settings.cert_file, settings.key_file or None)
            client.tls_set_context(context)
        client.connect(settings.host, self._port, settings.keepalive)

    def _failed(self, why: str) -> None:
        self.state.last_error = why
        logger.warning("MQTT broker %s: %s", self.state.broker, why)

    # -- topics

    def _topics_changed(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._subscribe)

    def _subscribe(self) -> None:
        if self._client is None:
            return
        wanted = set(self.directory.snapshot.topics)
        if gone := sorted(self._asked - wanted):
            self._client.unsubscribe(gone)
            self.subscribed -= set(gone)
        new = sorted(filter(topics.is_name, wanted - self._asked))
        for topic in wanted - self._asked - set(new):
            self._failed(f"“{shown(topic)}” cannot be listened to: it names no single topic.")
        for start in range(0, len(new), _SUBSCRIBE_AT_ONCE):
            part = new[start : start + _SUBSCRIBE_AT_ONCE]
            _, packet = self._client.subscribe([(topic, 1) for topic in part])
            if packet is not None:
                self._unanswered[packet] = part
        self._asked = wanted

    def _subscription_answered(self, client: paho.Client, packet: int, reasons: list[Any]) -> None:
        topics = self._unanswered.pop(packet, []) if client is self._client else []
        for topic, reason in zip(topics, reasons, strict=False):
            if reason.is_failure:
                self._failed(f"The broker refused the subscription to {topic}: {reason}")
            else:
                self.subscribed.add(topic)

    # -- messages

    def _arrived(self, client: paho.Client, message: paho.MQTTMessage) -> None:
        self.state.received += 1
        outcome = self._read(message)
        if isinstance(outcome, Fault):
            self._refuse(message.topic, outcome)
            self._acknowledge(client, message)
            return
        assert self._loop is not None
        task = self._loop.create_task(self._keep(client, message, outcome))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _read(self, message: paho.MQTTMessage) -> Row | Fault:
        """The reading of a message, or why it is refused."""
        snapshot = self.directory.snapshot
        slot = snapshot.topics.get(message.topic)
        if slot is None:
            return Fault(0, "", "topic_unknown")
        if len(message.payload) > MAX_PAYLOAD:
            return Fault(0, "", "message_large", (("most", MAX_PAYLOAD // 1024),))
        try:
            value = msgspec.json.decode(message.payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            value = shown(message.payload.decode(errors="replace"))
            return Fault(0, "", "message_form", (("value", value),))
        reading = dict(value) if isinstance(value, dict) else {"result": value}
        if "phenomenonTime" not in reading:
            if message.retain:
                return Fault(0, "", "retained")
            reading["phenomenonTime"] = self._arrival(message).isoformat()
        for name in ("datastream", "Datastream"):
            reading.pop(name, None)
        code = snapshot.codes[slot]
        return read_row(0, {"datastream": code} | reading, snapshot, {code: slot}, believed_times())

    def _arrival(self, message: paho.MQTTMessage) -> datetime:
        key = (message.topic, message.mid, bytes(message.payload))
        known = self._arrivals.get(key) if message.dup else None
        if known is None:
            known = self._arrivals[key] = datetime.now(UTC)
            self._arrivals.move_to_end(key)
            if len(self._arrivals) > REMEMBERED:
                self._arrivals.popitem(last=False)
        return known

    async def _keep(self, client: paho.Client, message: paho.MQTTMessage, row: Row) -> None:
        """Bring a reading to disk, however long that takes; the broker waits, and holds back what follows."""
        delay = FIRST_DELAY_S
        while True:
            try:
                await self._pipeline.submit(Decoded(1, rows=[row]))
                break
            except Problem as problem:
                logger.warning("A reading of topic %s waits: %s", message.topic, problem.code)
                await asyncio.sleep(delay)
                delay = min(2 * delay, LONGEST_DELAY_S)
        self.state.kept += 1
        self._acknowledge(client, message)

    def _refuse(self, topic: str, fault: Fault) -> None:
        self.state.refused += 1
        self._pipeline.totals["refused"] += 1
        self.state.refusals.append((datetime.now(UTC), topic, fault))
        logger.warning("MQTT message of topic %s refused: %s", topic, fault.said("en"))

    def _acknowledge(self, client: paho.Client, message: paho.MQTTMessage) -> None:
        # On a connection that has ended it would mean nothing: the broker delivers again, and that counts once.
        if client is self._client and message.qos == 1:
            client.ack(message.mid, message.qos)
