"""Refuses a write to an audited table that nobody notes, whichever way it takes.

It is there against what a programmer forgets. Whoever runs other code in the process, or opens the database himself,
goes past it: that is what the chain, its signed heads and ``jcoc audit verify --rows`` are for.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from jcoc.trail.audit.capture import is_audited
from jcoc.trail.audit.recording import UnauditedWrite, current, is_covered

_WRITE = re.compile(
    r"""\s*(?:(?:INSERT(?:\s+OR\s+\w+)?|REPLACE|MERGE)\s+INTO|UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?
    |DELETE\s+FROM(?:\s+ONLY)?|TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?|COPY)\s+(?:"?\w+"?\.)?"?(\w+)""",
    re.IGNORECASE | re.VERBOSE,
)
_ROLLBACK = re.compile(r'\s*ROLLBACK\s+TO\s+SAVEPOINT\s+"?(\w+)', re.IGNORECASE)
_local = threading.local()


@contextmanager
def unguarded() -> Iterator[None]:
    """Let this thread write without an account: migrations, columns of mere bookkeeping, rows that a test lays out."""
    before = getattr(_local, "open", False)
    _local.open = True
    try:
        yield
    finally:
        _local.open = before


@cache
def _tables() -> frozenset[str]:
    return frozenset(m._meta.db_table for m in apps.get_models(include_auto_created=True) if is_audited(m))


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    found = _WRITE.match(sql)
    if found and found[1] in _tables() and not is_covered(found[1]) and not getattr(_local, "open", False):
        if current() is None:
            raise UnauditedWrite(f"A write to {found[1]} must stand inside of writing().")
        raise UnauditedWrite(
            f"This write to {found[1]} sends no signals: use create_many(), or watching() around it."
        )
    answer = execute(sql, params, many, context)
    if (block := current()) is not None and (undone := _ROLLBACK.match(sql)):
        block.undo(undone[1])
    return answer


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _guard not in connection.execute_wrappers:
        # First in the list: whoever adds a wrapper for a while takes away the last.
        connection.execute_wrappers.insert(0, _guard)


def connect() -> None:
    """Watch every connection of this process; called once, when the applications are ready."""
    connection_created.connect(_watch, dispatch_uid="audit")
