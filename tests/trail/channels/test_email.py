"""Against a real SMTP server (aiosmtpd): accepting, refusing, slow, dead."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from jcoc.trail.channels.adapters import email
from jcoc.trail.channels.adapters.contract import End, Parcel
from jcoc.trail.channels.mailserver import MailServer
from support import free_port

ID = "5f0c2f3e-9a54-4f0e-8a53-0d3f1f4c7b21"
PARCEL = Parcel(ID, "warga@example.net", "Kode masuk", "Kode Anda: 4821 7730.\nSelamat – é.")


class Answering:
    """A handler that keeps what it takes and answers what it is told to."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", mail: str = "250 OK") -> None:
        self.answers = {"rcpt": rcpt, "data": data, "mail": mail}
        self.taken: list[tuple[str | None, list[str], EmailMessage]] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["mail"].startswith("250"):
            envelope.mail_from = address
        return self.answers["mail"]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["rcpt"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers["rcpt"]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return self.answers["data"]


Serve = Callable[..., tuple[Answering, MailServer]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Controller] = []

    def begin(**answers: str) -> tuple[Answering, MailServer]:
        handler = Answering(**answers)
        controller = Controller(handler, hostname="127.0.0.1", port=free_port())
        controller.start()
        running.append(controller)
        return handler, server_at(controller.port)

    yield begin
    for controller in running:
        controller.stop()


def server_at(port: int, **changes: Any) -> MailServer:
    return MailServer(
        **{
            "host": "127.0.0.1",
            "port": port,
            "username": "",
            "password": "",
            "tls": "none",
            "timeout_s": 5,
            "sender": "Kota Jambi <jcoc@example.go.id>",
            "return_path": "bounces@example.go.id",
        }
        | changes
    )


def test_an_e_mail_arrives_as_it_was_meant(serve: Serve) -> None:
    handler, server = serve()
    stop = "https://jcoc.example.go.id/channels/stop/abc/"
    done = email.send(
        server, Parcel(ID, "warga@example.net", "Kabar\nsungai", PARCEL.text, "<p>Halo</p>", stop_url=stop)
    )
    assert (done.end, done.code) == (End.SENT, "smtp-accepted")
    ((sender, recipients, mail),) = handler.taken
    assert sender == f"bounces+{ID.replace('-', '')}@example.go.id"
    assert recipients == ["warga@example.net"]
    assert mail["From"] == "Kota Jambi <jcoc@example.go.id>"
    assert mail["Subject"] == "Kabar sungai"
    assert mail["Message-ID"] == f"<{ID}@example.go.id>"
    assert mail["X-JCOC-Message"] == ID
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), plain.get_content_charset()) == ("text/plain", "utf-8")
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == PARCEL.text
    assert html.get_content().strip() == "<p>Halo</p>"


def test_a_service_message_cannot_be_stopped_and_says_nothing_of_it(serve: Serve) -> None:
    handler, server = serve()
    email.send(server, PARCEL)
    assert "List-Unsubscribe" not in handler.taken[0][2]


@pytest.mark.parametrize(
    ("answers", "end", "code", "dead"),
    [
        ({"rcpt": "550 5.1.1 No such user here"}, End.NEVER, "smtp-refused", True),
        ({"rcpt": "550 5.7.1 Policy"}, End.NEVER, "smtp-refused", False),
        ({"rcpt": "552 5.2.2 Mailbox full"}, End.NEVER, "smtp-refused", False),
        ({"rcpt": "450 4.2.0 Greylisted, come back"}, End.LATER, "smtp-later", False),
        ({"data": "554 5.6.0 Content refused"}, End.NEVER, "smtp-refused", False),
        ({"data": "451 4.3.0 Try again"}, End.LATER, "smtp-later", False),
        ({"mail": "553 5.1.8 Sender refused"}, End.LATER, "smtp-sender", False),
    ],
)
def test_what_the_server_answers_decides(
    serve: Serve, answers: dict[str, str], end: End, code: str, dead: bool
) -> None:
    _handler, server = serve(**answers)
    done = email.send(server, PARCEL)
    assert (done.end, done.code, done.dead) == (end, code, dead)
    assert done.words.startswith(next(iter(answers.values()))[:9])


def test_a_dead_server_is_tried_again() -> None:
    assert email.send(server_at(free_port()), PARCEL).code == "smtp-away"


@contextmanager
def listener(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that talks to its one client as the function says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            client, _address = listening.accept()
            with client:
                talk(client)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(10)
            assert not thread.is_alive()


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    def silent(client: socket.socket) -> None:
        client.recv(1)  # until the other side goes

    with listener(silent) as port:
        assert email.send(server_at(port, timeout_s=0.3), PARCEL).code == "smtp-timeout"


def test_a_server_that_hangs_up_in_the_middle_is_tried_again() -> None:
    def rude(client: socket.socket) -> None:
        client.sendall(b"220 mx.example.net ESMTP\r\n")
        client.recv(100)

    with listener(rude) as port:
        assert email.send(server_at(port), PARCEL).end is End.LATER


def test_a_goodbye_that_fails_does_not_undo_the_acceptance() -> None:
    def impatient(client: socket.socket) -> None:
        with client.makefile("rb") as lines:
            client.sendall(b"220 mx.example.net ESMTP\r\n")
            for line in lines:
                if line.upper().startswith(b"EHLO"):
                    client.sendall(b"250 mx.example.net\r\n")
                elif line.upper().startswith(b"DATA"):
                    client.sendall(b"354 go on\r\n")
                elif line == b".\r\n":
                    client.sendall(b"250 OK\r\n")
                    return  # and hangs up before QUIT
                elif line[:4].upper() in (b"MAIL", b"RCPT"):
                    client.sendall(b"250 OK\r\n")

    with listener(impatient) as port:
        assert email.send(server_at(port), PARCEL).end is End.SENT


def test_a_server_without_tls_gets_nothing(serve: Serve) -> None:
    handler, server = serve()
    done = email.send(server_at(server.port, tls="starttls", username="jcoc", password="x"), PARCEL)
    assert (done.end, done.code) == (End.LATER, "smtp-tls")
    assert handler.taken == []


def test_a_wrong_password_is_ours_to_mend(serve: Serve) -> None:
    _handler, server = serve()
    done = email.send(server_at(server.port, username="jcoc", password="wrong"), PARCEL)
    assert done.end is End.LATER  # aiosmtpd without TLS offers no log-in at all


def test_an_address_that_breaks_a_header_is_never_tried(serve: Serve) -> None:
    handler, server = serve()
    done = email.send(server, Parcel(ID, "warga@example.net\nBcc: all@example.net", "Kabar", "x"))
    assert (done.end, done.code) == (End.NEVER, "mail-form")
    assert handler.taken == []
