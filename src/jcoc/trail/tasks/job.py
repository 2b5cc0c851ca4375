"""What a running task holds in its hand: it says how far it is, and hears that it should end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

#: The least time between two writes of a task's progress.
REPORT_S = 1.0


class Cancelled(Exception):
    """Somebody cancelled the task, or another worker has it: leave, and let nothing half-done behind."""


class Stopping(Cancelled):
    """The worker ends; the task goes back to the queue and is begun anew."""


class Retry(Exception):
    """Try again after so many seconds; counts as an attempt. `sentence` says why, with %-values."""

    def __init__(self, seconds: float, sentence: str = "", **values: Any) -> None:
        super().__init__(sentence)
        self.seconds, self.sentence, self.values = seconds, sentence, values


class GiveUp(Exception):
    """Trying again is of no use. `sentence` says why: an English msgid with %-values, nothing of a person."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values


class Job:
    """One attempt at a task. `write` stores its progress and says whether it is still wanted."""

    def __init__(
        self,
        id: int,
        attempt: int,
        asked_by: str,
        write: Callable[[float, list[Any]], bool] | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self.id, self.attempt, self.asked_by = id, attempt, asked_by
        self._write = write
        self._stopping = stopping or threading.Event()
        self._unwanted = threading.Event()
        self._fraction = 0.0
        self._progress: list[Any] = []
        self._told = 0.0

    def progress(self, fraction: float, text: str = "", **values: Any) -> None:
        """Say how far it is (0 to 1) and what it does: an English msgid with %-values, nothing of a person.

        Raises :class:`Cancelled` when it should end; call it wherever the task can leave. It may be called often:
        at most once a second is written.
        """
        self._fraction = min(max(float(fraction), 0.0), 1.0)
        if text:
            self._progress = [text, values]
        self.check()

    def check(self) -> None:
        """Raise :class:`Cancelled` when the task should end."""
        if self._stopping.is_set():
            raise Stopping
        now = monotonic()
        if self._write and now - self._told >= REPORT_S:
            self._told = now
            if not self._write(self._fraction, self._progress):
                self._unwanted.set()
        if self._unwanted.is_set():
            raise Cancelled

    def end_soon(self) -> None:
        """Make the next check raise :class:`Cancelled`."""
        self._unwanted.set()
