"""Django's pages behind ASGI: a thread is held while a page is made, never while a client sends or reads.

a2wsgi alone would wait in the thread for both, so that a few silent connections take every thread there is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from a2wsgi import WSGIMiddleware

from jcoc.trail.asgi import Receive, Scope, Send

logger = logging.getLogger(__name__)

#: The most that any request may hold, and all together while they are being answered.
MAX_BODY = 11 * 1024 * 1024
MAX_ARRIVING = 128 * 1024 * 1024
#: A body has this long, and longer the more of it has come: a photo from a weak mobile network takes its minutes.
BODY_S = 15.0
BYTES_A_SECOND = 16 * 1024
SEND_S = 30.0
_PIECE = 64 * 1024
#: So much may come before it is asked what the view takes.
_ANYBODYS = 256 * 1024
_STREAM = "jcoc.stream"


class Pages:
    """An ASGI callable around Django's WSGI application."""

    def __init__(
        self,
        application: Callable[..., Any],
        threads: int,
        *,
        max_body: int = MAX_BODY,
        most_bytes: Callable[[str], int] | None = None,
        max_arriving: int = MAX_ARRIVING,
        body_s: float = BODY_S,
        send_s: float = SEND_S,
    ) -> None:
        self._application = application
        self._bridge = WSGIMiddleware(self._answer, workers=threads)  # type: ignore[arg-type]
        self._max_body, self._body_s, self._send_s = max_body, body_s, send_s
        self._most_bytes = most_bytes or (lambda _path: max_body)
        self._max_arriving, self._arriving = max_arriving, 0

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        response = self._application(environ, start_response)
        if not getattr(response, "streaming", False):
            return response
        environ["asgi.scope"][_STREAM] = (response, copy_context())
        return []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = _Arrived(min(_ANYBODYS, self._max_body))
        try:
            await self._answer_one(scope, receive, send, arrived)
        finally:
            self._arriving -= arrived.held

    async def _answer_one(self, scope: Scope, receive: Receive, send: Send, arrived: _Arrived) -> None:
        try:
            async with asyncio.timeout(self._body_s) as deadline:
                body = await self._body(scope["path"], receive, arrived, deadline)
        except TimeoutError:
            await _refuse(send, 408, "Permintaan tidak kunjung lengkap. The request did not arrive in time.")
            return
        except _Gone:
            return
        except _Full:
            await _refuse(send, 503, "Sedang penuh, coba lagi sebentar. Too busy, try again soon.", wait=5)
            return
        if body is None:
            most = arrived.most / 1024**2
            await _refuse(send, 413, f"Paling besar {most:.2g} MB. At most {most:.2g} MB can be sent.")
            return

        async def whole_body() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send_in_time(message: dict[str, Any]) -> None:
            if _STREAM in scope and message["type"] == "http.response.body":
                await self._stream(scope, receive, send)
            async with asyncio.timeout(self._send_s):
                await send(message)

        try:
            await self._bridge(scope, whole_body, send_in_time)  # type: ignore[arg-type]
        except TimeoutError:
            logger.info("%s: the client did not read its answer", scope["path"])

    async def _body(
        self, path: str, receive: Receive, arrived: _Arrived, deadline: asyncio.Timeout
    ) -> bytes | None:
        """The body; None where it is too large: it is read to its end all the same, so that the refusal is heard."""
        parts: list[bytes] = []
        size, began = 0, asyncio.get_running_loop().time()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            part = message.get("body", b"")
            size += len(part)
            if size > arrived.most and not arrived.asked:
                arrived.most, arrived.asked = min(self._max_body, self._most_bytes(path)), True
            if size <= arrived.most:
                parts.append(part)
                self._hold(arrived, len(part))
                deadline.reschedule(began + self._body_s + size / BYTES_A_SECOND)
            elif parts:
                parts.clear()
                self._hold(arrived, -arrived.held)
            if not message.get("more_body"):
                return b"".join(parts) if size <= arrived.most else None

    def _hold(self, arrived: _Arrived, more: int) -> None:
        arrived.held += more
        self._arriving += more
        if self._arriving > self._max_arriving:
            raise _Full

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a streaming answer piece by piece, each made in a thread when the one before has gone out."""
        response, context = scope.pop(_STREAM)
        run = asyncio.get_running_loop().run_in_executor
        threads = self._bridge.executor
        gone = asyncio.ensure_future(receive())
        try:
            pieces = iter(response)
            while scope["method"] != "HEAD" and not gone.done():
                piece = await run(threads, context.run, _next_piece, pieces)
                if not piece:
                    break
                async with asyncio.timeout(self._send_s):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            gone.cancel()
            await run(threads, context.run, response.close)


@dataclass(slots=True)
class _Arrived:
    """How much of a request's body may come, whether the view was asked for that, and what of it is in memory."""

    most: int
    asked: bool = False
    held: int = 0


class _Gone(Exception):
    """The client went away."""


class _Full(Exception):
    """Too much is arriving at once."""


def _next_piece(pieces: Iterator[bytes]) -> bytes:
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _PIECE:
            break
    return b"".join(gathered)


async def _refuse(send: Send, status: int, sentence: str, wait: int = 0) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if wait:
        headers.append((b"retry-after", str(wait).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
