"""Keyed digests of rows: two equal rows have the same, and without the key nothing can be guessed from one."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, models

from jcoc.trail.audit.chain import instant


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value / timedelta(microseconds=1))
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    raise TypeError(f"A column of type {type(value).__name__} has no byte form for the audit trail.")


def row_bytes(columns: Sequence[str], values: Sequence[Any]) -> bytes:
    """The byte form of a row: UTF-8 JSON of its columns and values, sorted by column.

    Instants as in the chain, spans in microseconds, decimals and UUIDs as text, bytes in hexadecimal.
    """
    row = dict(zip(columns, values, strict=True))
    return json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@cache
def _key() -> bytes:
    return settings.DATA_FOLDER.secret("audit_digests").encode()


def keyed(data: bytes) -> str:
    """HMAC-SHA-256 under the installation's digest key, hexadecimal."""
    return hmac.new(_key(), data, hashlib.sha256).hexdigest()


@cache
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that a row's digest covers; a model may leave bookkeeping out in `audit_exempt_fields`."""
    left_out: frozenset[str] = getattr(model, "audit_exempt_fields", frozenset())
    return tuple(f.attname for f in model._meta.concrete_fields if f.name not in left_out)


def digests_of(model: type[models.Model], keys: Iterable[Any], *, lock: bool = False) -> dict[Any, str]:
    """The digests of the rows with these primary keys, as they stand in the database now.

    With `lock`, and within a transaction, nobody else changes them until its end: what was read is what was before.
    """
    columns = columns_of(model)
    found: dict[Any, str] = {}
    manager = model._base_manager
    rows = manager.select_for_update(no_key=True) if lock and connection.in_atomic_block else manager.all()
    for some in batched(keys, 500):
        listed = rows.filter(pk__in=some).order_by().values_list("pk", *columns)
        found.update((pk, keyed(row_bytes(columns, values))) for pk, *values in listed)
    return found


def batched(keys: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size`: a statement takes a limited number of parameters."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some
