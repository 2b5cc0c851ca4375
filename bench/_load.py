"""The load generator: raw HTTP/1.1 over asyncio sockets, each connection one request after the other.

Requests are made before the clock starts but for their times, which are written in when they are sent, so that
every reading is new. Prints JSON: requests and readings acknowledged in the measured seconds, latencies in ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta

import uvloop

START = datetime(2026, 1, 1, tzinfo=UTC)
MARK = b"@@@@-@@-@@T@@:@@:@@.@@@"


class Sender(asyncio.Protocol):
    def __init__(self, run: Run, number: int) -> None:
        self.run = run
        self.body = run.body(number)
        self.head = (
            f"POST /ingest HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {run.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        ).encode()
        self.moment = 0
        self.received = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.moment += 1
        text = (
            (self.run.start + timedelta(milliseconds=self.moment))
            .isoformat(timespec="milliseconds")[:23]
            .encode()
        )
        self.sent_at = time.perf_counter()
        self.transport.write(self.head + self.body.replace(MARK, text))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        self.received = body[length:]
        now = time.perf_counter()
        self.run.acknowledged(head, body, now, now - self.sent_at)
        if not self.run.over:
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.run.over:
            self.run.failed(f"The server closed a connection ({error}).")


class Run:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.token: str = options.token
        self.start = START + timedelta(days=options.day)
        self.over = False
        self.begin = self.end = 0.0
        self.requests = 0
        self.latencies: list[float] = []
        self.error = ""
        self.done = asyncio.Event()

    def body(self, number: int) -> bytes:
        """A request of connection `number`: its own datastreams in turn, all at one instant each request."""
        batch, streams = self.options.batch, self.options.streams // self.options.connections
        rounds = -(-batch // streams)
        rows = []
        for row in range(batch):
            code = number * streams + row % streams
            # Several readings of a datastream in a request lie a microsecond apart.
            time_text = MARK.decode() + (f"{row // streams:03}" if rounds > 1 else "") + "Z"
            rows.append({"datastream": f"b-{code}", "phenomenonTime": time_text, "result": 20 + row * 0.37})
        text = json.dumps(rows if batch > 1 else rows[0], separators=(",", ":"))
        return text.encode()

    def acknowledged(self, head: bytes, body: bytes, now: float, latency: float) -> None:
        if not head.startswith(b"HTTP/1.1 201"):
            self.failed((head + body).decode()[:500])
        elif self.begin <= now < self.end:
            self.requests += 1
            self.latencies.append(latency)

    def failed(self, why: str) -> None:
        self.error = self.error or why
        self.done.set()

    async def main(self) -> None:
        loop = asyncio.get_running_loop()
        self.begin = time.perf_counter() + self.options.warm_up
        self.end = self.begin + self.options.seconds
        for number in range(self.options.connections):
            await loop.create_connection(
                lambda number=number: Sender(self, number), "127.0.0.1", self.options.port
            )
        loop.call_later(self.options.warm_up + self.options.seconds + 0.2, self.done.set)
        await self.done.wait()
        self.over = True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--streams", type=int, required=True)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--day", type=int, default=0, help="of the readings' times; another for another run")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=2)

    async def measure() -> Run:
        run = Run(parser.parse_args())
        await run.main()
        return run

    run = uvloop.run(measure())
    if run.error:
        print(run.error, file=sys.stderr)
        return 1
    latencies = sorted(run.latencies)
    seconds = run.options.seconds
    print(
        json.dumps(
            {
                "requests_per_second": run.requests / seconds,
                "readings_per_second": run.requests * run.options.batch / seconds,
                "p50_ms": 1000 * latencies[len(latencies) // 2],
                "p99_ms": 1000 * latencies[len(latencies) * 99 // 100],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
