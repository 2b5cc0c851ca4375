"""A small city with a runtime on a store in memory, and a client of /ingest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jcoc.telemetry import runtime as runtimes
from jcoc.telemetry.directory import Directory
from jcoc.telemetry.ingest.http import ingest
from jcoc.telemetry.ingest.pipeline import Pipeline
from jcoc.telemetry.live import LiveHub
from jcoc.telemetry.models import Datastream, DeviceToken
from telemetry.memory_store import MemoryStore


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class City:
    level: Datastream
    rain: Datastream
    word: Datastream
    foreign: Datastream
    token: DeviceToken
    secret: str
    store: MemoryStore = field(default_factory=MemoryStore)

    @asynccontextmanager
    async def running(self, directory: Directory) -> AsyncIterator[runtimes.Runtime]:
        runtime = runtimes.Runtime(
            self.store, directory, Pipeline(self.store, directory), LiveHub(self.store, directory)
        )
        runtimes.set_current(runtime)
        frames = asyncio.create_task(runtime.hub.run())
        try:
            yield runtime
        finally:
            runtimes.set_current(None)
            runtime.hub.close()
            await frames

    def run(self, act: Callable[[runtimes.Runtime], Coroutine[Any, Any, Any]]) -> Any:
        """Run a coroutine against a runtime of its own; its directory is read before, outside the loop."""
        directory = Directory()
        directory.refresh()

        async def main() -> Any:
            async with self.running(directory) as runtime:
                return await act(runtime)

        return asyncio.run(main())

    def post(self, body: Any, **options: Any) -> Answer:
        """POST to /ingest with the city's token; a body that is not bytes is sent as JSON."""

        async def act(_: runtimes.Runtime) -> Answer:
            return await post(body, **{"secret": self.secret} | options)

        answer: Answer = self.run(act)
        return answer


async def post(
    body: Any,
    *,
    secret: str | None = None,
    headers: dict[str, str] | None = None,
    query: str = "",
    method: str = "POST",
    parts: list[bytes] | None = None,
    then_silent: bool = False,
    local: bool = False,
) -> Answer:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    sent = {"content-type": "application/json", "accept-language": "en"} | (headers or {})
    if secret is not None:
        sent["authorization"] = f"Bearer {secret}"
    pieces = [data] if parts is None else list(parts)
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": "/ingest",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    if local:
        scope["jcoc.local"] = True
    answer = Answer()

    async def receive() -> dict[str, Any]:
        if not pieces and then_silent:
            await asyncio.Event().wait()
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces) or then_silent}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message["body"]

    await ingest(scope, receive, send)
    return answer
