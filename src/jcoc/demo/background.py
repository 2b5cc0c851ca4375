"""What the demonstration does in the background of its server."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from jcoc.indicators.models import Indicator
from jcoc.telemetry import runtime
from jcoc.trail.tasks.api import Job, background

logger = logging.getLogger(__name__)

#: As long as the streams' made-up past.
PAST = timedelta(days=365)


@background("demo.compute", title=_("Compute the demonstration's indicators"), attempts=3, in_server=True)
def compute(job: Job) -> None:
    """The past twelve months of every indicator that has rows; the pages fill while it goes on."""
    from jcoc.indicators.services.computing import recompute

    today = timezone.localdate()
    chosen = [each for each in Indicator.objects.in_use() if each.source["kind"] != "entered"]
    for number, indicator in enumerate(chosen):
        job.progress(number / len(chosen), gettext_noop("Computing %(code)s"), code=indicator.code)
        done = recompute(runtime.current().store, [indicator], today - PAST, today, now=timezone.now())
        for problem in done.problems:
            logger.warning("%s", problem)
