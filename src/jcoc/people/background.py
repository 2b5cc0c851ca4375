"""What people's tables need each day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jcoc.people import services
from jcoc.trail.tasks.api import Job, background, daily


@daily(at="03:30")
@background("people.clear_sessions", title=_("Clear sessions that ran out"))
def clear_sessions(job: Job) -> None:
    services.clear_expired_sessions()
