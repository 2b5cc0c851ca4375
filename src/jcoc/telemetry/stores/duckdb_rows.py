"""The statements of the DuckDB store that look rows up, write, move and summarize them, each on a given cursor."""

# ruff: noqa: S608 -- only numbers and this package's own names are ever put into a statement.

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow as pa

from . import duckdb_sql as sql
from .contract import OBSERVATIONS, REVISIONS, StoreError
from .identity import DAY, microseconds

_IDENTITY = pa.schema([sql.PLAIN_OBSERVATIONS.field(i) for i in range(3)])


def look_up(cursor: duckdb.DuckDBPyConnection, candidates: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows kept under the candidates' identities, and where each lies: (settled?, row id)."""
    wanted = candidates.select(_IDENTITY.names).cast(_IDENTITY)
    times, streams = microseconds(wanted["phenomenon_time"]), wanted["datastream"].to_numpy()
    parts = " UNION ALL ".join(
        f"SELECT o.*, {place} AS place, o.rowid AS row FROM {name} o SEMI JOIN wanted w ON "
        "o.datastream = w.datastream AND o.phenomenon_time = w.phenomenon_time "
        "AND o.phenomenon_end IS NOT DISTINCT FROM w.phenomenon_end "
        f"WHERE o.phenomenon_time BETWEEN make_timestamp({times.min()}) AND make_timestamp({times.max()}) "
        f"AND o.datastream BETWEEN {streams.min()} AND {streams.max()}"
        for name, place in (("tail", "false"), ("settled", "true"))
    )
    found = cursor.sql(parts).to_arrow_table()
    return found.select(OBSERVATIONS.names).cast(OBSERVATIONS), found.select(["place", "row"])


def insert(cursor: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    changed(cursor, "INSERT INTO tail SELECT * FROM rows", sql.plain(rows, sql.PLAIN_OBSERVATIONS))


def insert_revisions(cursor: duckdb.DuckDBPyConnection, rows: pa.Table, now: int) -> None:
    """Keep what corrections replaced, a microsecond apart, so that those of one commit keep their order."""
    replaced = pa.array(now + np.arange(len(rows)), OBSERVATIONS.field("received").type)
    rows = rows.append_column(REVISIONS.field("replaced"), replaced)
    changed(cursor, "INSERT INTO revision SELECT * FROM rows", sql.plain(rows, sql.PLAIN_REVISIONS))


def take_out(cursor: duckdb.DuckDBPyConnection, leaving: pa.Table, places: pa.Table) -> None:
    """Remove rows that look_up() found."""
    settled, row = places["place"].to_numpy(), places["row"].to_numpy()
    for name, ids in (("tail", row[~settled]), ("settled", row[settled])):
        if not len(ids):
            continue
        rows = pa.table({"row": ids})
        gone = changed(cursor, f"DELETE FROM {name} WHERE rowid IN (SELECT row FROM rows)", rows)
        if gone != len(ids):
            raise StoreError(f"{gone} rows of {name} went where {len(ids)} should.")
    if settled.any():
        stream = leaving["datastream"].to_numpy()[settled]
        day = microseconds(leaving["phenomenon_time"])[settled] // DAY
        summarize(cursor, zip(stream.tolist(), day.tolist(), strict=True))


def summarize(cursor: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[int, int]]) -> None:
    """Write the day summaries of these (datastream, day) anew."""
    chosen = sorted(set(pairs))
    if not chosen:
        return
    streams, days = sorted({stream for stream, _ in chosen}), sorted({day for _, day in chosen})
    rows = pa.table({"stream": [stream for stream, _ in chosen], "day": [day for _, day in chosen]})
    changed(
        cursor,
        "DELETE FROM day_summary o WHERE (o.datastream, o.day) IN "
        f"(SELECT (stream, make_timestamp(day * {DAY})::DATE) FROM rows)",
        rows,
    )
    where = (
        f"o.datastream IN ({', '.join(map(str, streams))}) AND {sql.within(days[0], days[-1])} "
        f"AND (o.datastream, epoch_us(o.phenomenon_time::DATE) // {DAY}) IN (SELECT (stream, day) FROM rows)"
    )
    changed(cursor, f"INSERT INTO day_summary {sql.last_of('settled', where)}", rows)


def settle_day(cursor: duckdb.DuckDBPyConnection, day: int) -> int:
    """Move a day's rows from tail to settled, in order, in one transaction; how many."""
    where = sql.within(day, day)
    cursor.execute("BEGIN")
    moved = changed(
        cursor,
        f"INSERT INTO settled SELECT {sql.COLUMNS} FROM tail o WHERE {where} "
        "ORDER BY datastream, phenomenon_time, phenomenon_end NULLS FIRST",
    )
    cursor.execute(f"DELETE FROM tail o WHERE {where}")
    cursor.execute(f"DELETE FROM day_summary WHERE day = make_timestamp({day * DAY})::DATE")
    cursor.execute(f"INSERT INTO day_summary {sql.last_of('settled', where)}")
    cursor.execute("COMMIT")
    return moved


def delete(cursor: duckdb.DuckDBPyConnection, datastream: int, where: str) -> int:
    """Remove a datastream's observations and revisions where it says so, in one transaction; how many went."""
    cursor.execute("BEGIN")
    days = cursor.execute(
        f"SELECT DISTINCT epoch_us(phenomenon_time::DATE) // {DAY} FROM settled WHERE {where}"
    ).fetchall()
    gone = sum(changed(cursor, f"DELETE FROM {name} WHERE {where}") for name in ("tail", "settled"))
    cursor.execute(f"DELETE FROM revision WHERE {where}")
    summarize(cursor, [(datastream, day) for (day,) in days])
    cursor.execute("COMMIT")
    return gone


def recall(cursor: duckdb.DuckDBPyConnection, only: str = "true") -> tuple[np.ndarray, pa.Table]:
    """Of each datastream how many observations there are and the newest, from day summaries and tail.

    `only` is a condition on a table called o.
    """
    found = cursor.sql(
        f"SELECT sum(count) OVER (PARTITION BY datastream)::BIGINT AS count, {sql.COLUMNS} FROM ("
        f"SELECT * FROM day_summary o WHERE {only} UNION ALL ({sql.last_of('tail', only)})) "
        "QUALIFY row_number() OVER (PARTITION BY datastream "
        "ORDER BY phenomenon_time DESC, phenomenon_end DESC NULLS LAST) = 1 ORDER BY datastream"
    ).to_arrow_table()
    return found["count"].to_numpy(), found.select(OBSERVATIONS.names).cast(OBSERVATIONS)


def changed(cursor: duckdb.DuckDBPyConnection, statement: str, rows: pa.Table | None = None) -> int:
    """Run a statement, which may call an Arrow table by the name rows; how many rows it changed.

    The engine finds the table by its name in this function: a third cheaper a commit than registering a view.
    """
    [(count,)] = cursor.execute(statement).fetchall()
    return int(count)
