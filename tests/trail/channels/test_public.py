"""The gateway's own calls, and the page by which a reader ends messages."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from jcoc.trail.audit.guard import unguarded
from jcoc.trail.channels import services, stopping
from jcoc.trail.channels.gatewayfile import read
from jcoc.trail.channels.models import Call, Message, OptOut, State
from jcoc.trail.channels.services import returns

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-the-tests"
FILE = f"""
name = "sms"
url = "https://api.example.net/messages"
[body]
to = "{{to}}"
text = "{{text}}"
[report]
secret = "{SECRET}"
header = "X-Signature"
id = "message.id"
state = "message.status"
delivered = ["delivered", "read"]
failed = ["undelivered"]
[inbound]
secret = "{SECRET}"
header = "X-Token"
proof = "shared"
from = "sender"
text = "text"
id = "id"
stop = ["STOP", "BERHENTI"]
"""


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> None:
    settings.GATEWAY = read(FILE, {})


def sent() -> Message:
    message = services.send(
        "uji.news",
        subject=None,
        address="0812345678",
        channel="gateway",
        language="id",
        context={"at": "kini"},
    )
    with unguarded():
        Message.objects.filter(pk=message.pk).update(state="sent", provider_id="SM1")
    return message


def report(said: Any, *, proof: str | None = None, name: str = "sms") -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    if proof is None:
        proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        f"/channels/report/{name}/", body, "application/json", headers={"X-Signature": proof}
    )
    return answer.status_code


DELIVERED = {"message": {"id": "SM1", "status": "Delivered"}}


def state() -> str:
    return Message.objects.get().state


def test_a_proven_report_is_entered_and_a_replay_changes_nothing() -> None:
    sent()
    assert report(DELIVERED) == 204
    assert state() == State.DELIVERED
    assert report(DELIVERED) == 204
    assert report({"message": {"id": "SM1", "status": "undelivered"}}) == 204
    assert state() == State.DELIVERED
    assert Message.objects.get().attempts.count() == 2


def test_several_reports_may_come_in_one_call() -> None:
    sent()
    assert report([{"message": {"id": "SM1", "status": "queued"}}, DELIVERED]) == 204
    assert state() == State.DELIVERED


@pytest.mark.parametrize("proof", ["", "0" * 64, SECRET, "sha256=", "é"])
def test_an_unproven_report_is_refused(proof: str) -> None:
    sent()
    assert report(DELIVERED, proof=proof) == 403
    assert state() == State.SENT


def test_a_proof_of_another_body_is_none() -> None:
    sent()
    other = hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
    assert report(DELIVERED, proof=other) == 403
    body = json.dumps(DELIVERED).encode()
    assert (
        report(body, proof="SHA256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest().upper())
        == 204
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[" * 100_000, 400),
        ("text", 400),
        ([1, 2], 400),
        ([{}] * 1001, 400),
        (b" " * (256 * 1024 + 1), 413),
        ({"message": {"id": "SM9", "status": "delivered"}}, 404),  # too early, or not ours: ask again
        ({"message": {"id": {"a": 1}, "status": "delivered"}}, 404),
        ({"message": {"id": "SM1", "status": "buffered"}}, 204),
        ({"other": 1}, 204),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_reason(said: Any, status: int) -> None:
    sent()
    assert report(said) == status
    assert state() == State.SENT


def test_a_gateway_of_another_name_is_unknown(settings: Any) -> None:
    assert report(DELIVERED, name="other") == 404
    settings.GATEWAY = None
    assert report(DELIVERED) == 404


def inbound(sender: str, text: str, *, token: str = SECRET, **more: str) -> int:
    form = {"sender": sender, "text": text, **more}
    return (
        Client(enforce_csrf_checks=True)
        .post("/channels/inbound/sms/", form_encoded(form), FORM, headers={"X-Token": token})
        .status_code
    )


FORM = "application/x-www-form-urlencoded"


def form_encoded(values: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(values)


@pytest.mark.parametrize("words", ["STOP", "stop.", " Berhenti ya", "BERHENTI!"])
def test_a_word_ends_all_but_service_messages(words: str) -> None:
    sent()
    assert inbound("62812345678", words) == 204
    assert OptOut.objects.get().purpose == ""


@pytest.mark.parametrize("words", ["", "Terima kasih", "jangan stop", "stopkontak rusak"])
def test_other_words_end_nothing(words: str) -> None:
    assert inbound("62812345678", words) == 204
    assert not OptOut.objects.exists()


def test_a_replayed_reply_does_not_undo_who_came_back() -> None:
    message = sent()
    assert inbound("62812345678", "STOP", id="m1") == 204
    services.opt_in(message)
    assert inbound("62812345678", "STOP", id="m1") == 204
    assert not OptOut.objects.exists()
    assert inbound("62812345678", "STOP", id="m2") == 204
    assert OptOut.objects.exists()
    assert Call.objects.count() == 2


def test_without_an_id_a_second_stop_counts_too(settings: Any) -> None:
    settings.GATEWAY = read(FILE.replace('id = "id"\n', ""), {})
    message = sent()
    assert inbound("62812345678", "STOP") == 204
    services.opt_in(message)
    assert inbound("62812345678", "STOP") == 204
    assert OptOut.objects.exists()


def test_a_stop_that_failed_half_way_is_taken_when_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> bool:
        raise ConnectionError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(returns, "opt_out_number", fail)
        with pytest.raises(ConnectionError):
            inbound("62812345678", "STOP", id="m1")
    assert inbound("62812345678", "STOP", id="m1") == 204
    assert OptOut.objects.exists()


def test_a_reply_without_the_secret_ends_nothing() -> None:
    assert inbound("62812345678", "STOP", token="guess") == 403
    assert not OptOut.objects.exists()


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})


def stop_url(message: Message) -> str:
    return f"/channels/stop/{stopping.token(message.pk)}/"


def test_opening_the_link_changes_nothing(browser: Client) -> None:
    answer = browser.get(stop_url(sent()))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Kabar sungai" in page
    assert "812345678" not in page
    assert not OptOut.objects.exists()


def test_a_reader_ends_these_messages_then_all_and_comes_back(browser: Client) -> None:
    url = stop_url(sent())
    assert "any more" in browser.post(url, {"choice": "this"}).content.decode()
    assert OptOut.objects.get().purpose == "news"
    browser.post(url, {"choice": "all"})
    assert set(OptOut.objects.values_list("purpose", flat=True)) == {"news", ""}
    assert "You get messages again." in browser.post(url, {"choice": "back"}).content.decode()
    assert not OptOut.objects.exists()
    assert browser.post(url, {"choice": "x"}).status_code == 422


def test_one_click_needs_no_page(browser: Client) -> None:
    """RFC 8058: a POST with this body, without cookies, and no redirect to follow."""
    url = stop_url(sent())
    answer = browser.post(url, "List-Unsubscribe=One-Click", content_type=FORM)
    assert answer.status_code == 204
    assert OptOut.objects.get().how == "one-click"


def test_a_changed_link_leads_nowhere(browser: Client) -> None:
    url = stop_url(sent())
    for bad in (
        url[:-3] + "x/",
        "/channels/stop/x/",
        url.replace(".", "%00."),
        f"/channels/stop/{'0' * 32}.x/",
    ):
        for answer in (browser.get(bad), browser.post(bad, {"choice": "all"})):
            assert answer.status_code == 404
            assert "This link leads to no message." in answer.content.decode()
    assert not OptOut.objects.exists()


def test_a_service_message_says_that_it_cannot_be_ended(browser: Client) -> None:
    message = services.send(
        "channels.test",
        subject=None,
        address="0812345678",
        channel="gateway",
        language="id",
        context={"at": "x"},
    )
    for answer in (browser.get(stop_url(message)), browser.post(stop_url(message), {"choice": "all"})):
        assert "This was a service message." in answer.content.decode()
    assert not OptOut.objects.exists()


def test_after_erasure_the_link_leads_nowhere(browser: Client) -> None:
    message = sent()
    services.forget(message.subject)
    assert browser.get(stop_url(message)).status_code == 404
