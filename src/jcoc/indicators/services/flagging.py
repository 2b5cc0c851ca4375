"""Flags: that a recomputation disagrees with what is kept. A flag is closed with a reason, never removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from jcoc.indicators import said
from jcoc.indicators.computed import Computed
from jcoc.indicators.models import Flag, Value
from jcoc.indicators.services.keeping import Refused
from jcoc.trail.audit.recording import create_many, watching, writing


@dataclass(frozen=True)
class Difference:
    value: Value
    kept: str
    recomputed: str


def difference(value: Value, found: Computed) -> Difference:
    """Of the rows, where they are others; else of the number, as Python writes it: to the last digit."""
    if value.rows_sha256 != found.sha256:
        return Difference(
            value, _rows(value.row_count or 0, value.rows_sha256), _rows(found.row_count, found.sha256)
        )
    return Difference(value, _number(value.value), _number(found.result.value))


def _rows(count: int, sha256: str) -> str:
    return said.say("rows", count=count, sha256=sha256[:16])


def _number(value: float | None) -> str:
    return said.say("none") if value is None else repr(value)


def flag(differences: Sequence[Difference]) -> int:
    """Open a flag for each; how many. One that is open, or was closed over the same finding, is not opened again."""
    if not differences:
        return 0
    with writing("indicators.flag_open"):
        known: dict[int, set[str]] = {}
        for kept in Flag.objects.filter(value__in=[each.value.pk for each in differences]):
            known.setdefault(kept.value_id, set()).add("" if kept.closed is None else kept.recomputed)
        flags = [
            Flag(value=each.value, kept=each.kept, recomputed=each.recomputed)
            for each in differences
            if not known.get(each.value.pk, set()) & {"", each.recomputed}
        ]
        if flags:
            create_many(Flag, flags)
    return len(flags)


def close(pk: int, why: str) -> Flag:
    """Close a flag with a reason; :class:`Refused` without one, or where it is closed already."""
    if not why.strip():
        raise Refused("A flag is closed with a reason.")
    with writing("indicators.flag_close", note=why):
        rows = Flag.objects.open().filter(pk=pk)
        with watching(rows):
            if not rows.update(closed=timezone.now(), closed_why=said.in_own_words(why)[:300]):
                raise Refused("That flag is closed already.")
        return Flag.objects.get(pk=pk)


def answer(values: Sequence[Value], why: str) -> None:
    """Close what is open on values that a later revision took the place of."""
    pks = list(
        Flag.objects.open().filter(value__in=[value.pk for value in values]).values_list("pk", flat=True)
    )
    if pks:
        with writing("indicators.flag_close"):
            rows = Flag.objects.open().filter(pk__in=pks)
            with watching(rows):
                rows.update(closed=timezone.now(), closed_why=why[:300])
