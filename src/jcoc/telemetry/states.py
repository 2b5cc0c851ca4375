"""The state a sensor is shown in. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from jcoc.telemetry.quality import Flag


class State(StrEnum):
    NORMAL = "normal"
    CHECK = "check"  # its newest reading carries a flag that asks for a look
    SILENT = "silent"  # nothing came for longer than it may stay silent
    EMPTY = "empty"  # nothing ever came


ASKS_FOR_A_LOOK = int(Flag.RANGE | Flag.RATE | Flag.FLAT)


def heard(phenomenon_time: datetime, received: datetime) -> datetime:
    """When a reading told of its sensor: a clock that runs ahead must not put silence off."""
    return min(phenomenon_time, received)


def state_of(newest: datetime | None, quality: int, gap_after: timedelta | None, now: datetime) -> State:
    """By when the newest reading was heard. Silent goes before check: of a silent sensor nobody knows how it is."""
    if newest is None:
        return State.EMPTY
    if gap_after is not None and now - newest > gap_after:
        return State.SILENT
    return State.CHECK if quality & ASKS_FOR_A_LOOK else State.NORMAL
