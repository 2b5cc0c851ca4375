"""Checks of what goes into a store, whoever sends it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from jcoc.telemetry.instants import EPOCH, NO_TIME

from .contract import OBSERVATIONS, StoreError
from .identity import microseconds


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970; a datetime without a time zone is refused."""
    if instant.tzinfo is None:
        raise StoreError(f"The time {instant.isoformat()} has no time zone.")
    span = instant - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


YEAR_ONE = to_microseconds(datetime(1, 1, 1, tzinfo=UTC))
_LAST = to_microseconds(datetime(9999, 12, 31, tzinfo=UTC))


def conformed(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    """The batch as a table of schema OBSERVATIONS, or :class:`StoreError` that names what is wrong."""
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    if table.schema.equals(OBSERVATIONS):
        return table
    for name in OBSERVATIONS.names:
        if name not in table.schema.names:
            raise StoreError(f"The batch lacks the column {name}.")
    table = table.select(OBSERVATIONS.names)
    _check_required(table)
    try:
        return table.cast(OBSERVATIONS)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise StoreError(f"The batch has not the columns' types: {error}") from error


def check(table: pa.Table) -> None:
    """Look at the values of a table of schema OBSERVATIONS; :class:`StoreError` that names row and column."""
    _check_required(table)
    for field in OBSERVATIONS:
        column = table[field.name]
        if column.null_count == len(column):
            continue
        if pa.types.is_timestamp(field.type):
            numbers = microseconds(column)
            outside = ((numbers < YEAR_ONE) | (numbers > _LAST)) & (numbers != NO_TIME)
            if outside.any():
                raise StoreError(f"Row {np.argmax(outside)}: {field.name} lies outside the years 1 to 9999.")
        elif pa.types.is_floating(field.type):
            # A null becomes NaN in numpy, so only more NaN than nulls are NaN that were sent.
            nan = np.isnan(column.to_numpy())
            if np.count_nonzero(nan) > column.null_count:
                nan &= ~column.is_null().to_numpy()
                raise StoreError(f"Row {np.argmax(nan)}: {field.name} is not a number; leave it null.")


def _check_required(table: pa.Table) -> None:
    for field in OBSERVATIONS:
        if not field.nullable and table[field.name].null_count:
            row = int(np.flatnonzero(table[field.name].is_null().to_numpy())[0])
            raise StoreError(f"Row {row}: {field.name} must not be empty.")
