"""The page of background tasks: what waits, runs, failed and is done, and what the clock starts next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jcoc.trail.access import ADMINISTRATOR, DATA_OFFICER, SHIFT_LEAD, allow
from jcoc.trail.actor import LOCAL, SYSTEM
from jcoc.trail.tasks import registry, services
from jcoc.trail.tasks.clock import Daily, Schedule, Weekly
from jcoc.trail.tasks.models import State, Task

PAGE = 25
FILTERS: dict[str, tuple[State, ...]] = {
    "": (),
    "open": (State.WAITING, State.RUNNING),
    "failed": (State.FAILED,),
    "done": (State.DONE, State.CANCELLED),
}


@dataclass(frozen=True)
class ByClock:
    """A task that the clock starts."""

    title: str
    rhythm: str
    next: datetime


@allow(ADMINISTRATOR, SHIFT_LEAD, DATA_OFFICER)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """List the tasks that this reader may see, the newest first."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = Task.objects.visible(principal)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    chosen = request.GET.get("state", "")
    if states := FILTERS.get(chosen, ()):
        rows = rows.filter(state__in=states)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        ("", _("All"), sum(counts.values())),
        ("open", _("Under way"), counts.get(State.WAITING, 0) + counts.get(State.RUNNING, 0)),
        ("failed", _("Failed"), counts.get(State.FAILED, 0)),
        ("done", _("Ended"), counts.get(State.DONE, 0) + counts.get(State.CANCELLED, 0)),
    ]
    context = {
        "page_obj": page,
        "tasks": _with_names(list(page)),
        "tabs": tabs,
        "chosen": chosen if chosen in FILTERS else "",
        "summary": _("%(running)d running, %(waiting)d waiting, %(failed)d failed")
        % {name: counts.get(name, 0) for name in ("running", "waiting", "failed")},
        "by_clock": _by_clock() if ADMINISTRATOR in principal.roles else [],
    }
    return render(request, "tasks/tasks.html", context)


def _with_names(tasks: list[Task]) -> list[Task]:
    """Put into each `asked_name` who asked for it."""
    keys = {task.asked_by.removeprefix("user-") for task in tasks if task.asked_by.startswith("user-")}
    users = get_user_model().objects.filter(pk__in=keys)
    names = {f"user-{user.pk}": user.get_full_name() or user.get_username() for user in users}
    names |= {SYSTEM: _("the clock"), LOCAL: _("the command line")}
    for task in tasks:
        task.asked_name = names.get(task.asked_by, task.asked_by)  # type: ignore[attr-defined]
    return tasks


def _by_clock() -> list[ByClock]:
    now = timezone.now()
    found = [
        ByClock(registry.titled(name), _rhythm(schedule), schedule.following(now))
        for name, schedule in registry.schedules().items()
    ]
    return sorted(found, key=lambda each: each.next)


def _rhythm(schedule: Schedule) -> str:
    if isinstance(schedule, Daily):
        return _("every day at %(at)s") % {"at": f"{schedule.at:%H.%M} WIB"}
    if isinstance(schedule, Weekly):
        at = f"{schedule.at:%H.%M} WIB"
        return _("every %(day)s at %(at)s") % {"day": WEEKDAYS[schedule.weekday], "at": at}
    minutes = schedule.span.total_seconds() / 60
    return ngettext("every minute", "every %(n)s minutes", round(minutes)) % {"n": f"{minutes:g}"}


@allow(ADMINISTRATOR, SHIFT_LEAD, DATA_OFFICER)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a task that waits or runs."""
    task = _own(request, pk)
    if task and services.cancel(task):
        messages.success(request, _("“%(task)s” is being cancelled.") % {"task": task.title})
    elif task:
        messages.error(request, _("“%(task)s” is over already.") % {"task": task.title})
    return redirect("tasks:tasks")


@allow(ADMINISTRATOR, SHIFT_LEAD, DATA_OFFICER)
@require_POST
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a task again that failed or was cancelled."""
    task = _own(request, pk)
    if task and services.repeat(task):
        messages.success(request, _("“%(task)s” is in the queue again.") % {"task": task.title})
    elif task:
        sentence = _("“%(task)s” neither failed nor was cancelled, so there is nothing to repeat.")
        messages.error(request, sentence % {"task": task.title})
    return redirect("tasks:tasks")


def _own(request: HttpRequest, pk: int) -> Task | None:
    """The task, where this reader may see it; said on the list where not, since lists are cleared by the clock."""
    task = Task.objects.visible(request.principal).filter(pk=pk).first()  # type: ignore[attr-defined]
    if task is None:
        messages.error(request, _("There is no such task any more, or it is somebody else's."))
    return task
