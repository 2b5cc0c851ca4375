"""Live clients and a sender in one process, so that one clock takes the time from request to frame.

Each request holds the readings of one twentieth of a second; each reading's result is the number of its request, so a
client finds in a frame the latest request that it shows. The latency of a request for a client ends with the first
frame that shows it or a later one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta

import uvloop

TICK = 0.05
#: The newest reading of a frame is that of the highest number among its rows.
ROW = re.compile(rb"\[\d+,\d+,(\d+)(?:\.0)?,\d+\]")


class Listener(asyncio.Protocol):
    def __init__(self, run: Run) -> None:
        self.run = run
        self.pending = b""
        self.shown = 0
        self.frames = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(  # type: ignore[attr-defined]
            f"GET /live HTTP/1.1\r\nHost: bench\r\nCookie: sessionid={self.run.options.session}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.pending += data
        while (end := self.pending.find(b"\n\n")) >= 0:
            event, self.pending = self.pending[: end + 2], self.pending[end + 2 :]
            if b"event: hello" in event:
                if b" 200 " not in event.split(b"\r\n", 1)[0]:
                    self.run.failed(event.decode()[:300])
                self.run.greeted()
            elif b"event: frame" in event:
                self.frames += self.run.counting
                highest = self.run.highest_of(event)
                for number in range(self.shown + 1, highest + 1):
                    if self.run.counting:
                        self.run.latencies.append(now - self.run.sent_at[number])
                self.shown = max(self.shown, highest)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.run.over:
            self.run.dropped += 1


class Sender(asyncio.Protocol):
    def __init__(self, run: Run) -> None:
        self.run = run
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def send(self, body: bytes) -> None:
        head = (
            f"POST /ingest HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.run.options.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.answers += data.count(b"HTTP/1.1 201")
        if data.count(b"HTTP/1.1 ") != data.count(b"HTTP/1.1 201"):
            self.run.failed(data.decode()[:300])


class Run:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.over = self.counting = False
        self.sent_at = [0.0]
        self.latencies: list[float] = []
        self.dropped = self.waiting = 0
        self.all_there = asyncio.Event()
        self.error = ""
        self._last_event, self._last_highest = b"", 0

    def greeted(self) -> None:
        self.waiting -= 1
        if self.waiting == 0:
            self.all_there.set()

    def failed(self, why: str) -> None:
        self.error = self.error or why
        self.all_there.set()

    def highest_of(self, event: bytes) -> int:
        # All clients get the same bytes, but for the chunk's head: read them once.
        data = event[event.rfind(b"data: ") :]
        if data != self._last_event:
            self._last_event = data
            self._last_highest = max(int(number) for number in ROW.findall(data))
        return self._last_highest

    def body(self, number: int) -> bytes:
        per_request = round(self.options.rate * TICK)
        at = datetime.now(UTC)
        rows = [
            {
                "datastream": f"b-{(number * per_request + row) % self.options.streams}",
                "phenomenonTime": (at + timedelta(microseconds=row)).isoformat(timespec="microseconds"),
                "result": number,
            }
            for row in range(per_request)
        ]
        return json.dumps(rows, separators=(",", ":")).encode()

    async def main(self) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        listeners = []
        # Not all at once: each log-in is looked up in the database.
        for start in range(0, self.options.clients, 20):
            before = len(listeners)
            self.waiting = min(20, self.options.clients - start)
            self.all_there.clear()
            for _ in range(self.waiting):
                _, listener = await loop.create_connection(
                    lambda: Listener(self), "127.0.0.1", self.options.port
                )
                listeners.append(listener)
            await asyncio.wait_for(self.all_there.wait(), 60)
            assert len(listeners) > before
        _, sender = await loop.create_connection(lambda: Sender(self), "127.0.0.1", self.options.port)
        warm_up = 3.0
        began = loop.time()
        end = began + warm_up + self.options.seconds
        answered_before = number = 0
        while loop.time() < end and not self.error:
            number += 1
            body = self.body(number)
            if not self.counting and loop.time() > began + warm_up:
                self.counting, answered_before = True, sender.answers
            self.sent_at.append(time.perf_counter())
            sender.send(body)
            await asyncio.sleep(max(0.0, began + number * TICK - loop.time()))
        await asyncio.sleep(0.5)
        answers = sender.answers - answered_before
        self.over = True
        seconds = self.options.seconds
        latencies = sorted(self.latencies)
        return {
            "p50_ms": 1000 * latencies[len(latencies) // 2],
            "p99_ms": 1000 * latencies[len(latencies) * 99 // 100],
            "frames_per_second": sum(listener.frames for listener in listeners)
            / len(listeners)
            / (seconds + 0.5),
            "readings_per_second": answers * round(self.options.rate * TICK) / seconds,
            "dropped": self.dropped,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--streams", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=20)

    async def measure() -> tuple[Run, dict[str, float]]:
        run = Run(parser.parse_args())
        return run, await run.main()

    run, measured = uvloop.run(measure())
    if run.error:
        print(run.error, file=sys.stderr)
        return 1
    print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
