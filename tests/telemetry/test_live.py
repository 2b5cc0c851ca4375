from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from jcoc.telemetry import live as live_module
from jcoc.telemetry.live import live
from jcoc.telemetry.runtime import Runtime
from telemetry.small_city import City, post

T = "2026-01-31T08:00:00+07:00"
OPERATOR = frozenset({"public", "operators"})


class Stream:
    """A client of /live that speaks ASGI."""

    def __init__(self, query: str = "", headers: dict[str, str] | None = None) -> None:
        self.status = 0
        self.body = b""
        self.finished = False
        self.reading = asyncio.Event()
        self.reading.set()
        self._gone = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in (headers or {"cookie": "operator"}).items()],
        }
        self.task = asyncio.create_task(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message["body"]
            self.finished = not message.get("more_body", False)

    def leave(self) -> None:
        self._gone.set()

    @property
    def events(self) -> list[tuple[str, str, Any]]:
        """(event, id, data) of what came so far."""
        found = []
        for block in self.body.decode().split("\n\n")[:-1]:
            lines = dict(line.split(": ", 1) for line in block.split("\n"))
            found.append((lines["event"], lines.get("id", ""), msgspec.json.decode(lines["data"])))
        return found

    def of(self, name: str) -> list[tuple[str, Any]]:
        return [(identity, data) for event, identity, data in self.events if event == name]


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(10):
        while not (value := condition()):
            await asyncio.sleep(0.005)
    return value


@pytest.fixture(autouse=True)
def principals(monkeypatch: pytest.MonkeyPatch) -> dict[str, frozenset[str]]:
    """Who a Cookie header stands for; the real look-up is tested through a real server."""
    known = {"operator": OPERATOR, "visitor": frozenset({"public"})}
    monkeypatch.setattr(live_module, "_audiences_of", known.get)
    return known


def test_a_reading_becomes_a_frame(city: City) -> None:
    async def act(runtime: Runtime) -> None:
        stream = Stream()
        await until(lambda: stream.of("hello"))
        answer = await post(
            {"datastream": "level", "phenomenonTime": T, "result": 9.5}, secret=city.secret
        )  # above the highest
        assert answer.status == 201, answer.body
        ((identity, data),) = await until(lambda: stream.of("frame"))
        assert data["n"] == [[city.level.pk, 1769821200000, 9.5, 1]]
        assert identity == runtime.hub.last_event_id
        stream.leave()
        await stream.task
        assert runtime.hub.clients == 0

    city.run(act)
