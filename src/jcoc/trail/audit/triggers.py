"""The database itself refuses to change or remove an entry: triggers on the chain and on its head.

Whoever owns the database can take them away; then the chain, and at last a signed head kept elsewhere, tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from jcoc.trail.audit.guard import unguarded

REFUSAL = "The audit trail is append-only."

_SQLITE = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_forward": "BEFORE UPDATE ON audit_head WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id",
}
_POSTGRESQL = {
    "audit_entry_no_change": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_entry_no_truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
    "audit_head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_no_truncate": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
    "audit_head_forward": (
        "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.seq <= OLD.seq OR NEW.id <> OLD.id)"
    ),
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL


def create(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers; those that stand already stay. Django's own rebuild of an SQLite table loses them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, when in _SQLITE.items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
        else:
            cursor.execute(_FUNCTION)
            for name, when in _POSTGRESQL.items():
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION audit_append_only()"
                )


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, when in _wanted(connection).items():
            table = when.split(" ON ", 1)[1].split(" ", 1)[0]
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}"
                if connection.vendor == "sqlite"
                else f"DROP TRIGGER IF EXISTS {name} ON {table}"
            )


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of those that do not stand, or were switched off."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        standing = {row[0] for row in cursor.fetchall()}
    return sorted(set(_wanted(connection)) - standing)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For tests alone: they empty the tables, or do to the chain what nobody may."""
    drop(connection)
    try:
        with unguarded():
            yield
    finally:
        create(connection)


def after_migrations(using: str, **_signal: Any) -> None:
    """On ``post_migrate`` of this app: the triggers stand, whatever a migration did to the tables."""
    from django.db import connections

    if "audit_head" in connections[using].introspection.table_names():  # not after `migrate audit zero`
        create(connections[using])
