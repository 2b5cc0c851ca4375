from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jcoc.telemetry.quality import Flag
from jcoc.telemetry.states import State, heard, state_of

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("age", "quality", "state"),
    [
        (None, 0, State.EMPTY),
        (10, 0, State.NORMAL),
        (10.1, 0, State.SILENT),
        (10.1, Flag.RANGE, State.SILENT),
        (1, Flag.RANGE, State.CHECK),
        (1, Flag.LATE | Flag.GAP, State.NORMAL),
    ],
)
def test_state(age: float | None, quality: int, state: State) -> None:
    newest = None if age is None else NOW - age * MINUTE
    assert state_of(newest, quality, 10 * MINUTE, NOW) == state


def test_without_a_limit_nothing_is_silent() -> None:
    assert state_of(NOW - timedelta(days=1000), 0, None, NOW) == State.NORMAL


def test_a_clock_that_runs_ahead_does_not_put_silence_off() -> None:
    received = NOW - 12 * MINUTE
    assert state_of(heard(received + 5 * MINUTE, received), 0, 10 * MINUTE, NOW) == State.SILENT
    assert heard(received - MINUTE, received) == received - MINUTE
