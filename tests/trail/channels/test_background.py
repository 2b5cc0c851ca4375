"""The tasks: delivery by pace, and looking after what was left lying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from channels_gateway import answering, gateway
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.channels import gatewayfile, services
from jcoc.trail.channels.models import Message
from jcoc.trail.tasks.models import Task
from jcoc.trail.tasks.worker import run_due

pytestmark = pytest.mark.django_db

FILE = """
name = "sms"
url = "{url}"
rate_per_second = {rate}
[body]
to = "{{to}}"
text = "{{text}}"
ref = "{{id}}"
[answer]
id = "id"
"""


def send(number: str = "0812345678") -> Message:
    return services.send(
        "channels.test",
        subject=None,
        address=number,
        channel="gateway",
        language="id",
        context={"at": "kini"},
    )


def make_due() -> None:
    Task.objects.filter(state="waiting").update(run_after=timezone.now())


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


def test_a_message_goes_through_the_queue_to_the_gateway(settings: Any) -> None:
    with gateway(answering(200, b'{"id": "SM1"}')) as running:
        settings.GATEWAY = gatewayfile.read(FILE.format(url=running.url, rate=100), {})
        message = send()
        assert run_due() == ["done"]
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("sent", "SM1")
    assert str(message.pk).encode() in running.received[0].body


def test_a_slow_gateway_gets_its_messages_one_by_one_and_no_thread_waits(settings: Any) -> None:
    with gateway(answering(200, b'{"id": "x"}')) as running:
        settings.GATEWAY = gatewayfile.read(FILE.format(url=running.url, rate=0.05), {})
        for n in range(3):
            send(f"0812345{n}78")
        begun = timezone.now()
        assert run_due() == ["done"] * 3
        assert states() == ["queued", "queued", "sent"]
        later = Task.objects.filter(state="waiting", name="channels.send").order_by("run_after")
        waits = [(task.run_after - begun).total_seconds() for task in later]
        assert [round(wait) for wait in waits] == [20, 40]
        make_due()
        assert run_due() == ["done"] * 2  # their moment is taken already: they do not queue again
        assert states() == ["sent"] * 3
    assert len(running.received) == 3


def test_a_busy_gateway_is_tried_when_it_wishes(settings: Any) -> None:
    with gateway(answering(429, Retry_After="900")) as running:
        settings.GATEWAY = gatewayfile.read(FILE.format(url=running.url, rate=100), {})
        message = send()
        run_due()
        message.refresh_from_db()
        (again,) = Task.objects.filter(state="waiting", name="channels.send")
        assert again.run_after == message.due
        assert (again.run_after - timezone.now()).total_seconds() > 890
        running.answer = answering(200, b'{"id": "x"}')
        make_due()
        with unguarded():
            Message.objects.update(due=timezone.now())
        run_due()
    assert states() == ["sent"]
    assert [len(running.received), len({one.body for one in running.received})] == [2, 1]


def test_what_was_left_lying_is_sent_in_the_end(settings: Any) -> None:
    with gateway(answering(200, b'{"id": "x"}')) as running:
        settings.GATEWAY = gatewayfile.read(FILE.format(url=running.url, rate=100), {})
        lost, forgotten = send(), send("0812345679")
        assert services.claim(lost.pk) is not None
        with unguarded():
            Message.objects.filter(pk=lost.pk).update(claimed_until=timezone.now())
            Message.objects.filter(pk=forgotten.pk).update(due=timezone.now() - timedelta(hours=1))
        Task.objects.all().delete()
        from jcoc.trail.channels.background import look_after
        from jcoc.trail.tasks.api import enqueue

        enqueue(look_after)
        run_due()
    assert states() == ["sent", "sent"]
