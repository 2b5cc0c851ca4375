"""Writing with an account of it: ``with writing("people.role_give"): …`` is a transaction whose rows enter the chain.

Rows that are saved or deleted one by one are noted by themselves (capture.py). What goes past Django's signals says
so: :func:`watching` around ``queryset.update()``, :func:`create_many` for ``bulk_create()``. A write to an audited
table outside of a block, or one that nothing notes, is refused (guard.py).
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from jcoc.trail.actor import current_actor
from jcoc.trail.audit.chain import GENESIS, Link, instant, link_hash
from jcoc.trail.audit.digests import digests_of, keyed
from jcoc.trail.audit.models import Entry, Head, Note

#: What the columns of an entry take; SQLite would keep more, PostgreSQL refuse it.
MOST = 80
_COLUMNS = (*Link._fields, "hash")


class UnauditedWrite(RuntimeError):
    """A row of an audited table would be written without an entry in the chain."""


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
    """What one block has written so far, each draft with the savepoints that it lies within."""

    action: str
    note: str = ""
    detail: str = ""
    drafts: list[tuple[tuple[str, ...], Draft]] = field(default_factory=list)

    def add(self, draft: Draft) -> None:
        self.drafts.append((tuple(connection.savepoint_ids), draft))

    def add_row(self, model: type[models.Model], pk: object, before: str, after: str) -> None:
        """A row that was made (no digest before), changed, or deleted (none after)."""
        if before != after:
            self.add(
                Draft(self.action, model._meta.label_lower, str(pk), before, after, self.detail, self.note)
            )

    def undo(self, savepoint: str) -> None:
        """Forget what was written since a savepoint to which the transaction has been rolled back."""
        self.drafts = [each for each in self.drafts if savepoint not in each[0]]


class _Local(threading.local):
    def __init__(self) -> None:
        self.writing: Writing | None = None
        self.covered: Counter[str] = Counter()


_local = _Local()


def current() -> Writing | None:
    """The block that this thread is in."""
    return _local.writing


def cover(tables: Iterable[str]) -> None:
    """From now on somebody notes what this thread writes to these tables."""
    _local.covered.update(tables)


def uncover(tables: Iterable[str]) -> None:
    _local.covered.subtract(tables)


def is_covered(table: str) -> bool:
    return _local.covered[table] > 0


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
    if outer is None:
        _local.covered.clear()  # a save that failed half-way in this thread may have left its cover
    _local.writing = block
    try:
        with transaction.atomic():
            yield block
            if outer is None:
                append([draft for _, draft in block.drafts])
    finally:
        _local.writing = outer
        if outer is None:
            _local.covered.clear()  # nor may one that failed in this block
    if outer is not None:
        outer.drafts += block.drafts


def append(drafts: Sequence[Draft]) -> None:
    """Append entries to the chain, in the transaction that is open (a new one where none is).

    The head is locked last and until the commit: writers queue for this moment only.
    """
    if not drafts:
        return
    actor = current_actor()
    for draft in drafts:
        _check(actor, draft)
    with transaction.atomic(), connection.cursor() as cursor:
        last, previous = _locked_head(cursor)
        now = timezone.now()
        at, stored_at = instant(now), connection.ops.adapt_datetimefield_value(now)
        rows, notes = [], []
        for seq, draft in enumerate(drafts, last + 1):
            note = keyed(draft.note.encode()) if draft.note else ""
            link = Link(
                seq, at, actor, draft.action, draft.kind, draft.object, draft.before, draft.after, draft.detail,
                note, previous,
            )  # fmt: skip
            previous = link_hash(link)
            rows.append((seq, stored_at, *link[2:], previous))
            if draft.note:
                notes.append(Note(entry_id=seq, text=draft.note))
        # The ORM takes three times as long for these statements as the database does.
        if len(rows) == 1:
            cursor.execute(_INSERT, rows[0])
        else:
            cursor.executemany(_INSERT, rows)
        cursor.execute(_ADVANCE, (last + len(rows), previous))
        if notes:
            Note.objects.bulk_create(notes, batch_size=500)


_INSERT = 'INSERT INTO {} ("{}") VALUES ({})'.format(  # noqa: S608
    Entry._meta.db_table, '", "'.join(_COLUMNS), ", ".join(["%s"] * len(_COLUMNS))
)
_HEAD = f"SELECT seq, hash FROM {Head._meta.db_table} WHERE id = 1"  # noqa: S608
_ADVANCE = f"UPDATE {Head._meta.db_table} SET seq = %s, hash = %s WHERE id = 1"  # noqa: S608


def _check(actor: str, draft: Draft) -> None:
    """``ValueError`` for what the columns cannot hold: found here on every database, not on PostgreSQL alone."""
    named = {"actor": actor, "action": draft.action, "kind": draft.kind, "object": draft.object}
    for name, value in named.items():
        if not 0 < len(value) <= MOST:
            raise ValueError(f"An audit entry's {name} takes 1 to {MOST} characters, not {value!r}.")


def _locked_head(cursor: CursorWrapper) -> tuple[int, str]:
    # SQLite needs no lock of the row: the transaction began with the one lock there is.
    question = f"{_HEAD} FOR UPDATE" if connection.features.has_select_for_update else _HEAD
    cursor.execute(question)
    found = cursor.fetchone()
    if found is None:
        # Two first writers may meet here: one makes the row, both then wait for its lock.
        Head.objects.bulk_create([Head(pk=1, seq=0, hash=GENESIS)], ignore_conflicts=True)
        cursor.execute(question)
        found = cursor.fetchone()
    return found[0], found[1]


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
    if block is None:
        append(drafts)
    else:
        for draft in drafts:
            block.add(draft)


def _block() -> Writing:
    block = current()
    if block is None:
        raise UnauditedWrite("This write is not inside of writing().")
    return block


@contextmanager
def watching(rows: models.QuerySet[Any]) -> Iterator[None]:
    """Note what happens to these rows in the block, such as ``rows.update(…)``, which sends no signals."""
    block, model = _block(), rows.model
    before = digests_of(model, list(rows.values_list("pk", flat=True)), lock=True)
    cover([model._meta.db_table])
    try:
        yield
    finally:
        uncover([model._meta.db_table])
    after = digests_of(model, before)
    for pk, digest in before.items():
        block.add_row(model, pk, digest, after.get(pk, ""))


Row = TypeVar("Row", bound=models.Model)


def create_many(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """``bulk_create`` with an entry for each row; a few statements, however many rows."""
    block = _block()
    cover([model._meta.db_table])
    try:
        made = model._base_manager.bulk_create(rows)
    finally:
        uncover([model._meta.db_table])
    found = digests_of(model, [row.pk for row in made])
    for row in made:
        block.add_row(model, row.pk, "", found[row.pk])
    return made
