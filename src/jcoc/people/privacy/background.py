"""What privacy does by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jcoc.people.privacy.models import OPEN_STATES, Request, RequestKind
from jcoc.people.privacy.services import requests, retention
from jcoc.trail.sealing.services import cut_log
from jcoc.trail.tasks.api import Job, background, daily, every


@daily(at="03:10")
@background("privacy.retain", title=_("Remove what has been kept long enough"), attempts=3)
def retain(job: Job) -> None:
    retention.apply()
    cut_log()  # where a reader hindered it when somebody was erased


@every(minutes=15)
@background("privacy.stop_processing", title=_("Stop processing after consent was withdrawn"), attempts=3)
def stop_processing(job: Job) -> None:
    """Let every holding stop, and close the request: the law gives 3×24 hours, this takes a quarter of one."""
    for request in Request.objects.filter(kind=RequestKind.WITHDRAW, state__in=OPEN_STATES):
        requests.fulfil(request)
