"""The clocks of law 27/2022: three times twenty-four hours, counted without a break, weekends and holidays included.

Pure: instants in, a state out. Sources: Law 27/2022 on personal data protection, articles 6–13 (rights), 40 (consent
withdrawn), 41 (restriction) and 46 (breach).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: "3 x 24 jam"
LIMIT = timedelta(hours=72)
#: From here on a clock is shown as urgent: one night and one morning remain.
URGENT = timedelta(hours=18)


class ClockState(StrEnum):
    RUNNING = "running"
    URGENT = "urgent"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True)
class Clock:
    """A duty that began at `start`; `stopped` is when it was done, None while it runs. Instants are aware."""

    start: datetime
    stopped: datetime | None = None

    @property
    def due(self) -> datetime:
        return self.start + LIMIT

    def left(self, now: datetime) -> timedelta:
        """What remains; negative by how much it is late. A stopped clock keeps what it had."""
        return self.due - (self.stopped or now)

    def state(self, now: datetime) -> ClockState:
        """The last instant still counts: done exactly at `due` is in time."""
        left = self.left(now)
        if self.stopped is not None:
            return ClockState.MET if left >= timedelta(0) else ClockState.LATE
        if left < timedelta(0):
            return ClockState.OVERDUE
        return ClockState.URGENT if left <= URGENT else ClockState.RUNNING
