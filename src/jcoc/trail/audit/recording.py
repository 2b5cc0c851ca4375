"""Writing with an account of it: ``with writing("people.roles_set"): …`` is a transaction whose rows enter the chain.

Rows that are saved or deleted one by one are noted by themselves (capture.py). What goes past Django's signals says
so: :func:`watching` around ``queryset.update()``, :func:`create_many` for ``bulk_create()``. A write to an audited
table outside of a block, or one that nothing noted, is refused (guard.py).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from jcoc.trail.actor import current_actor
from jcoc.trail.audit.chain import GENESIS, Link, instant, link_hash
from jcoc.trail.audit.digests import digests_of, keyed
from jcoc.trail.audit.models import Entry, Head, Note


class UnauditedWrite(RuntimeError):
    """A row of an audited table was written without an entry in the chain."""


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place in the chain."""

    action: str
    kind: str
    object: str
    before: str = ""
    after: str = ""
    detail: str = ""
    note: str = ""


@dataclass
class Writing:
    """What one block has written so far."""

    action: str
    note: str = ""
    detail: str = ""
    drafts: list[Draft] = field(default_factory=list)
    before: dict[tuple[str, str], str] = field(default_factory=dict)
    noted: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    def add(self, model: type[models.Model], pk: object, before: str, after: str) -> None:
        self.noted.add(model._meta.db_table)
        if before != after:
            self.drafts.append(
                Draft(self.action, model._meta.label_lower, str(pk), before, after, self.detail, self.note)
            )


_local = threading.local()


def current() -> Writing | None:
    """The block that this thread is in."""
    return getattr(_local, "writing", None)


def as_detail(detail: Mapping[str, Any] | None) -> str:
    """Small facts about a write as JSON; never anything of a person."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if detail else ""


@contextmanager
def writing(action: str, *, note: str = "", detail: Mapping[str, Any] | None = None) -> Iterator[Writing]:
    """A transaction whose writes enter the chain under `action`, before it commits; all or nothing.

    A block within another joins it: its entries carry its own action. `note` is what a person gave as a reason; it is
    kept beside the chain and can be erased. `detail` holds small facts (roles, counts, codes), nothing of a person.
    """
    outer = current()
    block = Writing(action, note, as_detail(detail))
    _local.writing = block
    try:
        with transaction.atomic():
            yield block
            if unnoted := block.written - block.noted:
                raise UnauditedWrite(f"{action} wrote to {', '.join(sorted(unnoted))} without noting it.")
            if outer is None:
                append(block.drafts)
    finally:
        _local.writing = outer
    if outer is not None:
        outer.drafts += block.drafts
        outer.noted |= block.noted
        outer.written |= block.written


def append(drafts: Sequence[Draft]) -> None:
    """Append entries to the chain, in the transaction that is open (a new one where none is).

    The head is locked last and until the commit: writers queue for this moment only.
    """
    if not drafts:
        return
    actor, now = current_actor(), timezone.now()
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=1).first() or Head(pk=1, seq=0, hash=GENESIS)
        entries, notes = [], []
        for seq, draft in enumerate(drafts, head.seq + 1):
            link = Link(
                seq,
                instant(now),
                actor,
                draft.action,
                draft.kind,
                draft.object,
                draft.before,
                draft.after,
                draft.detail,
                keyed(draft.note.encode()) if draft.note else "",
                head.hash,
            )
            head.hash = link_hash(link)
            entries.append(Entry(**link._asdict() | {"at": now}, hash=head.hash))
            if draft.note:
                notes.append(Note(entry_id=seq, text=draft.note))
        head.seq = entries[-1].seq
        Entry.objects.bulk_create(entries, batch_size=500)
        Note.objects.bulk_create(notes, batch_size=500)
        head.save()


def record(
    action: str,
    kind: str,
    objects: Sequence[object],
    *,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Enter something that is not a write of a row: a log-in, an opening of something sealed. One entry an object."""
    drafts = [Draft(action, kind, str(each), detail=as_detail(detail), note=note) for each in objects]
    block = current()
    if block is not None:
        block.drafts += drafts
    else:
        append(drafts)


def _block() -> Writing:
    block = current()
    if block is None:
        raise UnauditedWrite("This write is not inside of writing().")
    return block


@contextmanager
def watching(rows: models.QuerySet[Any]) -> Iterator[None]:
    """Note what happens to these rows in the block, such as ``rows.update(…)``, which sends no signals."""
    block, model = _block(), rows.model
    before = digests_of(model, rows.values_list("pk", flat=True))
    yield
    after = digests_of(model, before)
    for pk, digest in before.items():
        block.add(model, pk, digest, after.get(pk, ""))
    block.noted.add(model._meta.db_table)


Row = TypeVar("Row", bound=models.Model)


def create_many(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """``bulk_create`` with one entry: how many rows, and one digest over theirs in their order."""
    block = _block()
    made = model._base_manager.bulk_create(rows)
    block.noted.add(model._meta.db_table)
    if made:
        keys = [row.pk for row in made]
        found = digests_of(model, keys)
        together = keyed("".join(found[key] for key in keys).encode())
        detail = as_detail({"rows": len(keys)})
        block.drafts.append(
            Draft(block.action, model._meta.label_lower, "*", "", together, detail, block.note)
        )
    return made
