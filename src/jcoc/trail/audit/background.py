"""What the audit trail does on the side: the daily head, and a verification that somebody asked for.

The one module of this room that knows the tasks above it (pyproject.toml names the exception).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jcoc.trail.audit import services
from jcoc.trail.audit.reading import head
from jcoc.trail.tasks.api import GiveUp, Job, background, daily, enqueue
from jcoc.trail.tasks.models import State, Task

_VERIFY = "audit.verify"


@daily(at="00:05")
@background("audit.sign_head", title=_("Sign the head of the audit trail"))
def sign_head(job: Job) -> None:
    if head()[0] == 0:
        return  # a new installation has nothing to sign
    try:
        services.sign_head(lambda fraction, _text: job.progress(fraction))
    except services.NotSigned as error:
        raise GiveUp(str(error)) from None


@background(_VERIFY, title=_("Verify the audit trail"), attempts=2)
def verify(job: Job) -> None:
    services.verify_and_keep(lambda fraction, _text: job.progress(fraction))


def start_verification() -> None:
    """Let the chain be verified in the background; once for the head that it has now."""
    if not under_way():
        enqueue(verify, key=f"{_VERIFY} {head()[0]}")


def start_signing() -> None:
    """Let the head be signed in the background; once for the head that there is now."""
    enqueue(sign_head, key=f"audit.sign_head {head()[0]}")


def under_way() -> Task | None:
    """The verification that waits or runs."""
    return Task.objects.filter(name=_VERIFY, state__in=(State.WAITING, State.RUNNING)).first()
