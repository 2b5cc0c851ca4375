"""What keeps a programme out, and how it is said: file, field, reason and mend. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from jcoc.indicators.sentences import Sentence


@dataclasses.dataclass(frozen=True)
class Raised:
    """What a programme's code raised.

    Its message may hold anything, such as the password in an address that could not be opened. So its kind alone is
    said, and the message by who asks for `whole`: the log and the command line.
    """

    kind: str
    message: str

    @classmethod
    def by(cls, error: BaseException) -> Raised:
        return cls(type(error).__name__, str(error))

    @property
    def whole(self) -> str:
        return f"{self.kind}: {self.message}".rstrip(". :")

    def __str__(self) -> str:
        return self.kind


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
        """Reason and mend for a page, in English unless told how to translate them; of an error its kind alone."""
        return self._with(self.values, translate)

    def _with(self, values: dict[str, Any], translate: Callable[[str], str]) -> tuple[str, str]:
        return Sentence(self.reason, values).said(translate), Sentence(self.mend, values).said(translate)

    @property
    def raised(self) -> bool:
        """Whether the log says more than a page does."""
        return any(isinstance(value, Raised) for value in self.values.values())

    def __str__(self) -> str:
        """For the log and the command line: with the message of an error."""
        where = f"{self.file}, {self.field}" if self.field else self.file
        values = {
            name: value.whole if isinstance(value, Raised) else value for name, value in self.values.items()
        }
        reason, mend = self._with(values, str)
        return f"{self.programme}: {where}: {reason} {mend}"
