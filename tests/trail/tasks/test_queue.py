"""The queue's states, in one thread; what several workers do together stands in test_worker.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jcoc.trail.actor import acting, current_actor
from jcoc.trail.tasks import queue, registry
from jcoc.trail.tasks.api import Cancelled, GiveUp, Job, Retry, Stopping, daily, enqueue, weekly
from jcoc.trail.tasks.clock import WIB
from jcoc.trail.tasks.models import State, Task
from jcoc.trail.tasks.worker import run, run_due

Declare = Callable[..., Any]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _row(pk: int) -> Task:
    return Task.objects.get(pk=pk)


def test_a_task_gets_its_arguments_and_its_result_is_kept(declared: Declare) -> None:
    double = declared("test.double", lambda job, n: {"twice": 2 * n})
    pk = enqueue(double, n=21)
    assert run_due() == ["done"]
    row = _row(pk)
    assert (row.result, row.attempt, row.fraction, row.lease) == ({"twice": 42}, 1, 1, None)
    assert row.finished is not None
    assert run_due() == []


def test_it_acts_for_who_asked_and_else_for_itself(declared: Declare) -> None:
    who = declared("test.who", lambda job: current_actor())
    with acting("user-7"):
        first = enqueue(who)
    second = enqueue(who)
    run_due()
    assert (_row(first).result, _row(second).result) == ("user-7", f"task-{second}")


def test_nothing_is_enqueued_by_a_transaction_that_fails(declared: Declare) -> None:
    task = declared("test.none", lambda job: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(task)
        1 / 0  # noqa: B018
    assert not Task.objects.exists()


def test_what_cannot_be_called_or_kept_is_refused_where_it_is_asked(declared: Declare) -> None:
    task = declared("test.strict", lambda job, n: None)
    with pytest.raises(TypeError, match="missing a required argument: 'n'"):
        enqueue(task)
    with pytest.raises(TypeError, match="not JSON serializable"):
        enqueue(task, n=object())
    with pytest.raises(ValueError, match="not a background task"):
        enqueue(len)
    assert not Task.objects.exists()


def test_a_name_belongs_to_one_function(declared: Declare) -> None:
    declared("test.one", lambda job: 1)
    with pytest.raises(ValueError, match=r"Two background tasks are called 'test\.one'"):
        registry.background("test.one")(lambda job: 2)


def test_a_key_is_taken_in_once(declared: Declare) -> None:
    task = declared("test.key", lambda job: None)
    assert enqueue(task, key="a") == enqueue(task, key="a") != enqueue(task, key="b")
    assert run_due() == ["done", "done"]
    assert enqueue(task, key="a") == Task.objects.get(key="a").pk
    assert run_due() == []


def test_later_and_higher(declared: Declare) -> None:
    order: list[str] = []
    plain = declared("test.plain", lambda job, name: order.append(name))
    urgent = declared("test.urgent", lambda job, name: order.append(name), priority=5)
    enqueue(plain, name="first", run_after=timedelta(seconds=-5))
    enqueue(plain, name="second")
    enqueue(plain, name="tomorrow", run_after=timedelta(days=1))
    enqueue(urgent, name="urgent")
    assert run_due() == ["done"] * 3
    assert order == ["urgent", "first", "second"]


def test_a_failed_attempt_waits_and_the_last_one_is_for_good(declared: Declare) -> None:
    def fail(job: Job) -> None:
        raise LookupError("NIK 1571010101900001")

    pk = enqueue(declared("test.fail", fail, attempts=2))
    assert run_due() == ["waiting"]
    row = _row(pk)
    assert 8 < (row.run_after - timezone.now()).total_seconds() <= 10
    assert run_due() == []
    Task.objects.update(run_after=timezone.now())
    assert run_due() == ["failed"]
    row = _row(pk)
    assert (row.attempt, row.claim) == (2, "")
    assert "LookupError" in row.error_text
    assert "test_queue.py:" in row.error_text
    assert "1571" not in str(row.error)  # an error's own words may hold something of a person


def test_retry_sets_the_wait_and_a_reason(declared: Declare) -> None:
    def again(job: Job) -> None:
        raise Retry(600, "The gateway is away: %(code)s", code=503)

    pk = enqueue(declared("test.again", again))
    assert run_due() == ["waiting"]
    row = _row(pk)
    assert row.error_text == "The gateway is away: 503"
    assert 590 < (row.run_after - timezone.now()).total_seconds() <= 600


def test_giving_up_uses_no_further_attempt(declared: Declare) -> None:
    def never(job: Job) -> None:
        raise GiveUp("There is no such address.")

    pk = enqueue(declared("test.never", never, attempts=9))
    assert run_due() == ["failed"]
    assert (_row(pk).attempt, _row(pk).error_text) == (1, "There is no such address.")


def test_progress_is_kept_with_its_values(declared: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcoc.trail.tasks.job.REPORT_S", 0)
    seen: list[tuple[float, str]] = []

    def half(job: Job) -> None:
        job.progress(0.5, "%(n)d of %(all)d", n=1, all=2)
        seen.append((_row(job.id).fraction, _row(job.id).progress_text))

    enqueue(declared("test.half", half))
    run_due()
    assert seen == [(0.5, "1 of 2")]


def test_a_cancelled_task_hears_it_at_its_next_report(
    declared: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jcoc.trail.tasks import services

    monkeypatch.setattr("jcoc.trail.tasks.job.REPORT_S", 0)
    left = []

    def work(job: Job) -> None:
        assert services.cancel(_row(job.id))
        try:
            job.progress(0.1)
        except Cancelled:
            left.append(job.id)
            raise

    pk = enqueue(declared("test.work", work))
    assert run_due() == ["cancelled"]
    assert left == [pk]


def test_a_worker_that_ends_gives_its_task_back_unspent(declared: Declare) -> None:
    def work(job: Job) -> None:
        raise Stopping

    pk = enqueue(declared("test.stop", work))
    task = queue.claim(["test.stop"])
    assert task
    run(task)
    assert (_row(pk).state, _row(pk).attempt) == (State.WAITING, 0)


def test_a_lost_claim_is_taken_back_and_its_late_result_dropped(declared: Declare) -> None:
    pk = enqueue(declared("test.lost", lambda job: "late", attempts=2))
    first = queue.claim(["test.lost"])
    assert first
    assert queue.claim(["test.lost"]) is None
    assert queue.take_back_lost() == 0
    Task.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert queue.take_back_lost() == 1
    second = queue.claim(["test.lost"])
    assert second
    assert second.pk == first.pk
    assert not queue.finish(first, "late")
    assert not queue.report(first, 0.5, [])
    assert queue.wanted([first, second]) == {pk}
    assert queue.finish(second, "in time")
    assert _row(pk).result == "in time"


def test_a_task_that_kills_its_workers_ends_as_failed(declared: Declare) -> None:
    pk = enqueue(declared("test.killer", lambda job: None, attempts=2))
    for expected in (State.WAITING, State.FAILED):
        assert queue.claim(["test.killer"])
        Task.objects.update(lease=timezone.now() - timedelta(seconds=1))
        queue.take_back_lost()
        assert _row(pk).state == expected
    assert _row(pk).error_text


def test_a_sign_of_life_keeps_the_claim(declared: Declare) -> None:
    enqueue(declared("test.alive", lambda job: None))
    task = queue.claim(["test.alive"])
    assert task
    Task.objects.update(lease=timezone.now() - timedelta(seconds=1))
    queue.renew([task])
    assert queue.take_back_lost() == 0


def test_what_this_version_does_not_know_is_left_to_another(declared: Declare) -> None:
    enqueue(declared("test.newer", lambda job: None))
    assert queue.claim(["test.other"]) is None
    assert "test.server" not in registry.runnable(in_server=False)
    declared("test.server", lambda job: None, in_server=True)
    assert "test.server" in registry.runnable(in_server=True)
    assert "test.server" not in registry.runnable(in_server=False)
    assert "test.newer" not in registry.runnable(in_server=True, only_server=True)


def test_the_clock_enqueues_each_due_time_once(declared: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    daily(at="02:00")(declared("test.daily", lambda job: None))
    now = datetime(2026, 3, 1, 2, 0, 1, tzinfo=WIB)
    monkeypatch.setattr(queue.timezone, "now", lambda: now)
    assert [queue.enqueue_due() for _ in range(3)] == [1, 0, 0]
    now += timedelta(hours=23, minutes=59, seconds=58)
    assert queue.enqueue_due() == 0
    now += timedelta(seconds=1)
    assert queue.enqueue_due() == 1
    assert [row.asked_by for row in Task.objects.all()] == ["system", "system"]


def test_a_weeks_run_is_not_made_again_once_its_row_is_pruned(
    declared: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_schedules", {})
    weekly(weekday=0, at="04:10")(declared("test.weekly", lambda job: None))
    monday = datetime(2026, 3, 2, 4, 10, tzinfo=WIB)
    for days, new in ((0, 1), (3, 0), (6, 0), (7, 1)):
        now = monday + timedelta(days=days)
        monkeypatch.setattr(queue.timezone, "now", lambda now=now: now)
        Task.objects.filter(state=State.WAITING).update(state=State.DONE, finished=monday)
        old = now - timedelta(days=2)
        queue.prune(done_before=now - timedelta(days=14), failed_before=old, by_clock_before=old)
        assert queue.enqueue_due() == new


def test_pruning_keeps_what_is_young_or_not_over(declared: Declare) -> None:
    now = timezone.now()
    task = declared("test.old", lambda job: None)
    pks = [enqueue(task, key="clock: x" if n == 2 else None) for n in range(5)]
    Task.objects.filter(pk__in=pks[:3]).update(state="done", finished=now - timedelta(days=3))
    Task.objects.filter(pk=pks[0]).update(finished=now - timedelta(days=20))
    Task.objects.filter(pk=pks[3]).update(state="failed", finished=now - timedelta(days=20))
    limits = {"done_before": 14, "failed_before": 90, "by_clock_before": 2}
    assert queue.prune(**{name: now - timedelta(days=days) for name, days in limits.items()}) == 2
    assert set(Task.objects.values_list("pk", flat=True)) == {pks[1], pks[3], pks[4]}
