"""What an adapter gets and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """What a try came to."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Parcel:
    """One message on its way out. ``id`` goes along, so that a second copy can be known for one."""

    id: str
    to: str
    heading: str
    text: str
    html: str = ""
    stop_url: str = ""  # where the reader can end such messages; empty for service messages

    def __repr__(self) -> str:
        return f"Parcel({self.id})"


@dataclass(frozen=True)
class Outcome:
    """``code`` is one of words.py; ``words`` are the other side's own, which may name the reader: they are sealed."""

    end: End
    code: str
    words: str = ""
    provider_id: str = ""
    after_s: float | None = None  # how long the other side asks to wait
    dead: bool = False  # the address is not there for good
