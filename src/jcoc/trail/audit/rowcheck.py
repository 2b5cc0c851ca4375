"""Whether the rows stand as the chain last saw them: what was changed, removed or put in past jcoc."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from jcoc.trail.audit.capture import is_audited
from jcoc.trail.audit.digests import batched, digests_of
from jcoc.trail.audit.models import Entry

SENTENCES = {
    "changed": "{kind} {object} was changed past jcoc: it is not as entry {seq} left it.",
    "removed": "{kind} {object} was removed past jcoc: entry {seq} left it there.",
    "returned": "{kind} {object} stands there again: entry {seq} says it was deleted.",
    "unknown": "{kind} {object} was put in past jcoc: no entry tells of it.",
}
TOLD = 100
_PART = 500


@dataclass(frozen=True)
class RowFault:
    """A row that is not as the chain says; `seq` is the newest entry about it, 0 where there is none."""

    kind: str
    what: str
    object: str
    seq: int = 0

    def __str__(self) -> str:
        return SENTENCES[self.what].format(kind=self.kind, object=self.object, seq=self.seq)


@dataclass
class RowVerdict:
    rows: int = 0
    faults: list[RowFault] = field(default_factory=list)
    untold: int = 0

    def add(self, fault: RowFault) -> None:
        if len(self.faults) < TOLD:
            self.faults.append(fault)
        else:
            self.untold += 1


def audited_models() -> list[type[models.Model]]:
    """Every model whose rows enter the chain, by label."""
    listed = (m for m in apps.get_models(include_auto_created=True) if is_audited(m) and m._meta.managed)
    return sorted(listed, key=lambda model: model._meta.label_lower)


def check_rows(progress: Callable[[float, str], None] = lambda _fraction, _text: None) -> RowVerdict:
    """Compare each audited row with the newest digest that the chain has of it."""
    verdict = RowVerdict()
    listed = audited_models()
    for number, model in enumerate(listed):
        progress(number / len(listed), model._meta.label_lower)
        for fault in _faults(model, verdict):
            verdict.add(fault)
    progress(1.0, "")
    return verdict


def _faults(model: type[models.Model], verdict: RowVerdict) -> Iterator[RowFault]:
    kind = model._meta.label_lower
    for some in batched(newest(kind), _PART):
        keys = {key_of(model, name): (name, seq, digest) for name, seq, digest in some}
        now = digests_of(model, keys)
        suspect = []
        for key, (name, _seq, digest) in keys.items():
            if now.get(key, "") != digest:
                suspect.append(name)
        # Somebody may have written in between: what the chain says now counts, read after the row.
        again = {name: (seq, digest) for name, seq, digest in newest(kind, suspect)} if suspect else {}
        current = digests_of(model, [key_of(model, name) for name in suspect]) if suspect else {}
        for name in suspect:
            seq, digest = again[name]
            standing = current.get(key_of(model, name), "")
            if standing != digest:
                what = "removed" if not standing else "changed" if digest else "returned"
                yield RowFault(kind, what, name, seq)
    pks = model._base_manager.order_by("pk").values_list("pk", flat=True)
    for some_pks in batched(pks.iterator(chunk_size=_PART), _PART):
        verdict.rows += len(some_pks)
        names = [str(pk) for pk in some_pks]
        told = set(_writes(kind).filter(object__in=names).values_list("object", flat=True))
        for name in names:
            if name not in told and model._base_manager.filter(pk=key_of(model, name)).exists():
                yield RowFault(kind, "unknown", name)


def check_model(model: type[models.Model]) -> Iterator[RowFault]:
    """The faults of one table's rows."""
    return _faults(model, RowVerdict())


def _writes(kind: str) -> models.QuerySet[Entry]:
    """The entries that tell of a row's digests; a look at something has none."""
    return Entry.objects.filter(kind=kind).exclude(Q(before="") & Q(after="")).order_by()


def newest(kind: str, names: list[str] | None = None) -> Iterator[tuple[str, int, str]]:
    """Of each row its name, the newest entry's number, and the digest that it left."""
    told = _writes(kind)
    if names is not None:
        told = told.filter(object__in=names)
    ordered = told.order_by("object", "seq").values_list("object", "seq", "after")
    for name, entries in groupby(ordered.iterator(chunk_size=2_000), key=lambda row: row[0]):
        *_earlier, last = entries
        yield name, last[1], last[2]


def key_of(model: type[models.Model], name: str) -> Any:
    """The primary key that an entry names as text."""
    pk = model._meta.pk
    assert pk is not None
    try:
        return pk.to_python(name)
    except ValidationError:
        return name
