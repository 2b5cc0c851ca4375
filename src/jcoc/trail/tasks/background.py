"""The queue's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.trail.tasks import backend, queue  # noqa: F401 -- declares its task
from jcoc.trail.tasks.api import Job, background, daily

DONE_KEPT = timedelta(days=14)
FAILED_KEPT = timedelta(days=90)
BY_CLOCK_KEPT = timedelta(days=2)


@daily(at="02:20")
@background("tasks.prune", title=_("Remove old tasks from the list"))
def prune(job: Job) -> int:
    """How many rows were removed."""
    now = timezone.now()
    return queue.prune(
        done_before=now - DONE_KEPT, failed_before=now - FAILED_KEPT, by_clock_before=now - BY_CLOCK_KEPT
    )
