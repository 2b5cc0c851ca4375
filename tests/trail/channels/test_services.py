"""A message's course, in the database."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.channels import backoff, bounces, delivery, outlets, services
from jcoc.trail.channels.adapters.contract import End, Outcome, Parcel
from jcoc.trail.channels.kinds import MessageKind
from jcoc.trail.channels.models import Attempt, DeadAddress, Message, OptOut, State
from jcoc.trail.channels.services.steps import step
from jcoc.trail.sealing import seals
from jcoc.trail.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def send(kind: str = "channels.test", **changes: Any) -> Message:
    values: dict[str, Any] = {
        "subject": None, "address": "warga@example.net", "channel": "email", "language": "id",
        "context": {"at": "kini"},
    }  # fmt: skip
    return services.send(kind, **values | changes)


def course(message: Message) -> list[tuple[str, str]]:
    return list(Attempt.objects.filter(message=message).order_by("number").values_list("state", "code"))


def answer(monkeypatch: pytest.MonkeyPatch, *outcomes: Outcome) -> list[Parcel]:
    """Let the channel answer so, try by try; the parcels it got."""
    got: list[Parcel] = []
    rest = list(outcomes)

    def fake(channel: str, parcel: Parcel) -> Outcome:
        assert not connection.in_atomic_block or connection.savepoint_ids is not None
        got.append(parcel)
        return rest.pop(0)

    monkeypatch.setattr(outlets, "send", fake)
    return got


SENT = Outcome(End.SENT, "smtp-accepted")
LATER = Outcome(End.LATER, "smtp-away", "connection refused for warga@example.net")


def be_due(message: Message) -> None:
    with unguarded():
        Message.objects.filter(pk=message.pk).update(due=timezone.now() - timedelta(seconds=1))


@pytest.mark.usefixtures("mail_server")
def test_a_message_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = answer(monkeypatch, SENT)
    message = send()
    assert message.state == State.QUEUED
    assert Task.objects.filter(name="channels.send", arguments={"message": str(message.pk)}).count() == 1
    assert delivery.deliver(message.pk) == "smtp-accepted"
    assert delivery.deliver(message.pk) == ""
    (parcel,) = parcels
    assert (parcel.id, parcel.to, parcel.stop_url) == (str(message.pk), "warga@example.net", "")
    assert "kini" in parcel.text
    assert course(message) == [("queued", "made"), ("sending", "taken"), ("sent", "smtp-accepted")]


@pytest.mark.usefixtures("mail_server")
def test_each_step_is_in_the_audit_trail_and_nothing_of_the_reader_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(monkeypatch, SENT)
    delivery.deliver(send().pk)
    actions = list(Entry.objects.order_by("seq").values_list("action", flat=True))
    assert actions == [
        "sealing.key_made", "channels.message_make", "channels.message_make", "channels.message_sending",
        "sealing.opened", "channels.message_sent",
    ]  # fmt: skip
    whole = " ".join(str(row) for row in Entry.objects.values_list())
    assert "warga" not in whole
    assert "kini" not in whole


@pytest.mark.usefixtures("mail_server")
def test_nothing_of_the_reader_stands_open_in_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, LATER)
    message = send()
    delivery.deliver(message.pk)
    rows = [str(row) for model in (Message, Attempt, Task) for row in model._base_manager.values_list()]
    assert not any("warga" in row or "kini" in row for row in rows)
    words = Attempt.objects.get(code="smtp-away").words
    assert "warga" in words.open(reason="inspection")


@pytest.mark.usefixtures("mail_server")
def test_a_message_that_was_not_committed_is_not_sent() -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        send()
        raise Undone
    assert not Message.objects.exists()
    assert not Task.objects.filter(name="channels.send").exists()


@pytest.mark.usefixtures("mail_server")
def test_a_failure_is_tried_again_until_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, *[LATER] * backoff.TRIES)
    message = send()
    waits = []
    for tried in range(1, backoff.TRIES + 1):
        assert delivery.deliver(message.pk) == "smtp-away"
        message.refresh_from_db()
        assert message.tries == tried
        assert message.due is not None
        waits.append((message.due - timezone.now()).total_seconds())
        assert delivery.deliver(message.pk) == ""  # not due yet
        be_due(message)
    assert message.state == State.FAILED
    for tried, wait in enumerate(waits[:-1], 1):
        longest = backoff.longest_wait(tried)
        assert longest / 2 - 5 <= wait <= longest
    assert Task.objects.filter(name="channels.send").count() == backoff.TRIES


@pytest.mark.usefixtures("mail_server")
def test_what_is_refused_for_good_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, Outcome(End.NEVER, "smtp-refused", "550 5.1.1 no such user", dead=True))
    message = send()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.FAILED, 0)
    assert send().state == State.SUPPRESSED  # the address is dead from now on, also for service messages
    services.lift(message)
    assert send().state == State.QUEUED


@pytest.mark.usefixtures("mail_server")
def test_a_gateways_wish_to_wait_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, Outcome(End.LATER, "gateway-busy", after_s=3000))
    message = send()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.due is not None
    assert 2990 < (message.due - timezone.now()).total_seconds() <= 3000


@pytest.mark.parametrize(
    ("channel", "address", "code"),
    [
        ("email", "warga", "mail-form"),
        ("gateway", "0741 60123", "number-landline"),
        ("letter", "", "letter-empty"),
    ],
)
@pytest.mark.usefixtures("mail_server")
def test_a_bad_address_fails_at_once_and_says_why(channel: str, address: str, code: str) -> None:
    message = send(channel=channel, address=address)
    assert message.state == State.FAILED
    assert course(message) == [("failed", code)]
    assert not Task.objects.filter(name="channels.send").exists()
    assert not services.retry(message)


def test_without_a_channel_the_message_stays_and_says_so(settings: Any) -> None:
    message = send()
    assert course(message) == [("held", "not-set-up")]
    assert not services.retry(message)
    assert services.cancel(message)


@pytest.mark.usefixtures("mail_server")
def test_a_demonstration_sends_nothing_even_when_set_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels = answer(monkeypatch)
    settings.NEVER_SEND_WHERE = ["trail_channels_never.always"]
    monkeypatch.setitem(__import__("sys").modules, "trail_channels_never", _Always)
    message = send()
    assert course(message) == [("held", "demonstration")]
    assert not services.retry(message)
    with unguarded():  # as if it had been queued before
        Message.objects.filter(pk=message.pk).update(state="queued")
    assert delivery.deliver(message.pk) == ""
    message.refresh_from_db()
    assert (message.state, parcels) == (State.HELD, [])


class _Always:
    @staticmethod
    def always() -> bool:
        return True


@pytest.mark.usefixtures("mail_server")
def test_what_lost_its_use_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = answer(monkeypatch)
    message = send()
    with unguarded():
        Message.objects.filter(pk=message.pk).update(expires=timezone.now())
    delivery.deliver(message.pk)
    assert course(message)[-1] == ("failed", "expired")
    assert parcels == []


@pytest.mark.usefixtures("mail_server")
def test_a_wait_beyond_its_use_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, LATER)
    message = send()
    with unguarded():
        Message.objects.filter(pk=message.pk).update(expires=timezone.now() + timedelta(seconds=20))
    delivery.deliver(message.pk)
    assert course(message)[-1] == ("failed", "smtp-away")


@pytest.mark.usefixtures("mail_server")
def test_an_opt_out_holds_for_its_purpose_and_never_for_service(news: MessageKind) -> None:
    first = send("uji.news")
    services.opt_out(first, purpose=None, how="page")
    services.opt_out(first, purpose=None, how="page")
    assert OptOut.objects.count() == 1
    assert course(send("uji.news", address="WARGA@example.net")) == [("suppressed", "opted-out")]
    assert send("uji.news", address="lain@example.net").state == State.QUEUED
    assert send().state == State.QUEUED
    assert delivery.deliver(first.pk) == ""  # decided once more when its turn comes
    assert course(first)[-1] == ("suppressed", "opted-out")
    services.opt_in(first)
    assert send("uji.news").state == State.QUEUED


def test_a_number_ends_all_but_service(settings: Any) -> None:
    assert services.opt_out_number("62 812-345-678", how="reply")
    assert services.opt_out_number("0812345678", how="reply")
    assert OptOut.objects.count() == 1
    assert send("uji.news", channel="gateway", address="+62812345678").state == State.SUPPRESSED
    assert send(channel="gateway", address="+62812345678").state == State.HELD
    assert not services.opt_out_number("STOP", how="reply")


@pytest.mark.usefixtures("mail_server")
def test_an_erased_person_is_written_to_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = answer(monkeypatch)
    person = seals.new_subject()
    message = send(subject=person)
    seals.destroy(person)
    delivery.deliver(message.pk)
    assert course(message)[-1] == ("failed", "erased")
    assert parcels == []
    with pytest.raises(seals.Erased):
        send(subject=person)


@pytest.mark.usefixtures("mail_server")
def test_forgetting_a_person_leaves_the_course_only() -> None:
    person = seals.new_subject()
    message = send(subject=person)
    services.opt_out(message, purpose="", how="page")
    assert services.forget(person) == 1
    message.refresh_from_db()
    assert (message.state, message.address_index) == (State.CANCELLED, "")
    assert not message.address
    assert not message.content
    assert not OptOut.objects.exists()
    assert course(message)[-1] == ("cancelled", "erased")
    assert not services.retry(message)


@pytest.mark.usefixtures("mail_server")
def test_retention_empties_what_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, SENT)
    ended, waiting = send(), send()
    delivery.deliver(ended.pk)
    later = timezone.now() + timedelta(seconds=1)
    assert services.forget_before(later, dry_run=True) == 1
    assert services.forget_before(later) == 1
    assert services.forget_before(later) == 0
    ended.refresh_from_db()
    assert (ended.state, bool(ended.content)) == (State.SENT, False)
    with pytest.raises(seals.Erased):
        seals.seal(ended.subject, "x", "y")
    waiting.refresh_from_db()
    assert waiting.content


@pytest.mark.usefixtures("mail_server")
def test_a_worker_that_dies_after_the_yes_sends_again_under_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At least once: the other side had it, our commit was lost; the copy can be known by its id."""
    parcels = answer(monkeypatch, SENT, SENT)
    message = send()
    with monkeypatch.context() as killed:

        def die(*_: object) -> None:
            raise SystemExit

        killed.setattr(delivery, "finish", die)
        with pytest.raises(SystemExit):
            delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == State.SENDING
    assert services.take_back_lost() == 0  # its claim still holds
    with unguarded():
        Message.objects.filter(pk=message.pk).update(claimed_until=timezone.now())
    assert services.take_back_lost() == 1
    assert delivery.deliver(message.pk) == "smtp-accepted"
    assert [parcel.id for parcel in parcels] == [str(message.pk)] * 2
    assert [code for _state, code in course(message)] == ["made", "taken", "lost", "taken", "smtp-accepted"]


