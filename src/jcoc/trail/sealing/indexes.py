"""Which columns are blind indexes, so that their key can be replaced while the city works."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.recording import record
from jcoc.trail.sealing import seals, services
from jcoc.trail.sealing.fields import SealedText

BATCH = 200
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class BlindIndex:
    """A column that holds the blind index of a sealed column of the same row, under that column's context."""

    model: type[models.Model]
    column: str
    sealed: str

    @property
    def field(self) -> SealedText:
        field = self.model._meta.get_field(self.sealed)
        assert isinstance(field, SealedText)
        return field

    def filled(self) -> models.QuerySet[Any]:
        """The rows that have something to index."""
        return self.model._base_manager.filter(**{f"{self.sealed}__isnull": False})

    def recompute(self, on_batch: Callable[[int], None]) -> None:
        """Bring every row's index under the active key. Rows that another writer holds are waited for."""
        after: Any = None
        while True:
            with transaction.atomic(), unguarded():
                rows = self.filled().select_for_update().order_by("pk")
                batch = list(rows.filter(pk__gt=after)[:BATCH] if after is not None else rows[:BATCH])
                with seals.holding(getattr(row, self.field.subject) for row in batch):
                    changed = [row for row in batch if self._renew(row)]
                if changed:
                    self.model._base_manager.bulk_update(changed, [self.column])
            if not batch:
                return
            after = batch[-1].pk
            on_batch(len(batch))

    def _renew(self, row: models.Model) -> bool:
        item = getattr(row, self.sealed).item()
        index = seals.reindexed(self.field.context, item)
        if index is None or getattr(row, self.column) in ("", None, index):  # one without an index stays so
            return False
        setattr(row, self.column, index)
        return True


_registered: dict[tuple[str, str], BlindIndex] = {}


def register(index: BlindIndex) -> None:
    """Make a blind index known. `ValueError` where its column is not bookkeeping to the audit trail."""
    if index.column not in getattr(index.model, "audit_exempt_fields", ()):
        raise ValueError(f"{index.model._meta.label}.{index.column} must stand in audit_exempt_fields.")
    _registered[index.model._meta.label, index.column] = index


def rotate(progress: Progress, indexes: Iterable[BlindIndex] | None = None) -> int:
    """A new key for the blind indexes, and every index under it; how many rows were looked at.

    Meanwhile look-ups go by both keys. An interrupted rotation is brought to its end instead of beginning another one.
    Two rounds: the second finds rows that were written under the old key while the first passed.
    """
    chosen = list(_registered.values() if indexes is None else indexes)
    if len(services.keyring().index) == 1:
        services.key_file().add_index()
    total = sum(one.filled().count() for one in chosen)
    done = 0

    def passed(rows: int) -> None:
        nonlocal done
        done += rows
        progress(min(done / max(2 * total, 1), 1.0), f"{done} / {2 * total}")

    for _round in range(2):
        for one in chosen:
            one.recompute(passed)
    services.key_file().drop_old_index()
    record(
        "sealing.index_rotated", "sealing.indexkey", [services.keyring().index[-1].id], detail={"rows": total}
    )
    return total
