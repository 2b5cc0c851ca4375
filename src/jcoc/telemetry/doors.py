"""What the bare-ASGI doors, /ingest and /live, answer with."""

from __future__ import annotations

import asyncio

from jcoc.telemetry.problems import Language, Problem
from jcoc.trail.asgi import Receive, Send

_LINGER_SECONDS = 2.0


async def send_problem(
    send: Send, problem: Problem, language: Language, receive: Receive | None = None
) -> None:
    """Answer with a problem. `receive` is given where the body was not read: the connection then ends."""
    headers = [(b"content-language", language.encode())]
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.status == 405:
        headers.append((b"allow", str(problem.values["allowed"]).encode()))
    if receive is not None:
        headers.append((b"connection", b"close"))
    await answer(
        send,
        problem.status,
        b"application/problem+json",
        problem.body(language),
        headers=headers,
        linger=receive,
    )


async def answer(
    send: Send,
    status: int,
    content_type: bytes,
    body: bytes,
    *,
    headers: list[tuple[bytes, bytes]] | None = None,
    linger: Receive | None = None,
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                *(headers or ()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": linger is not None})
    if linger is not None:
        # Closed at once, the answer would be lost to a client that is still sending.
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while (message := await linger())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b""})
