"""The only code that writes person keys: it makes, wraps anew and destroys them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import create_many, record, writing
from jcoc.trail.sealing import envelope
from jcoc.trail.sealing.keyring import KeyFile, Keyring, KeysUnusable
from jcoc.trail.sealing.models import SubjectKey

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
BATCH = 500


@cache
def _key_file(folder: Path) -> KeyFile:
    return KeyFile(folder)


def key_file() -> KeyFile:
    return _key_file(Path(settings.KEYS_FOLDER))


def keyring() -> Keyring:
    """The keys in use; the first ones are made where nothing was sealed yet.

    A database with person keys but without its key file gets no new one: that would seal the next person under keys
    which do not belong to the rest, and hide that the file is gone.
    """
    file = key_file()
    if not file.exists() and not SubjectKey.objects.filter(destroyed=None).exists():
        return file.create()
    return file.read()


def _wrap(ring: Keyring, subject: uuid.UUID, key: bytes) -> bytes:
    return envelope.seal(ring.active.secret, key, _bound(subject, ring.active.id))


def _bound(subject: uuid.UUID, master: str) -> bytes:
    return envelope.bound_to(subject, f"jcoc person key under {master}")


def unwrap(ring: Keyring, subject: uuid.UUID, wrapped: bytes | memoryview | None, master: str) -> bytes:
    """The key of a person who was not erased. :class:`KeysUnusable` where the key file is not the right one."""
    try:
        return envelope.unseal(ring.master_key(master), bytes(wrapped or b""), _bound(subject, master))
    except envelope.DoesNotOpen:
        raise KeysUnusable(
            f"The key of person {subject} does not open under the master key {master}: it was changed."
        ) from None


def new_subjects(count: int) -> list[uuid.UUID]:
    """Keys for so many persons at once, in one entry of the audit trail."""
    ring = keyring()
    rows = [_new_row(ring) for _number in range(count)]
    with writing("sealing.keys_made"):
        create_many(SubjectKey, rows)
        keyring().master_key(ring.active.id)  # see retire()
    return [row.subject for row in rows]


def _new_row(ring: Keyring) -> SubjectKey:
    subject = uuid.uuid4()
    wrapped = _wrap(ring, subject, envelope.new_key())
    return SubjectKey(subject=subject, wrapped=wrapped, master=ring.active.id, created=timezone.now())


def new_subject() -> uuid.UUID:
    """Make a person's key; the id is what everything of that person is sealed under."""
    ring = keyring()
    row = _new_row(ring)
    with writing("sealing.key_made"):
        row.save(force_insert=True)
        keyring().master_key(ring.active.id)  # see retire()
    return row.subject


def destroy(subject: uuid.UUID) -> None:
    """Erase a person's key: nothing that it sealed opens again, in no process. Erasing it once more changes nothing.

    The row stays and says when. On SQLite the freed bytes are overwritten (secure_delete) and the write-ahead log is
    cut after the commit. Older backups, and PostgreSQL's own log, still hold the wrapped key: they no longer open it
    once the master key was rotated and the old one retired.
    """
    with writing("sealing.key_destroyed"):
        row = SubjectKey.objects.select_for_update().filter(subject=subject, destroyed=None).first()
        if row is not None:
            row.wrapped, row.master, row.destroyed = None, "", timezone.now()
            row.save()
            transaction.on_commit(cut_log)


def cut_log() -> bool:
    """Empty SQLite's write-ahead log, which still holds what was overwritten; False where a reader hinders it."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return connection.vendor != "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = bool(cursor.fetchone()[0])
    if busy:
        logger.warning("The write-ahead log could not be cut after a key was destroyed: a reader is at work.")
    return not busy


def unfinished() -> int:
    """How many person keys are not wrapped under the active master key."""
    return SubjectKey.objects.filter(destroyed=None).exclude(master=keyring().active.id).count()


def rotate(progress: Progress) -> tuple[str, int]:
    """Wrap every person key under a new master key; its id, and how many were wrapped.

    An earlier rotation that was interrupted is brought to its end instead. Each batch is a short transaction of its
    own, so the city goes on working meanwhile.
    """
    with_rest = unfinished()
    ring = keyring() if with_rest else key_file().add_master()
    total = with_rest or unfinished()
    done = 0
    for batch in _batches(ring):
        done += batch
        progress(min(done / max(total, 1), 1.0), f"{done} / {total}")
    record("sealing.master_rotated", "sealing.masterkey", [ring.active.id], detail={"rows": done})
    return ring.active.id, done


def _batches(ring: Keyring) -> Iterator[int]:
    after: uuid.UUID | None = None
    while True:
        with transaction.atomic(), unguarded():
            rest = (
                SubjectKey.objects.filter(destroyed=None).exclude(master=ring.active.id).order_by("subject")
            )
            # From where the last batch ended: looking from the start each time would pass all those done already.
            rows = list((rest.filter(subject__gt=after) if after else rest).select_for_update()[:BATCH])
            for row in rows:
                key = unwrap(ring, row.subject, row.wrapped, row.master)
                row.wrapped, row.master = _wrap(ring, row.subject, key), ring.active.id
            # An insert that meets its own rows: an update of many rows by CASE takes many times as long.
            SubjectKey.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["subject"],
                update_fields=["wrapped", "master"],
            )
            keyring().master_key(ring.active.id)  # see retire()
        if rows:
            yield len(rows)
        elif after is None:
            return
        after = rows[-1].subject if rows else None  # and once more, for those that came meanwhile


def retire(key_id: str) -> None:
    """Forget a master key that wraps nothing any more. `ValueError` with the reason where it may not be.

    The table is locked while it is counted and the key taken away. Who read the keyring before and writes a person's
    key after it looks once more, and finds that its master key is gone.
    """
    ring = keyring()
    if key_id not in {key.id for key in ring.master}:
        raise ValueError(
            f"There is no master key {key_id}; there are {', '.join(k.id for k in ring.master)}."
        )
    if key_id == ring.active.id:
        raise ValueError(f"{key_id} is the active master key. Rotate first: jcoc keys rotate.")
    with writing("sealing.master_retired"):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE sealing_subjectkey IN SHARE MODE")
        if wrapped := SubjectKey.objects.filter(master=key_id).count():
            raise ValueError(
                f"{wrapped} person keys are still wrapped under {key_id}. Rotate first: jcoc keys rotate."
            )
        record("sealing.master_retired", "sealing.masterkey", [key_id])
        key_file().remove_master(key_id)


def check(progress: Progress) -> tuple[int, list[str]]:
    """Unwrap every person key: how many there are, and a sentence for each that does not open."""
    ring = keyring()
    total = SubjectKey.objects.filter(destroyed=None).count()
    faults: list[str] = []
    rows = SubjectKey.objects.filter(destroyed=None).order_by("subject")
    for number, row in enumerate(rows.iterator(BATCH), 1):
        try:
            unwrap(ring, row.subject, row.wrapped, row.master)
        except KeysUnusable as error:
            faults.append(str(error))
        if number % BATCH == 0:
            progress(number / max(total, 1), f"{number} / {total}")
    return total, faults


def listing() -> list[dict[str, object]]:
    """The master keys: id, when made, whether active, how many person keys each wraps."""
    ring = keyring()
    return [
        {
            "id": key.id,
            "made": key.made,
            "active": key.id == ring.active.id,
            "persons": SubjectKey.objects.filter(master=key.id).count(),
        }
        for key in ring.master
    ]
