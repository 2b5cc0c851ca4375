"""POST /ingest: a bare ASGI callable. 201 or 200 means: on disk.

Prefer: handling=lenient (RFC 7240) or ?keep=good keeps the good readings of a request that has faulty ones.
"""

from __future__ import annotations

import asyncio
import math
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from jcoc.telemetry.directory import Directory, Snapshot, Token
from jcoc.telemetry.doors import answer, send_problem
from jcoc.telemetry.ingest.decode import MAX_BYTES, MAX_ROWS, Decoded, decode, too_large
from jcoc.telemetry.ingest.reading import Limits
from jcoc.telemetry.problems import Language, Problem, language_of, listed
from jcoc.trail.asgi import Receive, Scope, Send

#: Bytes of bodies that may be in memory while they arrive, in all and of one token; and how long one may take.
MAX_ARRIVING, MAX_ARRIVING_OF_ONE = 128 * 1024 * 1024, 32 * 1024 * 1024
BODY_SECONDS = 30.0
#: Larger bodies, and packed ones, are decoded beside the event loop: frames and other requests do not wait.
DECODED_IN_LOOP = 256 * 1024
#: A body is charged to its token by its length until its readings are counted.
BYTES_A_READING = 100
#: Where one fault refuses the request, no more than these are looked for.
FAULTS_LOOKED_FOR = 1000
_MINUTE = 60_000_000
_arriving: Counter[str] = Counter()  # bytes by the digest of the token
# One thread: more of them would only fight over the interpreter's lock, and the loop with them.
_decoding = ThreadPoolExecutor(1, thread_name_prefix="decode")


@dataclass(slots=True)
class _Asked:
    """What the headers and the query say."""

    authorization: bytes = b""
    content_type: bytes = b""
    content_encoding: bytes = b""
    content_length: int = 0
    language: Language = "id"
    lenient: bool = False


