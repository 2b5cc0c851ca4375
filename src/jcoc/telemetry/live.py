"""GET /live: server-sent events of what changed, the newest per datastream.

Who is not logged in gets the public ones among the datastreams asked for.

The store's writer thread marks what changed in arrays by slot; a task turns that into at most ten frames a
second, encoded once per audience (what its members may see and asked for) and handed to all of it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec
import numpy as np
import pyarrow as pa
from django.conf import settings

from jcoc.telemetry.changes import Changes
from jcoc.telemetry.directory import Directory
from jcoc.telemetry.doors import send_problem
from jcoc.telemetry.problems import Problem, language_of
from jcoc.telemetry.stores.contract import ObservationStore
from jcoc.trail.asgi import Receive, Scope, Send

logger = logging.getLogger(__name__)

FAST_S, SLOW_S = 0.1, 0.2
BEAT_S = 5.0
RECHECK_S = 60.0
PUBLIC = frozenset({"public"})
#: What may wait for a client that does not read; beyond it the client is dropped and may come again.
MAX_PENDING_BYTES = 1024 * 1024


@dataclass(eq=False)
class Audience:
    """Clients that see the same: one frame is encoded for all of them."""

    names: frozenset[str]
    wanted: frozenset[int] | None  # datastream ids, None: all
    mask: np.ndarray  # bool by slot
    clients: set[Client] = field(default_factory=set)


class Client:
    """One open stream."""

    def __init__(self, audience: Audience, cookies: str | None) -> None:
        self.audience = audience
        self.cookies = cookies  # None: somebody without a log-in, who sees what is public
        self.ended = False
        self._pending: list[bytes] = []
        self._bytes = 0
        self._wake: asyncio.Future[None] | None = None

    def put(self, chunk: bytes) -> bool:
        """Queue a chunk; False where the client is too slow and was dropped."""
        # By what waited before: one large chunk, the first of many sensors, is no sign of slowness.
        if self._bytes > MAX_PENDING_BYTES:
            self.end()
            return False
        self._pending.append(chunk)
        self._bytes += len(chunk)
        self._notify()
        return True

    def end(self) -> None:
        self.ended = True
        self._pending.clear()
        self._notify()

    def _notify(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def next(self) -> bytes:
        """What is pending, in one piece; empty when the stream has ended."""
        while not self._pending and not self.ended:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        chunk = b"".join(self._pending)
        self._pending.clear()
        self._bytes = 0
        return chunk


class LiveHub:
    """Everything but intake() and what the directory calls runs in the event loop."""

    def __init__(self, store: ObservationStore, directory: Directory) -> None:
        self._directory = directory
        self._boot = secrets.token_hex(4)
        self._changes = Changes()
        self._published = 0  # the number of the commit up to which frames have gone out
        self._audiences: dict[tuple[frozenset[str], frozenset[int] | None], Audience] = {}
        self._interval = FAST_S
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake: asyncio.Event | None = None
        self._streams: set[asyncio.Task[Any]] = set()
        self.dropped = 0
        directory.watch(lambda snapshot: self._changes.grow(len(snapshot)), self._snapshot_changed)
        newest = store.latest()
        self._changes.begin(self._slots(newest), newest)
        self._unsubscribe = store.subscribe(self.intake)

    @property
    def last_event_id(self) -> str:
        """The id of the last frame: who has the state of now and resumes from it misses nothing."""
        return f"{self._boot}-{self._published}"

    @property
    def clients(self) -> int:
        return len(self.open_clients())

    @property
    def anonymous(self) -> int:
        """Open streams of people without a log-in."""
        return sum(client.cookies is None for client in self.open_clients())

    def open_clients(self) -> list[Client]:
        # Copied: a page of the administrators counts them from another thread.
        return [client for audience in list(self._audiences.values()) for client in list(audience.clients)]

    # -- intake, in the writer's thread

    def intake(self, rows: pa.Table) -> None:
        """A listener of the store."""
        self._changes.take(self._slots(rows), rows)
        if self._loop is not None and self._awake is not None and not self._awake.is_set():
            with suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._awake.set)

    def _slots(self, rows: pa.Table) -> np.ndarray:
        return self._directory.snapshot.slots_of_ids(rows["datastream"].to_numpy())

    def _snapshot_changed(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._remask)

    # -- clients

    def join(
        self, names: frozenset[str], wanted: frozenset[int] | None, last_event_id: str, cookies: str | None
    ) -> Client:
        key = (names, wanted)
        audience = self._audiences.get(key)
        if audience is None:
            audience = self._audiences[key] = Audience(names, wanted, self._mask(names, wanted))
        client = Client(audience, cookies)
        client.put(_event("hello", {"t": _now(), "interval": round(self._interval * 1000)}, retry=2000))
        if last_event_id:
            seen = self._commit_of(last_event_id)
            if seen is None:
                client.put(_event("resync", {"t": _now()}))
            elif frame := self._frame(audience, seen, self._published):
                client.put(frame)
        if self._closed:
            client.end()
        audience.clients.add(client)
        return client

    def _commit_of(self, event_id: str) -> int | None:
        """Up to which commit the frame of that id went; None where it is not one of this boot."""
        boot, _, number = event_id.partition("-")
        if boot != self._boot or not number.isdecimal() or len(number) > 18:
            return None
        return int(number) if int(number) <= self._published else None

    def leave(self, client: Client) -> None:
        client.end()
        audience = client.audience
        audience.clients.discard(client)
        key = (audience.names, audience.wanted)
        # A client may leave twice; by then others may have come under the same key.
        if not audience.clients and self._audiences.get(key) is audience:
            del self._audiences[key]

    def _mask(self, names: frozenset[str], wanted: frozenset[int] | None) -> np.ndarray:
        snapshot = self._directory.snapshot
        mask = snapshot.visible(names)
        if wanted is not None:
            mask &= np.isin(snapshot.ids, list(wanted))
        return mask

    def _remask(self) -> None:
        for audience in self._audiences.values():
            audience.mask = self._mask(audience.names, audience.wanted)

    # -- frames

    def _frame(self, audience: Audience, after: int, until: int) -> bytes:
        """What changed after one commit, up to another; empty where nothing did."""
        slots, times, results, qualities = self._changes.between(after, until, audience.mask)
        if not len(slots):
            return b""
        ids = self._directory.snapshot.ids[slots].tolist()
        data = {"t": _now(), "n": list(zip(ids, times, results, qualities, strict=True))}
        return _event("frame", data, identity=f"{self._boot}-{until}")

    def _publish(self) -> None:
        until = self._changes.number
        after, self._published = self._published, until
        for audience in list(self._audiences.values()):
            frame = self._frame(audience, after, until)
            if frame:
                self._put(audience, frame)

    def _put(self, audience: Audience, chunk: bytes) -> None:
        slow = [client for client in audience.clients if not client.put(chunk)]
        for client in slow:
            self.dropped += 1
            self.leave(client)

    async def run(self) -> None:
        """Make frames until close()."""
        self._loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()
        self._awake.set()
        beside = [asyncio.create_task(self._beat()), asyncio.create_task(self._recheck())]
        try:
            while not self._closed:
                await self._awake.wait()
                self._awake.clear()
                started = self._loop.time()
                self._publish()
                # The clients' tasks run in the next turns; what they take belongs to the frame.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                spent = self._loop.time() - started
                if spent > self._interval / 3:
                    self._interval = SLOW_S
                elif spent < FAST_S / 6:
                    self._interval = FAST_S
                await asyncio.sleep(max(0.0, self._interval - spent))
        finally:
            for task in beside:
                task.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            beat = _event("beat", {"t": _now()})
            for audience in list(self._audiences.values()):
                self._put(audience, beat)

    async def _recheck(self) -> None:
        """End the streams of who has logged out or lost the right."""
        while True:
            await asyncio.sleep(RECHECK_S)
            await self.recheck()

    async def recheck(self) -> None:
        by_cookies: dict[str, list[Client]] = {}
        for client in self.open_clients():
            if client.cookies is not None:
                by_cookies.setdefault(client.cookies, []).append(client)
        for cookies, sharing in by_cookies.items():
            try:
                names = await asyncio.to_thread(_audiences_of, cookies)
            except Exception:  # the database may be away for a moment; ask again next time
                logger.exception("Live streams could not be rechecked")
                return
            for client in sharing:
                if client.audience.names != names:
                    self.leave(client)

    def close(self) -> None:
        """End every stream."""
        if self._closed:
            return
        self._closed = True
        self._unsubscribe()
        for client in self.open_clients():
            client.end()
        if self._awake is not None:
            self._awake.set()
        if self._loop is not None and not self._loop.is_closed():
            # Who does not read keeps its task waiting for room to write.
            self._loop.call_later(0.5, lambda: [task.cancel() for task in self._streams])

    async def stream(self, client: Client, receive: Receive, send: Send) -> None:
        """Write to one client until it leaves or is ended."""
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        watching = asyncio.create_task(_until_disconnect(receive, client))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            while chunk := await client.next():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            if not self._closed:
                raise
        finally:
            watching.cancel()
            self._streams.discard(task)
            self.leave(client)


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def _now() -> int:
    return time.time_ns() // 1_000_000


def _event(name: str, data: Any, identity: str = "", retry: int = 0) -> bytes:
    head = f"retry: {retry}\n" if retry else ""
    head += f"event: {name}\n" + (f"id: {identity}\n" if identity else "")
    return head.encode() + b"data: " + msgspec.json.encode(data) + b"\n\n"


async def _until_disconnect(receive: Receive, client: Client) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.end()


def _audiences_of(cookies: str) -> frozenset[str] | None:
    from django.db import close_old_connections

    from jcoc.people.access import principal_from_cookies

    close_old_connections()
    try:
        principal = principal_from_cookies(cookies)
    finally:
        close_old_connections()
    return None if principal is None else principal.audiences


def _wanted(query: str) -> tuple[frozenset[int] | None, str]:
    """The filter, and the id to resume from: an EventSource cannot set the header the first time."""
    parameters = parse_qs(query)
    resume = parameters.get("last_event_id", [""])[0]
    if "datastreams" not in parameters:
        return None, resume
    try:
        ids = frozenset(int(text) for text in parameters["datastreams"][0].split(","))
    except ValueError:
        raise Problem("filter") from None
    # Larger numbers are no ids, and would not fit the arrays.
    return frozenset(number for number in ids if 0 < number < 2**63), resume


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """The bare ASGI callable."""
    from jcoc.telemetry.runtime import current

    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    language = language_of(headers.get("accept-language", ""))
    hub = current().hub
    try:
        if scope["method"] != "GET":
            raise Problem("method", allowed="GET")
        wanted, resume = _wanted(scope["query_string"].decode("latin-1"))
        cookies = headers.get("cookie")
        names = None if cookies is None else await asyncio.to_thread(_audiences_of, cookies)
        if names is None:
            if wanted is None:  # a wall whose log-in has ended must not look alive with the public part
                raise Problem("principal")
            names, cookies = PUBLIC, None
            if hub.anonymous >= settings.LIVE_ANONYMOUS:
                raise Problem("busy", retry_after=30, seconds=30)
    except Problem as problem:
        await send_problem(send, problem, language)
        return
    client = hub.join(names, wanted, headers.get("last-event-id", "") or resume, cookies)
    await hub.stream(client, receive, send)
