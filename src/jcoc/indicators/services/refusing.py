"""What the services of values answer instead of a write."""

from __future__ import annotations

from typing import Any

from jcoc.indicators.sentences import Told, Translate


class Refused(Told):
    """A value or a reason that cannot be; nothing was kept.

    `field`: which one, as the form calls it. `where`: of which indicator, place and period, where several are kept.
    """

    def __init__(self, text: str, /, *, field: str = "", where: str = "", **facts: Any) -> None:
        super().__init__(text, **facts)
        self.field, self.where = field, where

    def said(self, translate: Translate = str) -> str:
        return f"{self.where}: {self.alone(translate)}" if self.where else self.alone(translate)

    def alone(self, translate: Translate = str) -> str:
        """Without saying where: for the form of that one value."""
        return self.sentence.said(translate)


class Conflict(RuntimeError):
    """Somebody else made the next revision first; nothing was kept."""