@pytest.mark.usefixtures("mail_server")
def test_an_unexpected_error_gives_the_message_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(channel: str, parcel: Parcel) -> Outcome:
        raise RuntimeError

    monkeypatch.setattr(outlets, "send", broken)
    message = send()
    with pytest.raises(RuntimeError):
        delivery.deliver(message.pk)
    assert course(message)[-1] == ("queued", "unexpected")


@pytest.mark.usefixtures("mail_server")
def test_what_no_task_knows_is_queued_once_an_hour() -> None:
    message = send()
    with unguarded():
        Message.objects.filter(pk=message.pk).update(due=timezone.now() - timedelta(hours=1))
    Task.objects.all().delete()
    services.due_without_worker()
    services.due_without_worker()
    assert Task.objects.filter(name="channels.send").count() == 1


@pytest.mark.usefixtures("mail_server")
def test_what_is_settled_cannot_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    message = send()
    assert services.cancel(message)
    assert not services.retry(message)
    assert not services.cancel(message)
    assert delivery.deliver(message.pk) == ""
    stale = Message.objects.get(pk=message.pk)
    stale.state, stale.version = State.QUEUED, 0  # what somebody read before
    assert not step(stale, State.SENDING, "taken")
    assert course(message) == [("queued", "made"), ("cancelled", "called-off")]


