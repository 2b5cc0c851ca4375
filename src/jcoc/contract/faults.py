"""What keeps a programme out, and how it is said: file, field, reason and mend. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from jcoc.indicators.sentences import Sentence


@dataclasses.dataclass(frozen=True)
class Fault:
    """`reason` and `mend` are sentences with places for `values`, of which some may be sentences themselves; who shows
    them translates them first."""

    programme: str  # the code, or the name of the entry point
    file: str  # within the programme's folder
    field: str  # such as alerts[late].procedure; empty: the file as a whole
    reason: str
    mend: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)

    def said(self, translate: Callable[[str], str] = str) -> tuple[str, str]:
        """Reason and mend, in English unless told how to translate them."""
        reason, mend = Sentence(self.reason, self.values), Sentence(self.mend, self.values)
        return reason.said(translate), mend.said(translate)

    def __str__(self) -> str:
        where = f"{self.file}, {self.field}" if self.field else self.file
        reason, mend = self.said()
        return f"{self.programme}: {where}: {reason} {mend}"
