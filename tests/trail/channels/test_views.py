"""The outbox's pages."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pypdf import PdfReader

from jcoc.people.models import RoleGrant, User
from jcoc.trail.actor import acting
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels import services
from jcoc.trail.channels.models import DeadAddress, Message, State
from jcoc.trail.channels.services import returns
from jcoc.trail.channels.words import WORDS
from jcoc.trail.sealing import seals

pytestmark = pytest.mark.django_db


def logged_in(role: str, **grant: Any) -> Client:
    with unguarded():
        user = User.objects.create(username=f"{role}-{uuid.uuid4().hex[:6]}")
        RoleGrant.objects.create(user=user, role=role, **grant)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    client.user = user  # type: ignore[attr-defined]
    return client


@pytest.fixture
def administrator() -> Client:
    return logged_in("administrator")


def send(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "subject": None, "address": "warga@example.net", "channel": "email", "language": "id",
        "context": {"at": "kini"},
    }  # fmt: skip
    return services.send(changes.pop("kind", "channels.test"), **values | changes)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_an_empty_outbox_says_so(administrator: Client) -> None:
    page = text(administrator.get("/messages/"))
    assert "No messages yet" in page
    assert "Not set up, so that messages stay here: e-mail, SMS or WhatsApp." in page


def test_the_list_shows_masks_and_never_addresses(administrator: Client) -> None:
    send()
    send(channel="gateway", address="0812345678")
    send(channel="letter", address="Warga Uji\nJl. Contoh 1")
    page = text(administrator.get("/messages/"))
    assert "••••@••••" in page
    assert "••••678" not in page or "0812345678" not in page
    for secret in ("warga@example.net", "812345678", "Jl. Contoh", "kini"):
        assert secret not in page


def test_filters_narrow_the_list_and_its_counts(administrator: Client) -> None:
    send()
    send(kind="uji.news")
    send(channel="letter", address="Warga Uji")
    assert text(administrator.get("/messages/?state=held")).count("/messages/") > 0
    found = administrator.get("/messages/", {"state": "held", "kind": "uji.news"})
    assert [m.kind for m in found.context["page_obj"].object_list] == ["uji.news"]
    assert found.context["total"] == 1
    assert administrator.get("/messages/", {"channel": "letter"}).context["total"] == 1
    assert (
        administrator.get("/messages/", {"since": "2020-01-01", "until": "2020-01-02"}).context["total"] == 0
    )
    assert "No message fits" in text(administrator.get("/messages/", {"until": "2020-01-02"}))


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ({"since": "31-02-2026"}, "since", "valid date"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "until", "The last day lies before the first."),
        ({"channel": "pigeon"}, "channel", "pigeon"),
        ({"kind": "no.such"}, "kind", "no.such"),
    ],
)
def test_a_filter_that_cannot_be_is_named_beside_its_field(
    administrator: Client, query: dict[str, str], field: str, sentence: str
) -> None:
    answer = administrator.get("/messages/", query)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])


def test_the_number_of_queries_does_not_grow_with_the_rows(
    administrator: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        send()
    administrator.get("/messages/")
    with django_assert_max_num_queries(60) as few:
        administrator.get("/messages/")
    for _ in range(20):
        send()
    with django_assert_max_num_queries(len(few.captured_queries)):
        administrator.get("/messages/")


def test_a_message_opens_with_a_reason_only_and_that_is_entered(administrator: Client) -> None:
    person = seals.new_subject()
    message = send(subject=person)
    url = f"/messages/{message.pk}/"
    assert "warga@example.net" not in text(administrator.get(url))
    refused = administrator.post(url, {"reason": "curiosity"})
    assert refused.status_code == 422
    assert "warga@example.net" not in text(refused)
    assert administrator.post(url, {"reason": "delivery"}).status_code == 422  # the system's own
    assert not Entry.objects.filter(action="sealing.opened").exists()
    answer = administrator.post(url, {"reason": "service", "note": "rang up"})
    assert "warga@example.net" in text(answer)
    assert "kini" in text(answer)
    assert "What would be sent" in text(answer)
    assert "<dd>Bahasa Indonesia</dd>" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(action="sealing.opened")
    assert (entry.object, entry.actor) == (str(person), f"user-{administrator.user.pk}")  # type: ignore[attr-defined]


def test_what_was_erased_cannot_be_opened_and_says_so(administrator: Client) -> None:
    person = seals.new_subject()
    message = send(subject=person)
    seals.destroy(person)
    url = f"/messages/{message.pk}/"
    assert "erased" in text(administrator.get("/messages/"))
    assert "What this message said was erased." in text(administrator.post(url, {"reason": "service"}))
    services.forget(person)
    assert "What this message said was erased." in text(administrator.post(url, {"reason": "service"}))


def test_an_officer_sees_the_own_messages_and_those_of_the_own_programme() -> None:
    officer, other = logged_in("agency_officer", programme="flood_watch"), logged_in("agency_officer")
    with acting(f"user-{other.user.pk}"):  # type: ignore[attr-defined]
        own = send()
    theirs, nobodys = send(kind="uji.news"), send()
    for client, sees in ((officer, {theirs}), (other, {own})):
        for message in (own, theirs, nobodys):
            expected = 200 if message in sees else 404
            assert client.get(f"/messages/{message.pk}/").status_code == expected
            assert (client.post(f"/messages/{message.pk}/change/", {"action": "x"}).status_code == 404) == (
                expected == 404
            )
        assert {m.pk for m in client.get("/messages/").context["page_obj"].object_list} == {
            m.pk for m in sees
        }


@pytest.mark.usefixtures("mail_server")
def test_call_off_and_send_again(administrator: Client) -> None:
    message = send()
    url = f"/messages/{message.pk}/change/"
    assert "Call this message off?" in text(administrator.get(f"/messages/{message.pk}/"))
    assert "The message was called off." in text(administrator.post(url, {"action": "cancel"}, follow=True))
    assert "too late" in text(administrator.post(url, {"action": "cancel"}, follow=True))
    assert "cannot be sent again" in text(administrator.post(url, {"action": "retry"}, follow=True))
    failed = send()
    with unguarded():
        Message.objects.filter(pk=failed.pk).update(state="failed")
    again = administrator.post(f"/messages/{failed.pk}/change/", {"action": "retry"}, follow=True)
    assert "The message is sent again." in text(again)
    assert administrator.post(url, {"action": "dance"}).status_code == 400
    assert administrator.get(url).status_code == 405


def test_a_held_message_says_why_it_cannot_be_sent(administrator: Client) -> None:
    message = send()
    answer = administrator.post(f"/messages/{message.pk}/change/", {"action": "retry"}, follow=True)
    assert "The channel is not set up" in text(answer)


@pytest.mark.usefixtures("mail_server")
def test_a_dead_address_is_lifted_by_those_who_may(administrator: Client) -> None:
    officer = logged_in("agency_officer")
    with acting(f"user-{officer.user.pk}"):  # type: ignore[attr-defined]
        message = send()
    returns.mark_dead(message)
    url = f"/messages/{message.pk}/"
    assert "This address gets nothing" in text(officer.get(url))
    assert officer.post(f"{url}change/", {"action": "lift"}).status_code == 400
    assert "Messages go to this address again." in text(
        administrator.post(f"{url}change/", {"action": "lift"}, follow=True)
    )
    assert not DeadAddress.objects.exists()


def test_letters_are_printed_in_a_batch(administrator: Client) -> None:
    for n in range(3):
        send(channel="letter", address=f"Warga {n}\nJl. Contoh {n}")
    assert "3 letters to print" in text(administrator.get("/messages/"))
    assert "At most 200 go into one batch" in text(administrator.get("/messages/letters/"))
    made = administrator.post("/messages/letters/", follow=True)
    assert made.redirect_chain
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    url = made.redirect_chain[0][0]
    assert "Warga" not in text(made)
    answer = administrator.post(f"{url}pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert [f"Jl. Contoh {n}" in page.extract_text() for n, page in enumerate(pages)] == [True] * 3
    assert "Pesan uji dari JCOC" in pages[0].extract_text()
    assert Entry.objects.filter(action="sealing.opened").count() == 3
    assert administrator.get(f"{url}pdf/").status_code == 405
    nothing = administrator.post("/messages/letters/", follow=True)
    assert "No letter waits to be printed." in text(nothing)


def test_a_batch_leaves_out_who_was_erased(administrator: Client) -> None:
    person = seals.new_subject()
    letters = [
        send(channel="letter", address="Warga 0"),
        send(channel="letter", address="Warga 1", subject=person),
    ]
    batch, count = services.make_batch(letters)
    assert count == 2
    seals.destroy(person)
    pdf = administrator.post(f"/messages/letters/{batch}/pdf/")
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) == 1
    services.forget(letters[0].subject)
    assert "data of these persons was erased" in text(
        administrator.post(f"/messages/letters/{batch}/pdf/", follow=True)
    )
    assert administrator.get(f"/messages/letters/{uuid.uuid4()}/").status_code == 404


def test_the_channels_page_says_what_is_set_up_and_sends_a_test(
    administrator: Client, mail_server: object
) -> None:
    page = text(administrator.get("/messages/channels/"))
    assert "127.0.0.1" in page
    assert "not set up" in page
    assert "JCOC_GATEWAY" in page
    answer = administrator.post(
        "/messages/channels/", {"channel": "email", "address": "saya@example.net"}, follow=True
    )
    assert "The test message is in the outbox" in text(answer)
    assert Message.objects.get().state == State.QUEUED
    for channel, address, sentence in (
        ("email", "saya", "The e-mail address is not one."),
        ("gateway", "0741 60123", "not a mobile number"),
        ("letter", "x" * 61, "more than sixty characters"),
    ):
        refused = administrator.post("/messages/channels/", {"channel": channel, "address": address})
        assert refused.status_code == 422
        assert sentence in text(refused)
    assert Message.objects.count() == 1


def test_every_code_has_its_words() -> None:
    import re
    from pathlib import Path

    import jcoc.trail.channels as package

    source = "".join(path.read_text() for path in Path(package.__path__[0]).rglob("*.py"))
    used = set(re.findall(r'"((?:smtp|gateway|mail|number|letter|report|bounce)-[a-z]+)"', source))
    assert used <= set(WORDS) | {"mail-server"}
