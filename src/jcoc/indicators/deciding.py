"""What a recomputation does with what it found, beside what is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    NEW = "new"  # the first revision
    SAME = "same"
    LATE = "late"  # other rows: a revision that says so
    SETTLED = "settled"  # nothing else changed, but it is final now
    FLAG = "flag"  # the same rows gave another number, or a person's figure lost the rows it was made beside


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest revision."""

    value: float | None
    sha256: str
    provisional: bool
    by_person: bool  # corrected, handed in or published: no recomputation takes its place


def decide(kept: Standing | None, value: float | None, sha256: str, *, settled: bool) -> Decision:
    """What to do with a value computed from rows of that digest; `settled`: the time for late records is over.

    That a value becomes final is a revision of its own: somebody may rely on it from then on, and a row that is never
    edited cannot become what it was not.
    """
    if kept is None:
        return Decision.NEW
    if kept.by_person:
        return Decision.SAME if kept.sha256 in ("", sha256) else Decision.FLAG
    if kept.sha256 != sha256:
        return Decision.LATE
    if kept.value != value:
        return Decision.FLAG
    return Decision.SETTLED if kept.provisional and settled else Decision.SAME
