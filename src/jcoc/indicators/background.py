"""What indicators do by the clock. Both run in the server process, which alone has the observations open, also where
`jcoc worker` processes do the rest."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.services import computing
from jcoc.telemetry import runtime
from jcoc.trail.tasks.api import Job, background, daily

logger = logging.getLogger(__name__)

MONDAY = 0
#: How far back a day's run looks for late records; what comes later is found by the week's verification.
LOOKS_BACK = timedelta(days=35)


@daily(at="03:40")
@background("indicators.recompute", title=_("Recompute the indicators"), attempts=3, in_server=True)
def recompute(job: Job) -> None:
    """What ended lately, and all that is still provisional."""
    today = timezone.localdate()
    for indicator in Indicator.objects.in_use():
        first = today - LOOKS_BACK - timedelta(seconds=indicator.settles_after_s)
        open_since = Value.objects.current().filter(indicator=indicator, provisional=True)
        oldest = open_since.aggregate(Min("start"))["start__min"]
        _say(
            computing.recompute(
                runtime.current().store, [indicator], min(first, oldest or first), today, now=timezone.now()
            )
        )


@daily(at="04:10")
@background("indicators.verify", title=_("Verify the final values of indicators"), attempts=3, in_server=True)
def verify(job: Job) -> None:
    """On Mondays: it reads everything."""
    if timezone.localdate().weekday() != MONDAY:
        return
    for indicator in Indicator.objects.in_use():
        oldest = Value.objects.filter(indicator=indicator).aggregate(Min("start"))["start__min"]
        if oldest is not None:
            today, now = timezone.localdate(), timezone.now()
            _say(computing.verify(runtime.current().store, [indicator], oldest, today, now=now))


def _say(outcome: computing.Outcome) -> None:
    for problem in outcome.problems:
        logger.warning("%s", problem)
