"""The tables of the DuckDB store, and the statements on them.

tail         readings in the order they came
settled      finished days, sorted by (day, datastream, time), so that one datastream's day lies together
revision     what corrections replaced
day_summary  per datastream and UTC day of `settled`: how many, and the newest row; always what LAST_OF would say

Times are TIMESTAMP in UTC: TIMESTAMPTZ needs the ICU library for each comparison with a day.
"""

# ruff: noqa: S608 -- only numbers and this package's own names are ever put into a statement.

from __future__ import annotations

import pyarrow as pa

from .contract import OBSERVATIONS, REVISIONS
from .identity import DAY

SCHEMA_VERSION = 1

_TYPES = {pa.int32(): "INTEGER", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.string(): "VARCHAR"}


def without_zone(schema: pa.Schema) -> pa.Schema:
    """The schema with instants as UTC times without a zone."""
    return pa.schema(
        [
            field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
            for field in schema
        ]
    )


def plain(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table under a schema of the same bytes, such as that of without_zone(); no byte moves."""
    columns = [
        column
        if column.type == field.type
        else column.chunk(0).view(field.type)
        if column.num_chunks == 1
        else column.cast(field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


PLAIN_OBSERVATIONS = without_zone(OBSERVATIONS)
PLAIN_REVISIONS = without_zone(REVISIONS)
COLUMNS = ", ".join(OBSERVATIONS.names)


def _columns(schema: pa.Schema, required: tuple[str, ...]) -> str:
    return ", ".join(
        f"{field.name} {_TYPES.get(field.type, 'TIMESTAMP')}"
        + ("" if field.nullable and field.name not in required else " NOT NULL")
        for field in schema
    )


_OBSERVATION = _columns(OBSERVATIONS, ("received",))
CREATE = f"""
CREATE TABLE meta (name VARCHAR NOT NULL, value VARCHAR NOT NULL);
CREATE TABLE tail ({_OBSERVATION});
CREATE TABLE settled ({_OBSERVATION});
CREATE TABLE revision ({_columns(REVISIONS, ("received",))});
CREATE TABLE day_summary (day DATE NOT NULL, count BIGINT NOT NULL, {_OBSERVATION});
INSERT INTO meta VALUES ('schema_version', '{SCHEMA_VERSION}');
"""

EVERYWHERE = f"(SELECT {COLUMNS} FROM tail UNION ALL SELECT {COLUMNS} FROM settled)"


def within(first_day: int, last_day: int) -> str:
    """Of the table o: the rows of these days (counted from 1970, UTC) and those between."""
    return (
        f"o.phenomenon_time >= make_timestamp({first_day * DAY}) "
        f"AND o.phenomenon_time < make_timestamp({(last_day + 1) * DAY})"
    )


def last_of(table: str, where: str) -> str:
    """Rows of day_summary computed from a table. `where` calls the table o."""
    return f"""
    SELECT n.day, n.count, {", ".join(f"o.{name}" for name in OBSERVATIONS.names)}
    FROM {table} o JOIN (
        SELECT o.datastream, o.phenomenon_time::DATE AS day, count(*) AS count, max(o.phenomenon_time) AS newest
        FROM {table} o WHERE {where} GROUP BY o.datastream, day
    ) n ON o.datastream = n.datastream AND o.phenomenon_time = n.newest
    WHERE {where}
    QUALIFY row_number() OVER (
        PARTITION BY o.datastream, n.day ORDER BY o.phenomenon_end DESC NULLS LAST
    ) = 1
    """
