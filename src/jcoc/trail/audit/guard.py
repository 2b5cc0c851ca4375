"""Refuses a write to an audited table outside of a block of recording.py, whichever way it takes."""

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

from jcoc.trail.audit.capture import is_audited, may_stand_alone
from jcoc.trail.audit.recording import UnauditedWrite, current

_WRITE = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?)\s+"?(\w+)', re.IGNORECASE
)
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
def _tables() -> dict[str, bool]:
    """Audited tables, and whether a library may write them outside of a block."""
    models = apps.get_models(include_auto_created=True)
    return {m._meta.db_table: may_stand_alone(m) for m in models if is_audited(m)}


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if (found := _WRITE.match(sql)) and (alone := _tables().get(found[1])) is not None:
        block = current()
        if block is not None:
            block.written.add(found[1])
        elif not alone and not getattr(_local, "open", False):
            raise UnauditedWrite(f"A write to {found[1]} must stand inside of writing().")
    return execute(sql, params, many, context)


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def connect() -> None:
    """Watch every connection of this process; called once, when the applications are ready."""
    connection_created.connect(_watch, dispatch_uid="audit")
