"""With a running centre: what the outbox holds reaches a real mail server, and a bounce comes back by the command."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from support import COMMAND, Centre, environment, free_port, jcoc, set_up, until
from trail.channels.test_email import Answering

SEND = """
from jcoc.trail.channels import services
for address in {addresses!r}:
    made = services.send("channels.test", subject=None, address=address, channel="email", language="id",
                         context={{"at": "rahasia-kini"}})
    print("MADE", made.pk)
"""
SHOW = """
from jcoc.trail.channels.models import Message
for message in Message.objects.order_by("created"):
    print("COURSE", *message.attempts.values_list("code", flat=True))
"""
RACE = """
import threading
from django.db import connection
from jcoc.trail.channels import delivery, outlets, services
from jcoc.trail.channels.adapters.contract import End, Outcome
from jcoc.trail.channels.models import Message
sent = []
def answer(channel, parcel):
    sent.append(parcel.id)
    return Outcome(End.SENT, "smtp-accepted")
outlets.send = answer
made = [services.send("channels.test", subject=None, address=f"w{{n}}@example.net", channel="email", language="id",
                      context={{"at": "x"}}).pk for n in range(5)]
together = threading.Barrier(6)
faults = []
def work():
    together.wait(30)
    try:
        for pk in made:
            delivery.deliver(pk)
    except BaseException as fault:
        faults.append(repr(fault))
    finally:
        connection.close()
threads = [threading.Thread(target=work) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join(120) for thread in threads]
print("RACE", len(sent), len(set(sent)), faults, sorted(Message.objects.values_list("version", flat=True)))
"""


@pytest.fixture
def mail() -> Iterator[tuple[Answering, dict[str, str]]]:
    handler = Answering()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = {
        "JCOC_SMTP_URL": f"smtp://127.0.0.1:{controller.port}",
        "JCOC_MAIL_FROM": "Kota Jambi <jcoc@example.go.id>",
        "JCOC_MAIL_BOUNCES": "bounces@example.go.id",
    }
    yield handler, settings
    controller.stop()


def shell(data: Path, script: str, more: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [*COMMAND, "manage", "shell", "-c", script],
        env=environment(data) | more, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith(("MADE", "COURSE", "RACE"))]


def bounce(message_id: str) -> bytes:
    return (
        f"To: bounces+{message_id.replace('-', '')}@example.go.id\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; warga@example.net\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    ).encode()


def test_the_outbox_of_a_running_centre(folder: Path, mail: tuple[Answering, dict[str, str]]) -> None:
    handler, settings = mail
    with Centre(set_up(folder / "d"), environment=settings).started() as centre:
        made = shell(centre.data, SEND.format(addresses=["warga@example.net", "lain@example.net"]), settings)
        ids = [line.split()[1] for line in made]
        until(lambda: len(handler.taken) == 2, what="the arrival of both e-mails")
        assert {taken[2]["X-JCOC-Message"] for taken in handler.taken} == set(ids)
        until(
            lambda: shell(centre.data, SHOW, settings) == ["COURSE made taken smtp-accepted"] * 2,
            what="the note of both",
        )
        piped = subprocess.run(
            [*COMMAND, "channels", "bounce", "-"],
            env=environment(centre.data) | settings, input=bounce(ids[0]), capture_output=True, timeout=60,
        )  # fmt: skip
        assert piped.returncode == 0, piped.stderr
        assert piped.stdout.decode().strip() == "1 of our messages came back or arrived."
        assert shell(centre.data, SHOW, settings)[0] == "COURSE made taken smtp-accepted bounce-hard"
        again = shell(centre.data, SEND.format(addresses=["warga@example.net"]), settings)
        assert len(again) == 1
        assert shell(centre.data, SHOW, settings)[-1] == "COURSE dead"
        log = "".join(centre.output)
    whole = b"".join(path.read_bytes() for path in centre.data.rglob("*") if path.is_file())
    for secret in (b"warga@example.net", b"lain@example.net", b"rahasia-kini"):
        assert secret not in whole
        assert secret.decode() not in log


def test_of_many_workers_on_one_file_one_sends(folder: Path, mail: tuple[Answering, dict[str, str]]) -> None:
    data = set_up(folder / "d")
    (line,) = shell(data, RACE.format(), mail[1])
    assert line == "RACE 5 5 [] [2, 2, 2, 2, 2]"


def test_what_is_no_bounce_is_refused_by_its_reason(folder: Path) -> None:
    mail = folder / "mail"
    mail.write_bytes(b"Subject: Halo\n\nApa kabar?")
    refused = jcoc(folder / "d", "channels", "bounce", str(mail))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "holds no delivery status" in refused.stderr
    missing = jcoc(folder / "d", "channels", "bounce", str(folder / "none"))
    assert missing.returncode == 2
    assert "cannot be read" in missing.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JCOC_SMTP_URL", "http://mail.example.go.id", "JCOC_SMTP_URL must begin with smtp://"),
        ("JCOC_GATEWAY", "/nowhere/gateway.toml", "JCOC_GATEWAY: /nowhere/gateway.toml cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(
    folder: Path, name: str, value: str, sentence: str
) -> None:
    done = subprocess.run(
        [*COMMAND, "setup"],
        env=environment(folder / "d") | {name: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