def _sent_by_gateway() -> Message:
    message = send(channel="gateway", address="0812345678")
    with unguarded():
        Message.objects.filter(pk=message.pk).update(state="sent", provider_id="SM1")
    return message


def test_a_report_is_believed_once() -> None:
    message = _sent_by_gateway()
    assert services.note_report("SM1", delivered=True)
    assert services.note_report("SM1", delivered=False)  # late and out of order
    assert services.note_report("SM1", delivered=True)
    assert course(message)[1:] == [("delivered", "report-delivered")]
    assert not services.note_report("SM2", delivered=True)
    assert not services.note_report("", delivered=True)


def test_a_late_delivery_is_believed_over_a_failure() -> None:
    message = _sent_by_gateway()
    services.note_report("SM1", delivered=False)
    services.note_report("SM1", delivered=True)
    assert [state for state, _code in course(message)[1:]] == ["failed", "delivered"]


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize(
    ("status", "action", "last", "dead"),
    [
        ("5.1.1", "failed", ("bounced", "bounce-hard"), True),
        ("4.4.1", "failed", ("bounced", "bounce-soft"), False),
        ("2.0.0", "delivered", ("delivered", "bounce-delivered"), False),
    ],
)
def test_a_bounce_is_entered(
    monkeypatch: pytest.MonkeyPatch, status: str, action: str, last: tuple[str, str], dead: bool
) -> None:
    answer(monkeypatch, SENT)
    message = send()
    delivery.deliver(message.pk)
    report = bounces.Report("warga@example.net", action, status, "550 warga@example.net unknown")
    notice = bounces.Notice((str(message.pk), str(uuid.uuid4())), (report,))
    assert services.note_bounce(notice) == 1
    assert services.note_bounce(notice) == 1
    assert course(message)[3:] == [last]
    assert DeadAddress.objects.exists() is dead


