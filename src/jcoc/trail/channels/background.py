"""What runs in the background: sending, and looking after what was left lying."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from jcoc.trail.channels import outlets, services
from jcoc.trail.channels.delivery import deliver as deliver_one
from jcoc.trail.channels.models import Channel, Message, State
from jcoc.trail.tasks.api import Job, background, enqueue, every


@background("channels.send", title=_("Send a message"))
def deliver(job: Job, message: str, paced: bool = False) -> str:
    """Send a message, when the channel's pace lets it; tries and waits are the message's own, not the task's."""
    pk = uuid.UUID(message)
    if not paced:
        channel = Message.objects.filter(pk=pk, state=State.QUEUED).values_list("channel", flat=True).first()
        wait = outlets.wait(channel) if channel == Channel.GATEWAY else 0.0
        if wait > 0:
            # The moment is taken: the message comes back for it, and no thread waits meanwhile.
            enqueue(deliver, run_after=timedelta(seconds=wait), message=message, paced=True)
            return "paced"
    return deliver_one(pk)


@every(minutes=1)
@background("channels.look_after", title=_("Look after messages left lying"))
def look_after(job: Job) -> dict[str, int]:
    """Messages whose worker went away, and messages that no task knows."""
    return {"lost": services.take_back_lost(), "forgotten": services.due_without_worker()}
