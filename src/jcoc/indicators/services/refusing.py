"""What the services of values answer instead of a write."""

from __future__ import annotations

from typing import Any

from jcoc.indicators.sentences import Told


class Refused(Told):
    """A value or a reason that cannot be; nothing was kept. `field`: which one, as the form calls it."""

    def __init__(self, text: str, /, *, field: str = "", **facts: Any) -> None:
        super().__init__(text, **facts)
        self.field = field


class Conflict(RuntimeError):
    """Somebody else made the next revision first; nothing was kept."""
