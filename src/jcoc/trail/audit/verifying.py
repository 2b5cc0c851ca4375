"""Whether a chain of entries is whole. Pure: rows in their order come in, faults with their numbers come out.

What it finds: an entry that was changed (its hash does not fit what it holds), one that was rewritten together with its
hash (the next, or the head, carries another one), entries that are missing, one that was put in, entries that changed
places, a chain that ends before its head or goes on after it, and a signed head that does not lie on it. What it
cannot find: a chain whose every entry from some number on was made anew, with its head. That is what signed heads are
for, which were kept where whoever did it cannot reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jcoc.trail.audit.chain import GENESIS, Link, link_hash

#: What each kind of fault says; in English, translated where a page shows it.
SENTENCES = {
    "changed": "Entry {seq} was changed: its hash does not fit what it holds.",
    "rewritten": "Entry {seq} or the one after it was rewritten: the two do not fit together.",
    "missing": "Entry {seq} is missing.",
    "missing_many": "Entries {seq} to {other} are missing.",
    "moved": "Entry {seq} is in the wrong place: it was entry {other}.",
    "inserted": "Entry {seq} was put in: what stands after it was numbered anew.",
    "taken_out": "Before entry {seq} something was taken out: what stands from there on was numbered anew.",
    "repeated": "Entry {seq} comes twice, or after a later one.",
    "cut": "The end is missing: the head counts {other} entries, and they stop before {seq}.",
    "beyond": "Entry {seq} and what follows it stand beyond the head.",
    "head": "The head does not fit entry {seq}, the newest.",
    "signed": "Entry {seq} is another one than when its head was signed.",
    "signed_missing": "A signed head names entry {seq}, which is not there.",
}

#: So many faults are told one by one; the rest is counted.
TOLD = 100
_EVERY = 5_000
#: Entries that were numbered anew are looked for this far away, and taken for such after so many in a row.
_NEAR, _RUN = 8, 3


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the number of the entry; `other` is a second number where the sentence has one."""

    kind: str
    seq: int
    other: int = 0

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(seq=self.seq, other=self.other)


@dataclass
class Verdict:
    """What a walk along the chain found; `seq` and `hash` are the last entry's."""

    entries: int = 0
    faults: list[Fault] = field(default_factory=list)
    untold: int = 0
    seq: int = 0
    hash: str = GENESIS

    @property
    def whole(self) -> bool:
        return not self.faults

    def add(self, kind: str, seq: int, other: int = 0) -> None:
        if len(self.faults) < TOLD:
            self.faults.append(Fault(kind, seq, other))
        else:
            self.untold += 1


class _Misfit(NamedTuple):
    link: Link
    stored: str
    origin: int | None


@dataclass
class _Walk:
    """How far the walk is: what it knows of entries that do not fit where they stand."""

    verdict: Verdict
    #: By how much everything was numbered anew from some entry on.
    shift: int = 0
    #: Whether the entry before fitted, so that its hash can be asked of the next.
    trusted: bool = True
    waiting: list[_Misfit] = field(default_factory=list)
    changed: list[_Misfit] = field(default_factory=list)

    def misfit(self, link: Link, stored: str) -> None:
        """An entry whose hash does not fit its number: was it another number's?"""
        near = (link.seq - by for by in (0, *range(self.shift - _NEAR, self.shift + _NEAR + 1)))
        origin = next((seq for seq in near if link_hash(link._replace(seq=seq)) == stored), None)
        found = _Misfit(link, stored, origin)
        if origin is None:
            self.settle()
            self.changed.append(found)
            return
        if self.waiting and self._offset(self.waiting[-1]) != self._offset(found):
            self.settle()
        self.waiting.append(found)
        if len(self.waiting) == _RUN:
            first, offset = self.waiting[0].link.seq, self._offset(found)
            if offset > self.shift:
                self.verdict.add("inserted", first - (offset - self.shift))
            else:
                self.verdict.add("taken_out", first)
            self.shift = offset
            self.waiting.clear()

    @staticmethod
    def _offset(found: _Misfit) -> int:
        return found.link.seq - (found.origin or 0)

    def settle(self) -> None:
        """Those that wait are too few to be a part that was numbered anew: each changed its place alone."""
        for found in self.waiting:
            self.verdict.add("moved", found.link.seq, found.origin or 0)
        self.waiting.clear()

    def end(self) -> None:
        """Tell which of the changed entries only stand in each other's places."""
        self.settle()
        numbers = [found.link.seq for found in self.changed[:TOLD]]
        for found in self.changed:
            fits = (seq for seq in numbers if link_hash(found.link._replace(seq=seq)) == found.stored)
            other = next(fits, None) if found.link.seq in numbers else None
            self.verdict.add("changed" if other is None else "moved", found.link.seq, other or 0)


def verify(
    rows: Iterable[tuple[Link, str]],
    head: tuple[int, str] | None,
    *,
    signed: Mapping[int, str] | None = None,
    after: tuple[int, str] = (0, GENESIS),
    progress: Callable[[int], None] = lambda _seq: None,
) -> Verdict:
    """Walk along the chain: `rows` are entries with the hash that stands beside each, by ascending number.

    `head` is the number and hash that the chain says to end with (None: not known). `signed` holds numbers and hashes
    that signed heads name. `after` is where to begin, for a part of a chain: number and hash of the entry before.
    `progress` hears now and then how far it is.
    """
    verdict = Verdict(seq=after[0], hash=after[1])
    walk = _Walk(verdict)
    awaited = {seq: digest for seq, digest in (signed or {}).items() if seq > after[0]}
    for link, stored in rows:
        seq = link.seq
        if seq <= verdict.seq:
            verdict.add("repeated", seq)
            continue
        if head is not None and min(seq, seq - walk.shift) > head[0]:
            verdict.add("beyond", seq)
            break
        verdict.entries += 1
        if verdict.entries % _EVERY == 0:
            progress(seq)
        if seq > verdict.seq + 1:
            many = seq > verdict.seq + 2
            verdict.add("missing_many" if many else "missing", verdict.seq + 1, seq - 1 if many else 0)
            walk.trusted = False
        if link_hash(link._replace(seq=seq - walk.shift) if walk.shift else link) == stored:
            walk.settle()
            if walk.trusted and link.previous != verdict.hash:
                verdict.add("rewritten", max(seq - 1, 1))
            walk.trusted = True
        else:
            walk.misfit(link, stored)
            walk.trusted = False
        if awaited and (name := seq - walk.shift) in awaited and awaited.pop(name) != stored:
            verdict.add("signed", seq)
        verdict.seq, verdict.hash = seq, stored
    walk.end()
    if head is not None and head[0] > max(verdict.seq, verdict.seq - walk.shift):
        verdict.add("cut", verdict.seq + 1, head[0])
    elif head is not None and head[0] == verdict.seq and walk.trusted and head[1] != verdict.hash:
        verdict.add("head", verdict.seq)
    for seq in sorted(awaited):
        verdict.add("signed_missing", seq)
    verdict.faults.sort(key=lambda fault: fault.seq)
    progress(verdict.seq)
    return verdict
