"""The simulator's process: it sends the simulated readings to POST /ingest, as a real gateway would.

It knows neither Django nor the data folder. What it is told comes as one JSON line on standard input, so that the
token stands on no command line; the end of standard input is the end of the process.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from jcoc.demo.catalogue import city_stations
from jcoc.demo.simulation import Readings, Simulation
from jcoc.trail.local import UnixConnection

TICK = 0.2
#: After a longer pause (a machine that slept) the simulation goes on from now.
LONGEST_PAUSE = 10.0
#: A new datastream or token is known to the server within seconds.
PATIENCE = 15.0


class SenderRefused(RuntimeError):
    """The server does not take the readings; the text says why."""


@dataclass(frozen=True)
class Orders:
    """What the process is told."""

    seed: str
    host: str = "127.0.0.1"
    port: int = 0
    token: str = ""
    socket: str = ""  # the local socket, in place of host, port and token
    more: int = 0  # streams for load, which are sent alone
    rate: float | None = None


def simulation_of(orders: Orders) -> Simulation:
    stations = city_stations(date.today(), orders.more)  # noqa: DTZ011 (which day it is changes no seed)
    if orders.more:
        stations = stations[len(city_stations(date.today())) :]  # noqa: DTZ011
    return Simulation(
        [stream for station in stations for stream in station.streams], orders.seed, orders.rate
    )


def encoded(simulation: Simulation, readings: Readings) -> bytes:
    """The readings as a JSON array for POST /ingest."""
    codes = [stream.code for stream in simulation.streams]
    return msgspec.json.encode(
        [
            {
                "datastream": codes[stream],
                "phenomenonTime": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
                "result": value,
            }
            for stream, at, value in zip(
                readings.stream.tolist(), readings.time.tolist(), readings.value.tolist(), strict=True
            )
        ]
    )


class Sender:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if orders.token:
            self._headers["Authorization"] = f"Bearer {orders.token}"
        self._connection: http.client.HTTPConnection | None = None

    def post(self, body: bytes) -> None:
        """Send until it is on disk. :class:`SenderRefused` where the server keeps on refusing it."""
        refused_since: float | None = None
        while True:
            try:
                status, retry_after, answer = self._exchange(body)
            except (OSError, http.client.HTTPException):
                self.close()
                time.sleep(0.5)
                continue
            if status in (200, 201):
                return
            if status in (429, 503, 507):
                time.sleep(min(float(retry_after or 1), 5.0))
                continue
            refused_since = refused_since or time.monotonic()
            if time.monotonic() - refused_since > PATIENCE:
                raise SenderRefused(f"{status} {answer.decode(errors='replace')[:300]}")
            time.sleep(0.5)

    def _exchange(self, body: bytes) -> tuple[int, str | None, bytes]:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request("POST", "/ingest", body, self._headers)
        response = self._connection.getresponse()
        return response.status, response.headers.get("Retry-After"), response.read()

    def _connect(self) -> http.client.HTTPConnection:
        if self._orders.socket:
            return UnixConnection(Path(self._orders.socket), timeout=30)
        return http.client.HTTPConnection(self._orders.host, self._orders.port, timeout=30)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def send(orders: Orders, on_first: Callable[[], None] | None = None) -> None:
    """Send for ever. on_first is called when the first readings are on disk."""
    simulation, sender = simulation_of(orders), Sender(orders)
    sent_until = time.time() - TICK
    due = time.monotonic()
    while True:
        now = time.time()
        # A clock that was set back sends nothing twice: the server counts an equal repeat once.
        readings = simulation.readings(max(min(sent_until, now), now - LONGEST_PAUSE), now)
        sent_until = now
        if len(readings):
            sender.post(encoded(simulation, readings))
            if on_first:
                on_first()
                on_first = None
        due = max(due + TICK, time.monotonic() - TICK)
        time.sleep(max(0.0, due - time.monotonic()))


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 65536)
        if not part:
            return
        line += part
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        send(Orders(**json.loads(line)), lambda: print("ready", flush=True))  # noqa: T201
    except SenderRefused as refused:
        sys.exit(f"The simulated readings were refused: {refused}")


if __name__ == "__main__":
    main()
