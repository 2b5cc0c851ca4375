"""Mapped values beside those that stand: what is new, unchanged, a correction, or looks doubtful. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jcoc.indicators import doubting
from jcoc.indicators.spreadsheet.columns import Asked
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.sheet import Sheet

Key = tuple[str, str, date]  # indicator, place, first day of the period


class State(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGES = "changes"  # another value stands: a correction, which needs a reason
    SETTLES = "settles"  # the same value, and it becomes final
    CONFIRMS = (
        "confirms"  # the same value, now that its period is over, or from the agency or source that knows it
    )


@dataclass(frozen=True, slots=True)
class Standing:
    revision: int
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    provisional: bool = False
    handed_in: bool = True  # by an agency: not simulated, published or measured
    source: str = ""
    early: bool = False  # made before its period was over


@dataclass(frozen=True, slots=True)
class Compared:
    entry: Entry
    state: State
    standing: Standing | None = None

    @property
    def follows(self) -> int:
        return self.standing.revision if self.standing else 0


def key_of(entry: Entry) -> Key:
    return entry.indicator, entry.place, entry.period.start


def compare(
    entries: Iterable[Entry], standing: Mapping[Key, Standing], settled: Callable[[Entry], bool], today: date
) -> list[Compared]:
    """settled: whether the time for late records of an entry's period is over. today: in the city."""
    found = []
    for entry in entries:
        kept = standing.get(key_of(entry))
        if kept is None:
            state = State.NEW
        elif not _same(entry, kept):
            state = State.CHANGES
        elif kept.provisional and settled(entry):
            state = State.SETTLES
        elif _confirms(entry, kept, today):
            state = State.CONFIRMS
        else:
            state = State.UNCHANGED
        found.append(Compared(entry, state, kept))
    return found


def _same(entry: Entry, kept: Standing) -> bool:
    """Numerator and denominator that are not given again change nothing."""
    pairs: list[tuple[float | None, float | None]] = [(entry.value, kept.value)]
    if entry.numerator is not None:
        pairs += [(entry.numerator, kept.numerator), (entry.denominator, kept.denominator)]
    return all(
        one is not None and other is not None and math.isclose(one, other, rel_tol=1e-12)
        for one, other in pairs
    )


def _confirms(entry: Entry, kept: Standing, today: date) -> bool:
    """Whether the same figure says more now than the one that stands. A source that is not given again stands."""
    if not kept.handed_in or (entry.source and entry.source != kept.source):
        return True
    return kept.provisional and kept.early and entry.period.end < today


def doubts(
    compared: Sequence[Compared], asked: Mapping[str, Asked], standing: Mapping[Key, Standing], sheet: Sheet
) -> list[Finding]:
    """Values out of a plausible range: only to be looked at."""
    largest: dict[str, float] = {}
    for (indicator, _place, _start), kept in standing.items():
        largest[indicator] = max(largest.get(indicator, 0.0), abs(kept.value or 0.0))
    usual: dict[tuple[str, str], list[float]] = {}
    for (indicator, place, _start), kept in sorted(standing.items()):
        if kept.value is not None:
            usual.setdefault((indicator, place), []).append(abs(kept.value))
    found = []
    for each in compared:
        entry = each.entry
        cell = sheet.label(*entry.spot)
        text, stands = cell.text if cell else "", each.standing
        found += [
            Finding(rule, entry.spot, text, facts)
            for rule, facts in doubting.doubts(
                entry.value,
                asked[entry.indicator].unit,
                standing=stands.value if stands else None,
                usual=usual.get((entry.indicator, entry.place), ()),
                largest=largest.get(entry.indicator),
            )
        ]
    for code, one in asked.items():
        values = [each.entry for each in compared if each.entry.indicator == code]
        fraction = any(not entry.value.is_integer() for entry in values)
        if (
            one.unit == "%"
            and len(values) > 2
            and fraction
            and all(0 <= entry.value <= 1 for entry in values)
        ):
            found.append(Finding("share_not_percent", values[0].spot, str(values[0].value)))
    return found


def seal(compared: Sequence[Compared]) -> str:
    """A digest of what would be kept and of what it would follow: the preview carries it, and the confirmation."""
    digest = hashlib.sha256()
    for each in compared:
        entry = each.entry
        line = (*key_of(entry), entry.value, entry.numerator, entry.denominator, entry.source, each.follows)
        digest.update(repr(line).encode() + b"\n")
    return digest.hexdigest()
