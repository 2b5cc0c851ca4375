from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.channels.gatewayfile import BadGatewayFile, at, read

WHOLE = """
name = "sms-kota"
url = "https://api.example.net/v1/messages"
number = "digits"
rate_per_second = 5
timeout_seconds = 3

[headers]
Authorization = "Bearer ${TOKEN}"

[body]
sender = "KOTA JAMBI"
reference = "{id}"
messages = [{ to = "{to}", body = { text = "{text}" } }]

[answer]
id = "messages.0.id"
permanent = [400]

[report]
secret = "${REPORT}"
header = "X-Signature"
id = "message.id"
state = "message.status"
delivered = ["delivered", "READ"]
failed = ["failed", "rejected"]

[inbound]
secret = "${REPORT}"
header = "X-Token"
proof = "shared"
from = "sender"
text = "text"
stop = ["STOP", "berhenti"]
"""
ENVIRONMENT = {"TOKEN": "t-123", "REPORT": "sixteen-signs-and-more"}


def test_the_whole_file_is_read() -> None:
    gateway = read(WHOLE, ENVIRONMENT)
    assert gateway.headers == {"Authorization": "Bearer t-123"}
    assert (gateway.rate, gateway.timeout_s, gateway.permanent) == (5, 3, {400})
    assert gateway.report is not None
    assert gateway.report.delivered == {"delivered", "read"}
    assert gateway.inbound is not None
    assert (gateway.inbound.proof, gateway.inbound.stop) == ("shared", {"stop", "berhenti"})
    assert "t-123" not in repr(gateway)
    assert "sixteen" not in repr(gateway)


@given(st.text(), st.text())
def test_a_value_stays_one_value(text: str, id: str) -> None:
    body = read(WHOLE, ENVIRONMENT).filled(to="+62812345678", text=text, id=id)
    again = json.loads(json.dumps(body))
    assert again == {
        "sender": "KOTA JAMBI",
        "reference": id,
        "messages": [{"to": "62812345678", "body": {"text": text}}],
    }


def test_a_text_that_looks_like_a_place_is_not_filled_again() -> None:
    body = read(WHOLE, ENVIRONMENT).filled(to="+62812345678", text='{to} {id} ", "x": "', id="i")
    assert body["messages"][0]["body"]["text"] == '{to} {id} ", "x": "'


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "sms-kota"', 'name = "SMS kota"', "name"),
        ('name = "sms-kota"', "", "name"),
        ("https://api.example.net", "http://api.example.net", "https"),
        ("v1/messages", "v1/{to}", "url takes no"),
        ("https://api.", "https://user:pw@api.", "password"),
        ('number = "digits"', 'number = "roman"', "number"),
        ("rate_per_second = 5", "rate_per_second = 0", "rate_per_second"),
        ("rate_per_second = 5", "rate_per_second = true", "rate_per_second"),
        ("timeout_seconds = 3", 'timeout_seconds = "3"', "timeout_seconds"),
        ("${TOKEN}", "${NOWHERE}", "NOWHERE"),
        ('text = "{text}"', 'text = "x"', "{text}"),
        ("permanent = [400]", "permanent = [4000]", "answer.permanent"),
        ('delivered = ["delivered", "READ"]', "delivered = []", "report.delivered"),
        ('header = "X-Signature"', "", "report.header"),
        ('number = "digits"', 'numbr = "digits"', "numbr"),
        ('number = "digits"', "format = 'form'", "form holds texts"),
        ("[headers]", "[headers", "TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_named(old: str, new: str, named: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadGatewayFile, match=named.replace("{", r"\{")):
        read(WHOLE.replace(old, new, 1), ENVIRONMENT)


def test_a_short_secret_is_refused_and_not_told() -> None:
    with pytest.raises(BadGatewayFile, match=r"report\.secret") as caught:
        read(WHOLE, ENVIRONMENT | {"REPORT": "hunter2"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.0.b", "x"), ("n", "7"), ("a.1.b", ""), ("a.b", ""), ("missing", ""), ("t", ""), ("a", "")],
)
def test_a_value_is_found_at_its_path(path: str, value: str) -> None:
    assert at({"a": [{"b": "x"}], "n": 7, "t": True}, path) == value
