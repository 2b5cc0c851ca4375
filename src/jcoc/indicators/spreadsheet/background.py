from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jcoc.trail.tasks.api import Job, background, daily


@daily(at="02:50")
@background("spreadsheet.expire", title=_("Remove spreadsheets that nobody came back to"))
def expire(job: Job) -> int:
    """How many drafts ended."""
    from jcoc.indicators.spreadsheet import services

    return services.expire(timezone.now())
