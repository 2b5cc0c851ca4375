"""The only code that writes messages, their course and whom not to write to."""

from jcoc.trail.channels.services.course import (
    cancel,
    claim,
    due_without_worker,
    finish,
    make_batch,
    retry,
    send,
    take_back_lost,
)
from jcoc.trail.channels.services.erasing import forget, forget_before
from jcoc.trail.channels.services.returns import (
    lift,
    note_bounce,
    note_report,
    opt_in,
    opt_out,
    opt_out_number,
    take_reply,
)

__all__ = [
    "cancel", "claim", "due_without_worker", "finish", "forget", "forget_before", "lift", "make_batch", "note_bounce",
    "note_report", "opt_in", "opt_out", "opt_out_number", "retry", "send", "take_back_lost", "take_reply",
]  # fmt: skip
