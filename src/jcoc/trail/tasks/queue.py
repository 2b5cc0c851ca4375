"""The queue's statements: each moves a row from one state to the next by compare-and-set, so that two workers
cannot both do it. They lock one row for one statement, on SQLite and on PostgreSQL alike.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from jcoc.trail.actor import current_actor
from jcoc.trail.tasks import registry
from jcoc.trail.tasks.clock import wait_after
from jcoc.trail.tasks.models import State, Task

#: How long a claim holds without a sign of life; the worker gives one each quarter of it.
LEASE = timedelta(seconds=60)
LOST = gettext_noop("The worker that had it went away.")

_BY_CLOCK = "clock: "
_NOTHING_UNDER_WAY: dict[str, Any] = {"claim": "", "lease": None, "cancel_asked": False}
#: Threads of one process would all reach for the same row, and on SQLite wait for each other in the database.
_claiming = threading.Lock()
_wakers: list[Callable[[], None]] = []


def on_enqueued(wake: Callable[[], None]) -> Callable[[], None]:
    """Call `wake` when this process has put something into the queue; returns how to end that."""
    _wakers.append(wake)
    return lambda: _wakers.remove(wake)


def enqueue(
    function: Callable[..., Any],
    *,
    run_after: datetime | timedelta | None = None,
    key: str | None = None,
    **arguments: Any,
) -> int:
    """Put a task into the queue, in the transaction that is open, and return its number.

    `run_after`: an aware instant, or a span from now. `key`: where a task with that key is known, nothing is added
    and its number is returned. Arguments are ids and plain values that JSON holds, never anything of a person.
    """
    task = registry.of(function)
    registry.check_arguments(task, arguments)
    json.dumps(arguments)  # said here, with the caller on the stack, and not by the database
    now = timezone.now()
    if isinstance(run_after, timedelta):
        run_after = now + run_after
    row = Task(
        name=task.name,
        arguments=arguments,
        priority=task.priority,
        key=key,
        asked_by=current_actor(),
        run_after=run_after or now,
        attempts=task.attempts,
    )
    if key is not None and (known := Task.objects.filter(key=key).values_list("pk", flat=True).first()):
        return known
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if key is None:
            raise
        return Task.objects.values_list("pk", flat=True).get(key=key)
    wake_after_commit()
    return row.pk


def wake_after_commit() -> None:
    """Let this process look into the queue once the transaction that is open has ended."""
    transaction.on_commit(_wake)


def _wake() -> None:
    for wake in list(_wakers):
        wake()


def claim(names: Sequence[str]) -> Task | None:
    """Take the next task that is due; None where there is none."""
    with _claiming:
        return _claim(names)


def _claim(names: Sequence[str]) -> Task | None:
    while True:
        now = timezone.now()
        due = Task.objects.filter(state=State.WAITING, run_after__lte=now, name__in=names)
        # A few at once: while others take the first, there is one for everybody.
        for pk, attempt in due.order_by("-priority", "run_after", "pk").values_list("pk", "attempt")[:8]:
            mark = secrets.token_hex(16)
            taken = Task.objects.filter(pk=pk, state=State.WAITING, attempt=attempt).update(
                state=State.RUNNING,
                claim=mark,
                lease=now + LEASE,
                attempt=attempt + 1,
                started=now,
                finished=None,
                fraction=0,
                progress=[],
                error=[],
            )
            if taken:
                return Task.objects.get(pk=pk)
        if not due.exists():
            return None


def _mine(task: Task) -> Any:
    return Task.objects.filter(pk=task.pk, state=State.RUNNING, claim=task.claim)


def report(task: Task, fraction: float, progress: list[Any]) -> bool:
    """Store how far a claimed task is; whether it is still wanted here."""
    mine = _mine(task)
    return (
        bool(mine.update(fraction=fraction, progress=progress))
        and not mine.filter(cancel_asked=True).exists()
    )


def renew(tasks: Sequence[Task]) -> None:
    """Give a sign of life for claimed tasks."""
    if tasks:
        claims = [task.claim for task in tasks]
        Task.objects.filter(state=State.RUNNING, claim__in=claims).update(lease=timezone.now() + LEASE)


def wanted(tasks: Sequence[Task]) -> set[int]:
    """Which of these claimed tasks are still ours and not cancelled."""
    claims = [task.claim for task in tasks]
    found = Task.objects.filter(state=State.RUNNING, claim__in=claims, cancel_asked=False)
    return set(found.values_list("pk", flat=True))


def finish(task: Task, result: Any) -> bool:
    """Done. False where another worker has it by now: then its own result counts."""
    return bool(
        _mine(task).update(
            state=State.DONE, result=result, fraction=1, finished=timezone.now(), **_NOTHING_UNDER_WAY
        )
    )


def leave(task: Task) -> bool:
    """Cancelled while it ran."""
    return bool(_mine(task).update(state=State.CANCELLED, finished=timezone.now(), **_NOTHING_UNDER_WAY))


def give_back(task: Task) -> bool:
    """Back to the queue, as if it had not been begun: the worker ends."""
    back = {"state": State.WAITING, "attempt": F("attempt") - 1, "fraction": 0, "progress": []}
    return bool(_mine(task).update(**back, **_NOTHING_UNDER_WAY))


def fail(task: Task, error: list[Any], *, wait: timedelta | None = None, final: bool = False) -> bool:
    """An attempt failed: wait for the next one, or for good where that was the last."""
    now = timezone.now()
    if final or task.attempt >= task.attempts:
        changes: dict[str, Any] = {"state": State.FAILED, "finished": now}
    else:
        after = now + (wait_after(task.attempt) if wait is None else wait)
        changes = {"state": State.WAITING, "run_after": after}
    return bool(_mine(task).update(**changes, error=error, **_NOTHING_UNDER_WAY))


def take_back_lost(*, at_once: bool = False) -> int:
    """Give the tasks of workers that showed no life back to the queue; how many.

    `at_once`: whatever its lease says; for the one server of a data folder, which has just started.
    """
    lost = Task.objects.filter(state=State.RUNNING)
    if not at_once:
        lost = lost.filter(lease__lt=timezone.now())
    moved = 0
    for task in lost:
        moved += leave(task) if task.cancel_asked else fail(task, [LOST, {}], wait=timedelta(0))
    return moved


def enqueue_due() -> int:
    """Put into the queue what the clock says, each due instant once however many workers ask; how many were new."""
    now, added = timezone.now(), 0
    for name, schedule in registry.schedules().items():
        due = schedule.latest(now)
        key = _key(name, due)
        if not Task.objects.filter(key=key).exists():
            task = registry.named(name)
            assert task is not None
            enqueue(task.function, run_after=due, key=key)
            added += 1
    return added


def _key(name: str, due: datetime) -> str:
    return f"{_BY_CLOCK}{name} {due.isoformat()}"


def prune(*, done_before: datetime, failed_before: datetime, by_clock_before: datetime) -> int:
    """Remove what ended long ago; how many rows."""
    done = Task.objects.filter(state=State.DONE)
    gone, _each = done.filter(finished__lt=done_before).delete()
    now = timezone.now()
    # Without its row the newest due run would be taken for one that was missed.
    newest = [_key(name, schedule.latest(now)) for name, schedule in registry.schedules().items()]
    past = done.filter(key__startswith=_BY_CLOCK, finished__lt=by_clock_before)
    clocked, _each = past.exclude(key__in=newest).delete()
    over = Task.objects.filter(state__in=(State.FAILED, State.CANCELLED), finished__lt=failed_before)
    return gone + clocked + over.delete()[0]
