"""Heads of requests that do not come, or do not end, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from jcoc.trail import protocol
from jcoc.trail.protocol import BoundedHeads


async def greet(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@asynccontextmanager
async def server() -> AsyncIterator[int]:
    config = uvicorn.Config(
        greet, port=0, http=BoundedHeads, ws="none", lifespan="off", log_level="critical", access_log=False
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    await task


async def said(port: int, *pieces: bytes, end: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def run(*pieces: bytes) -> bytes:
    async def act() -> bytes:
        async with server() as port:
            return await said(port, *pieces)

    return asyncio.run(act())


def test_an_ordinary_head_is_answered() -> None:
    cookie = b"Cookie: a=" + b"x" * 8000 + b"\r\n"
    assert run(HEAD + cookie + b"\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"A%d: b\r\n" % n for n in range(101)) + b"\r\n",
        b"Cookie: " + b"x" * 33_000 + b"\r\n\r\n",
        b"".join(b"A%d: %b\r\n" % (n, b"b" * 1000) for n in range(90)),  # never ends
    ],
    ids=["many", "large", "endless"],
)
def test_a_large_head_is_refused(head: bytes) -> None:
    pieces = [head[at : at + 4096] for at in range(0, len(head), 4096)]
    assert run(HEAD, *pieces).split(b"\r\n")[0] in (b"HTTP/1.1 431 Request Header Fields Too Large", b"reset")


def test_a_long_address_is_refused() -> None:
    assert run(b"GET /" + b"x" * 33_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(("piece", "answer"), [(b"GET / HT", b"HTTP/1.1 408 Request Timeout"), (b"", b"")])
def test_a_head_that_does_not_come_ends_the_connection(
    piece: bytes, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.1)
    assert run(piece).split(b"\r\n")[0] == answer


def test_a_second_request_on_the_same_connection_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.3)
    whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    async def act() -> bytes:
        async with server() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            heard = b""
            for _ in range(3):
                writer.write(whole)
                heard += await reader.readuntil(b"hi")
                await asyncio.sleep(0.2)
            writer.write(whole[:9])
            heard += await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return heard

    heard = asyncio.run(act())
    assert heard.count(b"HTTP/1.1 200") == 3
    assert b"HTTP/1.1 408" in heard


def test_what_is_no_http_is_refused() -> None:
    assert run(b"\x16\x03\x01\x00\xa5\x01\x00\x00").startswith(b"HTTP/1.1 400")