def test_a_delay_changes_nothing(mail_server: object, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, SENT)
    message = send()
    delivery.deliver(message.pk)
    services.note_bounce(bounces.Notice((str(message.pk),), (bounces.Report("x", "delayed", "4.4.1", ""),)))
    assert len(course(message)) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mail_server")
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite lies in memory; test_server.py has it in a file"
)
def test_of_many_workers_one_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    lock = threading.Lock()

    def count(channel: str, parcel: Parcel) -> Outcome:
        with lock:
            got.append(parcel.id)
        return SENT

    monkeypatch.setattr(outlets, "send", count)
    message = send()
    together = threading.Barrier(6)
    faults: list[BaseException] = []

    def work() -> None:
        together.wait(10)
        try:
            delivery.deliver(message.pk)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (faults, got) == ([], [str(message.pk)])
    assert [state for state, _code in course(message)] == ["queued", "sending", "sent"]


@pytest.mark.usefixtures("mail_server")
def test_a_message_that_kills_its_worker_each_time_is_given_up() -> None:
    message = send()
    for _ in range(backoff.TRIES):
        be_due(message)
        assert services.claim(message.pk) is not None
        with unguarded():
            Message.objects.filter(pk=message.pk).update(claimed_until=timezone.now())
        services.take_back_lost()
    assert course(message)[-1] == ("failed", "lost")
