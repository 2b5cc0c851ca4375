"""What indicators do by the clock. What reads observations runs in the server process, which alone has them open, also
where `jcoc worker` processes do the rest."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from jcoc.indicators.models import Indicator, Value
from jcoc.telemetry import runtime
from jcoc.trail.tasks.api import GiveUp, Job, background, daily, weekly

logger = logging.getLogger(__name__)

MONDAY = 0
#: How far back a day's run looks for late records; what comes later is found by the week's verification.
LOOKS_BACK = timedelta(days=35)
NOT_COMPUTED = gettext_noop("Could not be computed: %(which)s. The server's log says why; all others were.")
NOT_SETTLED = gettext_noop("Not made final: %(which)s. The server's log says why; all others were.")
#: Indicators that the sentence names at most.
NAMED = 5


@daily(at="03:40")
@background("indicators.recompute", title=_("Recompute the indicators"), attempts=3, in_server=True)
def recompute(job: Job) -> None:
    """What ended lately, and all that is still provisional."""
    from jcoc.indicators.services import computing

    store, today = runtime.current().store, timezone.localdate()
    problems: dict[str, str] = {}
    for indicator in _each(job):
        first = today - LOOKS_BACK - timedelta(seconds=indicator.settles_after_s)
        open_since = Value.objects.current().filter(indicator=indicator, provisional=True)
        oldest = open_since.aggregate(Min("start"))["start__min"]
        done = computing.recompute(store, [indicator], min(first, oldest or first), today, now=timezone.now())
        problems |= done.problems
    _end(problems)


@daily(at="03:30")
@background("indicators.settle", title=_("Make final what agencies handed in"))
def settle(job: Job) -> int:
    """How many values became final."""
    from jcoc.indicators.services import settling

    settled = settling.settle(timezone.now())
    _end(settled.problems, NOT_SETTLED)
    return settled.done


@weekly(weekday=MONDAY, at="04:10")
@background("indicators.verify", title=_("Verify the final values of indicators"), attempts=3, in_server=True)
def verify(job: Job) -> None:
    """It reads everything."""
    from jcoc.indicators.services import computing

    store, today = runtime.current().store, timezone.localdate()
    problems: dict[str, str] = {}
    for indicator in _each(job):
        oldest = Value.objects.filter(indicator=indicator).aggregate(Min("start"))["start__min"]
        if oldest is not None:
            problems |= computing.verify(store, [indicator], oldest, today, now=timezone.now()).problems
    _end(problems)


def _each(job: Job) -> Iterator[Indicator]:
    chosen = list(Indicator.objects.in_use())
    for number, indicator in enumerate(chosen):
        job.progress(number / len(chosen))
        yield indicator


def _end(problems: dict[str, str], sentence: str = NOT_COMPUTED) -> None:
    """All others are done by now; to try again at once would be of no use."""
    for code, problem in problems.items():
        logger.warning("%s: %s", code, problem)
    if problems:
        named = list(problems)
        which = ", ".join(named[:NAMED]) + (f" + {len(named) - NAMED}" if len(named) > NAMED else "")
        raise GiveUp(sentence, which=which)