async def ingest(scope: Scope, receive: Receive, send: Send) -> None:
    from jcoc.telemetry.runtime import current

    asked = _headers(scope)
    runtime = current()
    complete = [False]  # whether the whole body was read
    budget = _Budget(runtime.directory)
    try:
        _check(scope, asked)
        # Who may open the local socket may write everything.
        if not scope.get("jcoc.local"):
            budget.token = _token(asked, runtime.directory)
        body = await _body_in_time(receive, complete, budget.token.digest if budget.token else "")
        budget.take(max(1, len(body) // BYTES_A_READING))
        snapshot = runtime.directory.snapshot
        slots = snapshot.slots if budget.token is None else budget.token.slots
        if len(body) > DECODED_IN_LOOP or asked.content_encoding == b"gzip":
            loop = asyncio.get_running_loop()
            decoded = await loop.run_in_executor(_decoding, _decoded, body, asked, snapshot, slots)
        else:
            decoded = _decoded(body, asked, snapshot, slots)
        del body
        budget.correct(decoded.count)
        runtime.pipeline.totals["refused"] += len(decoded.faults)
        _refuse(decoded, asked)
        counts = await runtime.pipeline.submit(decoded)
    except Problem as problem:
        if problem.status >= 500:
            budget.correct(0)
        await send_problem(send, problem, asked.language, receive=None if complete[0] else receive)
        return
    except _Gone:
        return
    told: dict[str, Any] = {
        "stored": counts.stored,
        "repeated": counts.repeated,
        "corrected": counts.corrected,
        "refused": len(decoded.faults),
    }
    if decoded.faults:
        told["errors"] = listed(decoded.faults, asked.language)
    status = 201 if counts.stored or counts.corrected else 200
    await answer(send, status, b"application/json", msgspec.json.encode(told))


class _Gone(Exception):
    """The client went away."""


@dataclass(slots=True)
class _Budget:
    """What a request takes of its token's readings a second; without a token nothing."""

    directory: Directory
    token: Token | None = None
    taken: int = 0

    def take(self, readings: int) -> None:
        if self.token is None:
            return
        if wait := self.directory.wait_for(self.token, readings):
            seconds = math.ceil(wait)
            rate = self.token.readings_per_second
            raise Problem("rate", retry_after=seconds, seconds=seconds, rate=rate)
        self.taken = readings

    def correct(self, readings: int) -> None:
        """Have taken this many instead."""
        if self.token is not None and self.taken != readings:
            self.directory.give_back(self.token, self.taken - readings)
            self.taken = readings


def _headers(scope: Scope) -> _Asked:
    asked = _Asked()
    for name, value in scope["headers"]:
        if name == b"authorization":
            asked.authorization = value
        elif name == b"content-type":
            asked.content_type = value.lower()
        elif name == b"content-encoding":
            asked.content_encoding = value.strip().lower()
        elif name == b"content-length":
            asked.content_length = int(value) if value.isdigit() else 0
        elif name == b"accept-language":
            asked.language = language_of(value.decode("latin-1"))
        elif name == b"prefer":
            asked.lenient = b"handling=lenient" in value.replace(b" ", b"").lower()
    if b"keep=good" in scope["query_string"].split(b"&"):
        asked.lenient = True
    return asked


def _check(scope: Scope, asked: _Asked) -> None:
    if scope["method"] != "POST":
        raise Problem("method", allowed="POST")
    media_type, _, parameters = asked.content_type.partition(b";")
    charset = parameters.strip().removeprefix(b"charset=").strip(b'"')
    if media_type.strip() != b"application/json" or charset not in (b"", b"utf-8"):
        raise Problem("media_type", found=asked.content_type.decode("latin-1") or "—")
    if asked.content_encoding not in (b"", b"identity", b"gzip"):
        raise Problem("content_encoding", found=asked.content_encoding.decode("latin-1"))
    if asked.content_length > MAX_BYTES:
        raise too_large()


def _token(asked: _Asked, directory: Directory) -> Token:
    scheme, _, secret = asked.authorization.partition(b" ")
    token = directory.token(secret.strip()) if scheme.lower() == b"bearer" else None
    if token is None:
        raise Problem("token")
    return token


async def _body_in_time(receive: Receive, complete: list[bool], sender: str) -> bytes:
    """What asyncio.timeout() does, at a third of its cost: small requests feel that."""
    task = asyncio.current_task()
    assert task is not None
    late = False

    def expire() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(BODY_SECONDS, expire)
    try:
        return await _body(receive, complete, sender)
    except asyncio.CancelledError:
        if late and not task.uncancel():
            raise Problem("slow", seconds=round(BODY_SECONDS)) from None
        raise
    finally:
        timer.cancel()


async def _body(receive: Receive, complete: list[bool], sender: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            part = message.get("body", b"")
            size += len(part)
            if size > MAX_BYTES:
                raise too_large()
            if not message.get("more_body"):
                complete[0] = True
                return b"".join((*parts, part)) if parts else part
            parts.append(part)
            _arriving[sender] += len(part)
            if _arriving[sender] > MAX_ARRIVING_OF_ONE or _arriving.total() > MAX_ARRIVING:
                raise Problem("busy", retry_after=1, seconds=1)
    finally:
        if parts:
            _arriving[sender] -= sum(map(len, parts))
            if not _arriving[sender]:
                del _arriving[sender]


def _decoded(body: bytes, asked: _Asked, snapshot: Snapshot, slots: dict[int | str, int]) -> Decoded:
    if asked.content_encoding == b"gzip":
        body = _expand(body)
    most_faults = MAX_ROWS if asked.lenient else FAULTS_LOOKED_FOR
    return decode(body, snapshot, slots, believed_times(), most_faults)


def _expand(body: bytes) -> bytes:
    expander = zlib.decompressobj(wbits=31)
    try:
        expanded = expander.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise Problem("gzip") from None
    if len(expanded) > MAX_BYTES:
        raise too_large()
    if not expander.eof or expander.unused_data:
        raise Problem("gzip")
    return expanded


def believed_times() -> Limits:
    """From 1970 until as far ahead as a device's clock may be (JCOC_MINUTES_AHEAD)."""
    minutes = settings.INGEST_MINUTES_AHEAD
    return Limits(0, time.time_ns() // 1000 + minutes * _MINUTE, minutes)


def _refuse(decoded: Decoded, asked: _Asked) -> None:
    if not decoded.faults or (asked.lenient and decoded.good):
        return
    if decoded.foreign and not asked.lenient:
        raise Problem("foreign", faults=decoded.faults)
    all_seen = decoded.good + len(decoded.faults) == decoded.count
    refused = f"{'' if all_seen else '≥ '}{len(decoded.faults)}"
    raise Problem("readings", faults=decoded.faults, refused=refused, count=decoded.count)
