"""The simulator's process against a server that has its moods."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jcoc.demo import sender
from jcoc.demo.sender import Orders, Sender, SenderRefused
from support import ROOT, until


class Server(ThreadingHTTPServer):
    """Answers with the statuses it is given, then always with the last of them."""

    daemon_threads = True

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.bodies: list[bytes] = []
        self.authorization = ""
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        self.server.authorization = self.headers.get("Authorization", "")
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def answering() -> Iterator[object]:
    servers: list[Server] = []

    def start(*statuses: int) -> Server:
        server = Server(*statuses)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_is_not_taken_now_is_sent_again(answering: object) -> None:
    server = answering(429, 503, 401, 507, 201)  # type: ignore[operator]
    with closing(Sender(Orders("x", port=server.server_port, token="secret"))) as some:
        some.post(b'["reading"]')
    assert server.bodies == [b'["reading"]'] * 5
    assert server.authorization == "Bearer secret"


def test_what_is_refused_for_good_ends_it(answering: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "PATIENCE", 0.0)
    server = answering(403)  # type: ignore[operator]
    with (
        closing(Sender(Orders("x", port=server.server_port))) as some,
        pytest.raises(SenderRefused, match="403"),
    ):
        some.post(b"[]")


def test_the_process_sends_says_so_and_ends_with_its_input(answering: object) -> None:
    server = answering(201)  # type: ignore[operator]
    process = subprocess.Popen(
        [sys.executable, "-m", "jcoc.demo.sender"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        orders = {"seed": "x", "port": server.server_port, "token": "secret"}
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"ready\n"
        until(lambda: len(server.bodies) > 4, what="five requests")
        process.stdin.close()
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    readings = [reading for body in list(server.bodies) for reading in json.loads(body)]
    assert {"datastream", "phenomenonTime", "result"} == set(readings[0])
    times = [datetime.fromisoformat(reading["phenomenonTime"]) for reading in readings]
    assert times == sorted(times)
    assert len({(reading["datastream"], reading["phenomenonTime"]) for reading in readings}) == len(readings)


def test_without_orders_the_process_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jcoc.demo.sender"],
        input=b"",
        env={"PYTHONPATH": str(ROOT / "src")},
        timeout=60,
    )
    assert done.returncode == 0
