"""The store of observations on one machine: a DuckDB file that this process alone has open."""

# ruff: noqa: S608 -- only numbers and this package's own names are ever put into a statement.

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa

from . import duckdb_rows as rows
from . import duckdb_sql as sql
from .batches import YEAR_ONE, check, conformed, to_microseconds
from .contract import (
    OBSERVATIONS,
    REVISIONS,
    ROLLUP,
    AppendResult,
    Listener,
    StoreError,
)
from .duckdb_copy import HeldFile, headers_of
from .duckdb_file import CHECKPOINT_AT, DuckDBFile
from .identity import DAY, Keys, microseconds, sort_out, taken
from .newest import Newest
from .writer import GroupWriter

log = logging.getLogger(__name__)

_MICROSECOND = timedelta(microseconds=1)
#: Bytes of log after which a settled day is followed by a checkpoint.
_AFTER_SETTLING = 256 * 1024


class DuckDBStore:
    """See :class:`~jcoc.telemetry.stores.contract.ObservationStore`.

    memory_limit is what the engine may take for its buffers; the process takes some hundred megabytes more.
    checkpoint_at is the length of the log, in bytes, at which it is folded into the file.
    """

    def __init__(
        self, path: Path, *, memory_limit: str = "1GB", threads: int = 2, checkpoint_at: int = CHECKPOINT_AT
    ) -> None:
        self._file = DuckDBFile(path, memory_limit, threads, checkpoint_at)
        try:
            self._prepare()
            self._newest = Newest()
            with self._file.cursor() as cursor:
                self._newest.replace(*rows.recall(cursor))
        except BaseException:
            self._file.close()
            raise
        self._listeners: tuple[Listener, ...] = ()
        self._clock = 0
        # The day whose rows settle() is moving. Who moves or removes rows that stood before holds this lock.
        self._moving = threading.Condition()
        self._moving_day: int | None = None
        self._one_settles = threading.Lock()
        self._holds = 0
        self._writer = GroupWriter(self._commit, self._tidy)

    # Writing

    def append(self, batch: pa.RecordBatch | pa.Table) -> Future[AppendResult]:
        try:
            table = conformed(batch)
        except StoreError as error:
            refused: Future[AppendResult] = Future()
            refused.set_exception(error)
            return refused
        return self._writer.append(table)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners = (*self._listeners, listener)

        def end() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return end

    def _commit(self, tables: list[pa.Table]) -> list[np.ndarray]:
        """One transaction for all the tables; ends when it is on disk."""
        table = pa.concat_tables(tables).combine_chunks()
        # Of a group at once: a fault anywhere makes the writer commit its batches one by one.
        check(table)
        now = self._now()
        table = _with_received(table, now)
        keys = Keys.of(table)
        asked = self._not_newer(keys)
        if len(asked):
            with self._moving:
                status, changed = self._write_beside_kept(table, asked, now)
        else:
            sorting = sort_out(table, keys)
            status, changed = sorting.status, taken(table, sorting.current)
            with self._file.cursor() as cursor:
                if len(sorting.replaced):
                    cursor.execute("BEGIN")
                    self._replace(cursor, table.take(sorting.replaced), now)
                    rows.insert(cursor, changed)
                    cursor.execute("COMMIT")
                elif changed.num_rows:
                    rows.insert(cursor, changed)
            self._remember(changed, sorting.is_new)
        if changed.num_rows:
            for listener in self._listeners:
                try:
                    listener(changed)
                except Exception:
                    log.exception("A listener of the store failed")
        ends = np.cumsum([one.num_rows for one in tables]).tolist()
        return [status[end - one.num_rows : end] for one, end in zip(tables, ends, strict=True)]

    def _not_newer(self, keys: Keys) -> np.ndarray:
        """The rows, by number, that could be known: those not after their datastream's newest one."""
        begin, length = keys.runs()
        newest = self._newest.times(keys.datastream[begin])
        return keys.order[keys.time <= np.repeat(newest, length)]

    def _write_beside_kept(self, table: pa.Table, asked: np.ndarray, now: int) -> tuple[np.ndarray, pa.Table]:
        """The same where rows may be known: look up those, and let corrections take their place."""
        candidates = table.take(asked)
        while True:
            with self._file.cursor() as cursor:
                kept, places = rows.look_up(cursor, candidates)
            everything = pa.concat_tables([kept, table]).combine_chunks()
            sorting = sort_out(everything, Keys.of(everything), len(kept))
            leaving = sorting.replaced[sorting.replaced < len(kept)]
            days = np.unique(microseconds(kept["phenomenon_time"].take(leaving)) // DAY)
            if self._moving_day is None or self._moving_day not in days:
                break
            self._moving.wait()
        changed = everything.take(sorting.current)
        if changed.num_rows:
            with self._file.cursor() as cursor:
                cursor.execute("BEGIN")
                if len(sorting.replaced):
                    self._replace(cursor, everything.take(sorting.replaced), now)
                    rows.take_out(cursor, kept.take(leaving), places.take(leaving))
                rows.insert(cursor, changed)
                cursor.execute("COMMIT")
        self._remember(changed, sorting.is_new)
        return sorting.status[len(kept) :], changed

    def _replace(self, cursor: duckdb.DuckDBPyConnection, old: pa.Table, now: int) -> None:
        rows.insert_revisions(cursor, old, now)
        self._clock = now + len(old)

    def _remember(self, changed: pa.Table, is_new: np.ndarray) -> None:
        """Bring memory up to a commit: rows sorted by identity, and which of them add to the count."""
        if not changed.num_rows:
            return
        streams = changed["datastream"].to_numpy()
        begin = np.flatnonzero(np.r_[True, streams[1:] != streams[:-1]])
        last = np.r_[begin[1:], len(streams)] - 1
        added = np.add.reduceat(is_new.astype(np.int64), begin)
        self._newest.add(streams[begin], added, taken(changed, last))

    def _now(self) -> int:
        """Microseconds since 1970, never twice the same."""
        self._clock = max(time.time_ns() // 1000, self._clock + 1)
        return self._clock

    def _tidy(self, at: int | None = None) -> None:
        with self._moving:
            # A checkpoint beside a moving day would have to wait for it; the next commit asks again.
            if self._moving_day is None and not self._holds:
                self._file.checkpoint(at)

    # Copying

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Wait until no day is being settled, and let none begin in the block: hold() then waits for a commit only."""
        with self._one_settles:
            yield

    def hold(self, *, close: bool = False) -> HeldFile:
        """The file as it stands between two commits; no checkpoint comes until it is released (and closes, if so)."""

        def held() -> HeldFile:
            with self._moving:
                self._holds += 1
            path, log_path = self._file.path, self._file.log_path
            log_length = log_path.stat().st_size if log_path.exists() else 0
            return HeldFile(
                path, log_path, path.stat().st_size, log_length, headers_of(path), self.counts(), let_go
            )

        released = threading.Event()

        def let_go() -> None:
            with self._moving:
                if released.is_set():
                    return
                released.set()
                self._holds -= 1
            if close:
                self.close()

        result: HeldFile = self._writer.run(held).result()
        return result

    # Reading

    def latest(self, datastreams: Sequence[int] | None = None) -> pa.Table:
        return self._newest.table(datastreams)

    def counts(self) -> dict[int, int]:
        return self._newest.counts()

    def count(self, datastreams: Sequence[int] | None = None) -> int:
        return self._newest.count(datastreams)

    def window(
        self,
        datastreams: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        order: Literal["asc", "desc"] = "asc",
        limit: int | None = None,
    ) -> pa.Table:
        if order not in ("asc", "desc"):
            raise StoreError(f"The order must be asc or desc, not {order!r}.")
        if limit is not None and limit < 0:
            raise StoreError(f"The limit must not be negative, as {limit} is.")
        if not len(datastreams):
            return OBSERVATIONS.empty_table()
        nulls = "NULLS FIRST" if order == "asc" else "NULLS LAST"
        return self._read(
            f"SELECT {sql.COLUMNS} FROM {sql.EVERYWHERE} WHERE {_where(datastreams, start, end)} "
            f"ORDER BY phenomenon_time {order}, datastream {order}, phenomenon_end {order} {nulls} "
            + (f"LIMIT {int(limit)}" if limit is not None else ""),
            OBSERVATIONS,
        )

    def rollup(
        self,
        datastreams: Sequence[int],
        start: datetime,
        end: datetime,
        bucket: timedelta,
        *,
        utc_offset: timedelta = timedelta(0),
        without_flags: int = 0,
    ) -> pa.Table:
        width, offset = bucket // _MICROSECOND, utc_offset // _MICROSECOND
        if width <= 0:
            raise StoreError(f"A bucket must be longer than nothing, not {bucket}.")
        if not len(datastreams):
            return ROLLUP.empty_table()
        flags = f"AND quality & {int(without_flags)} = 0" if without_flags else ""
        # Integer division rounds towards nothing, so buckets are counted from before the first year there is.
        base = -(YEAR_ONE // width - 1) * width
        number = f"(epoch_us(phenomenon_time) + {base + offset}) // {width}"
        newest = f"(phenomenon_time, coalesce(phenomenon_end, make_timestamp({YEAR_ONE})))"
        return self._read(
            f"SELECT datastream, make_timestamp({number} * {width} - {base + offset}) AS bucket, "
            "avg(result) AS avg, min(result) AS min, max(result) AS max, count(result) AS count, "
            f"arg_max(result, {newest}) AS last "
            f"FROM {sql.EVERYWHERE} WHERE {_where(datastreams, start, end)} {flags} "
            f"GROUP BY datastream, {number} HAVING count(result) > 0 ORDER BY datastream, bucket",
            ROLLUP,
        )

    def revisions(
        self, datastreams: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        if not len(datastreams):
            return REVISIONS.empty_table()
        return self._read(
            f"SELECT {', '.join(REVISIONS.names)} FROM revision WHERE {_where(datastreams, start, end)} "
            "ORDER BY datastream, phenomenon_time, replaced",
            REVISIONS,
        )

    def _read(self, query: str, schema: pa.Schema) -> pa.Table:
        try:
            with self._file.cursor() as cursor:
                return cursor.sql(query).to_arrow_table().cast(schema)
        except StoreError:
            if not self._file.broken:
                raise
        # Another thread's checkpoint failed under it: the file is opened again and the question asked once more.
        with self._file.cursor() as cursor:
            return cursor.sql(query).to_arrow_table().cast(schema)

    # Housekeeping

    def delete(self, datastream: int, start: datetime | None = None, end: datetime | None = None) -> int:
        where = _where([datastream], start, end)
        return int(self._writer.run(lambda: self._delete(int(datastream), where)).result())

    def _delete(self, datastream: int, where: str) -> int:
        with self._moving:
            self._moving.wait_for(lambda: self._moving_day is None)
            with self._file.cursor() as cursor:
                gone = rows.delete(cursor, datastream, where)
                counts, newest = rows.recall(cursor, f"o.datastream = {datastream}")
            if len(counts):
                self._newest.replace(counts, newest)
            else:
                self._newest.forget(datastream)
        return gone

    def settle(self, before: date) -> int:
        """One transaction a day, so that neither memory nor a hold-up grows with the number of days. A row that
        comes late for a settled day is settled behind it, by the same order."""
        if isinstance(before, datetime):
            raise StoreError("settle() wants a date, not a time.")
        limit = to_microseconds(datetime(before.year, before.month, before.day, tzinfo=UTC)) // DAY
        moved = 0
        with self._one_settles:
            with self._file.cursor() as cursor:
                days = cursor.execute(
                    f"SELECT DISTINCT epoch_us(phenomenon_time::DATE) // {DAY} AS day FROM tail "
                    f"WHERE phenomenon_time < make_timestamp({limit * DAY}) ORDER BY day"
                ).fetchall()
            for (day,) in days:
                with self._moving:
                    self._moving_day = day
                try:
                    with self._file.cursor() as cursor:
                        moved += rows.settle_day(cursor, day)
                finally:
                    with self._moving:
                        self._moving_day = None
                        self._moving.notify_all()
                # Only a checkpoint frees what the tail has lost; until then each question would look through it.
                self._writer.run(lambda: self._tidy(_AFTER_SETTLING)).result()
        return moved

    def healthy(self) -> bool:
        return self._writer.healthy()

    def close(self) -> None:
        self._writer.close()
        with self._one_settles:
            try:
                self._file.checkpoint(at=1)
            except StoreError:
                log.warning(
                    "The log of %s stays; it is read at the next start", self._file.path, exc_info=True
                )
            self._file.close()

    # Opening

    def _prepare(self) -> None:
        with self._file.cursor() as cursor:
            tables = cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            if not tables:
                cursor.execute("BEGIN")
                cursor.execute(sql.CREATE)
                cursor.execute("COMMIT")
                return
            if ("meta",) not in tables:
                raise StoreError(f"{self._file.path} is a DuckDB file, but not one of jcoc's observations.")
            [(found,)] = cursor.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchall()
            if int(found) > sql.SCHEMA_VERSION:
                raise StoreError(
                    f"{self._file.path} was written by a newer jcoc (form {found}; this one knows up to "
                    f"{sql.SCHEMA_VERSION}). Install that version, or open another data folder."
                )


def _with_received(table: pa.Table, now: int) -> pa.Table:
    received = table["received"]
    if not received.null_count:
        return table
    field = OBSERVATIONS.field("received")
    if received.null_count == len(received):
        filled = pa.array(np.full(len(received), now)).view(field.type)
    else:
        filled = received.fill_null(pa.scalar(now, field.type))
    return table.set_column(table.schema.get_field_index("received"), field, filled)


def _where(datastreams: Sequence[int], start: datetime | None, end: datetime | None) -> str:
    ids: list[Any] = sorted({int(one) for one in datastreams})
    parts = [f"datastream = {ids[0]}" if len(ids) == 1 else f"datastream IN ({', '.join(map(str, ids))})"]
    if start is not None:
        parts.append(f"phenomenon_time >= make_timestamp({to_microseconds(start)})")
    if end is not None:
        parts.append(f"phenomenon_time < make_timestamp({to_microseconds(end)})")
    return " AND ".join(parts)
