"""What an upgrade does to audited rows is entered, so that they stand as the chain says afterwards, too.

A migration may add a column, which changes the digest of every row of its table, or write rows itself. After it, each
row that is not as the chain last saw it gets an entry ``audit.migrated``, with both digests. Rows that were changed
past jcoc before are left out where that can still be told: where the table kept its columns. So verify the rows before
an upgrade. Rows from before there was an audit trail are entered in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL

from jcoc.trail.audit.digests import batched, digests_of
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.recording import Draft, append, as_detail
from jcoc.trail.audit.rowcheck import audited_models, check_model, key_of, newest

MIGRATED = "audit.migrated"
_PART = 500

Plan = Sequence[tuple[Migration, bool]]
_columns: dict[str, frozenset[str]] = {}
_suspects: set[tuple[str, str]] = set()


def before(using: str, plan: Plan = (), **_signal: Any) -> None:
    """On ``pre_migrate`` of this app: note which columns there are, and which rows are not as they should be."""
    _columns.clear()
    _suspects.clear()
    connection = connections[using]
    if not plan or Entry._meta.db_table not in connection.introspection.table_names():
        return
    _columns.update(_standing(connection))
    if not _writes_rows(plan):
        return
    for model in audited_models():
        wanted = {field.column for field in model._meta.concrete_fields}
        if wanted == _columns.get(model._meta.db_table):
            _suspects.update((fault.kind, fault.object) for fault in check_model(model))


def after(using: str, plan: Plan = (), **_signal: Any) -> None:
    """On ``post_migrate`` of this app: enter what became of the rows."""
    connection = connections[using]
    if not plan or Entry._meta.db_table not in connection.introspection.table_names():
        return
    standing = _standing(connection)
    everything = _writes_rows(plan)
    named = as_detail({"migrations": [f"{each.app_label}.{each.name}" for each, _backwards in plan][-20:]})
    for model in audited_models():
        table = model._meta.db_table
        if table in standing and (everything or standing[table] != _columns.get(table)):
            for some in batched(_changed(model), _PART):
                kind = model._meta.label_lower
                append([Draft(MIGRATED, kind, name, was, now, named) for name, was, now in some])


def _writes_rows(plan: Plan) -> bool:
    return any(isinstance(step, RunPython | RunSQL) for migration, _ in plan for step in migration.operations)


def _standing(connection: BaseDatabaseWrapper) -> dict[str, frozenset[str]]:
    """The columns of each table of an audited model that there is."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        standing = {}
        for table in (model._meta.db_table for model in audited_models()):
            if table in there:
                # Django's own description parses the text of every table, a second for all on SQLite.
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} WHERE 1 = 0")  # noqa: S608
                standing[table] = frozenset(column[0] for column in cursor.description)
        return standing


def _changed(model: type[models.Model]) -> Iterator[tuple[str, str, str]]:
    """Name of each row that is not as the chain last saw it, the digest it had, and the one it has."""
    kind = model._meta.label_lower
    for keys in batched(list(model._base_manager.order_by("pk").values_list("pk", flat=True)), _PART):
        now = {str(key): digest for key, digest in digests_of(model, keys).items()}
        was = {name: digest for name, _seq, digest in newest(kind, list(now))}
        for name, digest in now.items():
            if was.get(name, "") != digest and (kind, name) not in _suspects:
                yield name, was.get(name, ""), digest
    gone = [(name, digest) for name, _seq, digest in newest(kind) if digest]
    for part in batched(gone, _PART):
        there = digests_of(model, [key_of(model, name) for name, _digest in part])
        for name, digest in part:
            if key_of(model, name) not in there and (kind, name) not in _suspects:
                yield name, digest, ""
