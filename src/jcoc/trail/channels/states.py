"""The states a message goes through, and which step may follow which."""

from __future__ import annotations

HELD = "held"
QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
DELIVERED = "delivered"
FAILED = "failed"
BOUNCED = "bounced"
SUPPRESSED = "suppressed"
CANCELLED = "cancelled"

#: From each state to those that may follow. What a late report or bounce says is believed over "sent" and "failed";
#: what was delivered or cancelled stays so.
STEPS: dict[str, frozenset[str]] = {
    HELD: frozenset({QUEUED, CANCELLED}),
    QUEUED: frozenset({SENDING, SENT, FAILED, SUPPRESSED, CANCELLED, HELD}),
    SENDING: frozenset({SENT, QUEUED, FAILED, BOUNCED}),
    SENT: frozenset({DELIVERED, FAILED, BOUNCED}),
    FAILED: frozenset({QUEUED, DELIVERED, BOUNCED}),
    BOUNCED: frozenset({QUEUED}),
    SUPPRESSED: frozenset({QUEUED}),
    DELIVERED: frozenset(),
    CANCELLED: frozenset(),
}
#: What a person may send again, and what a person may call off.
AGAIN = frozenset(state for state, after in STEPS.items() if QUEUED in after) - {SENDING}
OFF = frozenset(state for state, after in STEPS.items() if CANCELLED in after)
