"""Against a real HTTP server: accepting, busy, refusing, slow, talking nonsense."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import pytest

from channels_gateway import Answer, answering, gateway
from jcoc.trail.channels import gatewayfile
from jcoc.trail.channels.adapters import gateway as adapter
from jcoc.trail.channels.adapters.contract import End, Outcome, Parcel
from support import free_port

PARCEL = Parcel("5f0c2f3e", "+62812345678", "", 'Kode "4821" & 7730 – {to}')
FILE = """
name = "sms"
url = "{url}"
timeout_seconds = 0.5
headers = {{ X-Key = "k" }}
[body]
to = "{{to}}"
text = "{{text}}"
ref = "{{id}}"
[answer]
id = "message.id"
"""


def described(url: str, **changes: str) -> gatewayfile.Gateway:
    text = FILE.format(url=url)
    for old, new in changes.items():
        text = text.replace(*{"form": ("[body]", f'format = "{new}"\n[body]')}[old])
    return gatewayfile.read(text, {})


def sent(answer: Answer) -> tuple[Outcome, Any]:
    with gateway(answer) as running:
        return adapter.send(described(running.url), PARCEL), running.received


def test_a_message_is_posted_as_json_with_its_id() -> None:
    done, (request,) = sent(answering(202, b'{"message": {"id": "SM77"}}'))
    assert done == Outcome(End.SENT, "gateway-accepted", "HTTP 202", "SM77")
    assert (request.method, request.path) == ("POST", "/messages")
    assert request.headers["X-Key"] == "k"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == {"to": "+62812345678", "text": PARCEL.text, "ref": "5f0c2f3e"}


def test_a_form_is_encoded_value_by_value() -> None:
    with gateway(answering(200, b'{"message": {"id": 9}}')) as running:
        done = adapter.send(described(running.url, form="form"), PARCEL)
    assert done.provider_id == "9"
    assert parse_qs(running.received[0].body.decode()) == {
        "to": ["+62812345678"], "text": [PARCEL.text], "ref": ["5f0c2f3e"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "end", "code", "after"),
    [
        (answering(400, b"no such number"), End.NEVER, "gateway-refused", None),
        (answering(429, Retry_After="120"), End.LATER, "gateway-busy", 120),
        (answering(429), End.LATER, "gateway-busy", None),
        (answering(503, Retry_After="7"), End.LATER, "gateway-later", 7),
        (answering(500, b"<html>"), End.LATER, "gateway-later", None),
        (answering(401), End.LATER, "gateway-later", None),
        (answering(200, b"<html>not json"), End.SENT, "gateway-garbled", None),
        (answering(200, b"[" * 5000), End.SENT, "gateway-garbled", None),
        (answering(200, b'{"message": {"id": null}}'), End.SENT, "gateway-garbled", None),
        (answering(200, b""), End.SENT, "gateway-garbled", None),
    ],
)
def test_what_the_gateway_answers_decides(answer: Answer, end: End, code: str, after: float | None) -> None:
    done, requests = sent(answer)
    assert (done.end, done.code, done.after_s) == (end, code, after)
    assert len(requests) == 1


def test_a_redirect_is_not_followed() -> None:
    with gateway(answering(200, b'{"message": {"id": "x"}}')) as elsewhere:
        done, requests = sent(answering(307, Location=elsewhere.url))
    assert (done.end, len(requests), elsewhere.received) == (End.LATER, 1, [])


def test_a_silent_gateway_is_left_in_time() -> None:
    leave = threading.Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        leave.wait(10)

    with gateway(silent) as running:
        done = adapter.send(described(running.url), PARCEL)
        leave.set()
    assert (done.end, done.code) == (End.LATER, "gateway-timeout")


def test_a_dripping_gateway_is_left_in_time() -> None:
    leave = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        while not leave.wait(0.1):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    with gateway(drip) as running:
        done = adapter.send(described(running.url), PARCEL)
        leave.set()
    assert (done.end, done.code) == (End.SENT, "gateway-garbled")  # 200 stood in its first line


def test_a_dead_gateway_is_tried_again() -> None:
    done = adapter.send(described(f"http://127.0.0.1:{free_port()}/"), PARCEL)
    assert (done.end, done.code) == (End.LATER, "gateway-away")
    assert "62812" not in done.words


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 59.0),  # RFC 9110's example date
        ("Fri, 31 Dec 1999 23:58:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_in_both_its_forms(value: str | None, seconds: float | None) -> None:
    assert adapter.retry_after(value, now=946_684_740.0) == seconds


def test_the_pace_hands_out_moments_in_order() -> None:
    pace = adapter.Pace(rate=2)
    assert [pace.wait(now=100.0) for _ in range(4)] == [0, 0.5, 1.0, 1.5]
    assert pace.wait(now=101.8) == pytest.approx(0.2)
    assert pace.wait(now=200.0) == 0
