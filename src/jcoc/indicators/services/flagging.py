"""Flags: that a recomputation disagrees with what is kept. A flag is closed with a reason, never removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from jcoc.indicators import said
from jcoc.indicators.computed import Computed
from jcoc.indicators.models import Flag, Value
from jcoc.indicators.services.refusing import Refused
from jcoc.trail.audit.recording import create_many, watching, writing
from jcoc.trail.marking import gettext_noop

LONGEST = Flag._meta.get_field("closed_why").max_length or 0


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
    """Open a flag for each; how many. One that is open, or was closed over the same finding, is not opened again.

    A value that somebody replaced in between is left: the revision in force is looked at by the next recomputation.
    """
    if not differences:
        return 0
    with writing("indicators.flag_open"):
        standing = Value.objects.current().filter(pk__in=[each.value.pk for each in differences])
        in_force = set(standing.select_for_update().values_list("pk", flat=True))
        known: dict[int, set[str]] = {}
        for kept in Flag.objects.filter(value__in=[each.value.pk for each in differences]):
            known.setdefault(kept.value_id, set()).add("" if kept.closed is None else kept.recomputed)
        flags = [
            Flag(value=each.value, kept=each.kept, recomputed=each.recomputed)
            for each in differences
            if each.value.pk in in_force and not known.get(each.value.pk, set()) & {"", each.recomputed}
        ]
        if flags:
            create_many(Flag, flags)
    return len(flags)


def close(pk: int, why: str) -> Flag:
    """Close a flag with a reason; :class:`Refused` without one, or where it is closed already."""
    told = said.in_own_words(why)
    if not told:
        raise Refused(gettext_noop("A flag is closed with a reason."), field="why")
    if len(told) > LONGEST:
        raise Refused(gettext_noop("Use %(most)s characters at most."), field="why", most=LONGEST)
    with writing("indicators.flag_close", note=why):
        rows = Flag.objects.open().filter(pk=pk)
        with watching(rows):
            if not rows.update(closed=timezone.now(), closed_why=told):
                raise Refused(gettext_noop("That flag was closed meanwhile."))
        return Flag.objects.get(pk=pk)


def answer(values: Sequence[int], why: str) -> None:
    """Close what is open on values, by their keys, that a later revision takes the place of; in its writing."""
    pks = list(Flag.objects.open().filter(value__in=values).values_list("pk", flat=True))
    if pks:
        short = why if len(why) <= LONGEST else f"{why[: LONGEST - 1]}…"
        with writing("indicators.flag_close"):
            rows = Flag.objects.open().filter(pk__in=pks)
            with watching(rows):
                rows.update(closed=timezone.now(), closed_why=short)
