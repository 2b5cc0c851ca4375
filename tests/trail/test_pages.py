"""What clients that are silent, slow or gone cost: no thread, and not for long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from jcoc.trail.pages import Pages


class Stream:
    """A streaming answer without end, as Django's are seen by WSGI."""

    streaming = True

    def __init__(self) -> None:
        self.made = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.made += 1
            yield bytes(70_000)

    def close(self) -> None:
        self.closed.set()


class Site:
    """A WSGI application: /stream as above, /hello for a greeting that says what was sent."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/stream":
            self.streams.append(Stream())
            return self.streams[-1]
        return [b"hello " + environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


class Exchange:
    """One request, its body in parts; the client hears nothing while `reads` is not set."""

    def __init__(self, path: str, *parts: bytes, ends: bool = True, method: str = "GET") -> None:
        length = str(sum(map(len, parts))).encode()
        self.scope = {
            "type": "http", "method": method, "path": path, "query_string": b"", "http_version": "1.1",
            "headers": [(b"content-length", length)],
        }  # fmt: skip
        self.parts = list(parts) or [b""]
        self.ends = ends
        self.status = 0
        self.body = b""
        self.reads, self.gone = asyncio.Event(), asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.ends}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        await self.reads.wait()
        self.body += message["body"]

    def through(self, pages: Pages) -> Coroutine[Any, Any, None]:
        return pages(self.scope, self.receive, self.send)


async def greeted(pages: Pages) -> bool:
    hello = Exchange("/hello", b"you ", b"there")
    hello.reads.set()
    await asyncio.wait_for(hello.through(pages), 5)
    return (hello.status, hello.body) == (200, b"hello you there")


@pytest.mark.parametrize("silent", ["sends nothing", "reads nothing"])
def test_more_silent_clients_than_threads_hold_nobody_up(silent: str) -> None:
    async def act() -> None:
        site = Site()
        pages = Pages(site, 2)
        exchanges = [
            Exchange("/hello", ends=False) if silent == "sends nothing" else Exchange("/stream")
            for _ in range(8)
        ]
        open_ = [asyncio.create_task(exchange.through(pages)) for exchange in exchanges]
        while silent == "reads nothing" and len([s for s in site.streams if s.made]) < 8:
            await asyncio.sleep(0.01)
        assert await greeted(pages)
        for exchange in exchanges:
            exchange.gone.set()
            exchange.reads.set()
        await asyncio.wait_for(asyncio.gather(*open_), 5)

    asyncio.run(act())


def test_a_body_that_does_not_come_is_refused_in_time() -> None:
    async def act() -> None:
        slow = Exchange("/hello", b"half", ends=False)
        slow.reads.set()
        await asyncio.wait_for(slow.through(Pages(Site(), 1, body_s=0.05)), 5)
        assert (slow.status, slow.parts) == (408, [])

    asyncio.run(act())


def test_a_body_that_is_too_large_is_read_to_its_end_and_refused() -> None:
    async def act() -> None:
        large = Exchange("/hello", *[bytes(1000)] * 20)
        large.reads.set()
        await large.through(Pages(Site(), 1, max_body=10_000))
        assert (large.status, large.parts) == (413, [])

    asyncio.run(act())


def test_who_does_not_read_is_given_up_and_the_stream_is_closed() -> None:
    async def act() -> None:
        site = Site()
        pages = Pages(site, 1, send_s=0.05)
        await asyncio.wait_for(Exchange("/stream").through(pages), 5)
        assert site.streams[0].closed.is_set()
        assert site.streams[0].made <= 2
        assert await greeted(pages)

    asyncio.run(act())


def test_a_stream_ends_when_its_reader_goes() -> None:
    async def act() -> None:
        site = Site()
        leaving = Exchange("/stream")
        leaving.reads.set()
        task = asyncio.create_task(leaving.through(Pages(site, 1)))
        while len(leaving.body) < 10 * 70_000:
            await asyncio.sleep(0.01)
        leaving.gone.set()
        await asyncio.wait_for(task, 5)
        assert site.streams[0].closed.is_set()

    asyncio.run(act())


def test_a_head_request_makes_nothing() -> None:
    async def act() -> None:
        site = Site()
        head = Exchange("/stream", method="HEAD")
        head.reads.set()
        await asyncio.wait_for(head.through(Pages(site, 1)), 5)
        assert (head.status, site.streams[0].made, head.body) == (200, 0, b"")
        assert site.streams[0].closed.is_set()

    asyncio.run(act())


def test_how_much_a_view_takes_is_asked_only_for_a_body_that_is_large() -> None:
    async def act() -> None:
        asked: list[str] = []

        def most(path: str) -> int:
            asked.append(path)
            return 400_000 if path == "/hello" else 300_000

        pages = Pages(Site(), 1, most_bytes=most)
        small = Exchange("/hello", bytes(200_000))
        small.reads.set()
        await small.through(pages)
        assert (small.status, asked) == (200, [])
        for path, status in (("/hello", 200), ("/other", 413)):
            large = Exchange(path, bytes(200_000), bytes(150_000), bytes(1))
            large.reads.set()
            await large.through(pages)
            assert (large.status, large.parts) == (status, [])
        assert asked == ["/hello", "/other"]

    asyncio.run(act())


def test_bodies_that_would_fill_the_memory_together_are_refused_and_room_comes_back() -> None:
    async def act() -> None:
        pages = Pages(Site(), 1, max_arriving=500_000)
        waiting = Exchange("/hello", bytes(250_000), ends=False)
        task = asyncio.create_task(waiting.through(pages))
        await asyncio.sleep(0)
        while waiting.parts:
            await asyncio.sleep(0.01)
        other = Exchange("/hello", bytes(251_000))
        other.reads.set()
        await other.through(pages)
        assert other.status == 503
        waiting.gone.set()
        await asyncio.wait_for(task, 5)
        again = Exchange("/hello", bytes(251_000))
        again.reads.set()
        await again.through(pages)
        assert again.status == 200

    asyncio.run(act())


def test_a_body_that_keeps_coming_has_longer_but_not_once_it_is_too_large() -> None:
    class Trickle(Exchange):
        """A part each tenth of a second."""

        async def receive(self) -> dict[str, Any]:
            await asyncio.sleep(0.1)
            return await super().receive()

    async def act() -> None:
        pages = Pages(Site(), 1, body_s=0.6, max_body=1_000_000)
        steady = Trickle("/hello", *[bytes(100_000)] * 9)  # 0.9 s; each part gives six seconds more
        steady.reads.set()
        await steady.through(pages)
        assert steady.status == 200
        endless = Trickle("/hello", *[bytes(1_000_001)] * 200)
        endless.reads.set()
        await asyncio.wait_for(endless.through(pages), 15)
        assert (endless.status, bool(endless.parts)) == (408, True)

    asyncio.run(act())
