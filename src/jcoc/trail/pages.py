"""Django's pages behind ASGI: a thread is held while a page is made, never while a client sends or reads.

a2wsgi alone would wait in the thread for both, so that a few silent connections take every thread there is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

from a2wsgi import WSGIMiddleware

from jcoc.trail.asgi import Receive, Scope, Send

logger = logging.getLogger(__name__)

MAX_BODY = 10 * 1024 * 1024
BODY_S = 15.0
SEND_S = 30.0
_PIECE = 64 * 1024
_STREAM = "jcoc.stream"


class Pages:
    """An ASGI callable around Django's WSGI application."""

    def __init__(
        self,
        application: Callable[..., Any],
        threads: int,
        *,
        max_body: int = MAX_BODY,
        body_s: float = BODY_S,
        send_s: float = SEND_S,
    ) -> None:
        self._application = application
        self._bridge = WSGIMiddleware(self._answer, workers=threads)  # type: ignore[arg-type]
        self._max_body, self._body_s, self._send_s = max_body, body_s, send_s

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        response = self._application(environ, start_response)
        if not getattr(response, "streaming", False):
            return response
        environ["asgi.scope"][_STREAM] = (response, copy_context())
        return []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._body_s):
                body = await self._body(receive)
        except TimeoutError:
            await _refuse(send, 408, "Permintaan tidak kunjung lengkap. The request did not arrive in time.")
            return
        except _Gone:
            return
        if body is None:
            most = self._max_body // 1024**2
            await _refuse(send, 413, f"Paling besar {most} MB. At most {most} MB can be sent.")
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

    async def _body(self, receive: Receive) -> bytes | None:
        """The body; None where it is too large: it is read to its end all the same, so that the refusal is heard."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            size += len(message.get("body", b""))
            if size <= self._max_body:
                parts.append(message.get("body", b""))
            else:
                parts.clear()
            if not message.get("more_body"):
                return b"".join(parts) if size <= self._max_body else None

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


class _Gone(Exception):
    """The client went away."""


def _next_piece(pieces: Iterator[bytes]) -> bytes:
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _PIECE:
            break
    return b"".join(gathered)


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
