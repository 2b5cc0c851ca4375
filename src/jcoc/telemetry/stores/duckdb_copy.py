"""The DuckDB file at one moment, copied while writing goes on.

Between two checkpoints the engine only appends to its log, and puts the blocks of what is larger than a row group into
places that the file's newest header calls free. So the file as it is, with as much of the log as stood there between
two commits, is the store of that moment, as long as no checkpoint folds the log into the file meanwhile. The store
holds checkpoints back; that none came is checked by the file's headers, and that the copy is whole by opening it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from .contract import StoreError

_PIECE = 4 * 1024 * 1024
#: The file's own header and its two database headers, of which a checkpoint writes one.
_HEADERS = 3 * 4096


@dataclass
class HeldFile:
    """The file and its log's first bytes; good until `let_go` is called."""

    path: Path
    log_path: Path
    file_length: int
    log_length: int
    headers: bytes
    counts: dict[int, int]
    let_go: Callable[[], None]

    def size(self) -> int:
        return self.file_length + self.log_length

    def copy(self, into: Path, tick: Callable[[int], None]) -> tuple[list[str], dict[str, Any]]:
        """Copy it into a folder, open the copy and count it. StoreError where the copy is not what was held."""
        copied = into / self.path.name
        try:
            _copy(self.path, copied, self.file_length, tick)
            if self.log_length:
                _copy(self.log_path, into / self.log_path.name, self.log_length, tick)
        finally:
            if headers_of(self.path) != self.headers:
                raise StoreError(
                    f"{self.path} was folded together while it was copied. Make the backup again."
                )
        facts = fold(copied)
        held = {"rows": sum(self.counts.values()), "streams": digest(self.counts)}
        if {name: facts[name] for name in held} != held:
            raise StoreError(f"The copy of {self.path} holds other observations than the store. Try again.")
        return [self.path.name], facts

    def release(self) -> None:
        self.let_go()


def headers_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADERS)


def _copy(source: Path, target: Path, length: int, tick: Callable[[int], None]) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as file, os.fdopen(handle, "wb") as copy:
        while length and (piece := file.read(min(_PIECE, length))):
            copy.write(piece)
            length -= len(piece)
            tick(len(piece))
    if length:
        raise StoreError(f"{source} became shorter while it was copied.")


def digest(counts: dict[int, int]) -> str:
    """SHA-256 over datastreams and their counts, sorted: two stores with the same have the same of each."""
    lines = "".join(f"{datastream} {count}\n" for datastream, count in sorted(counts.items()) if count)
    return hashlib.sha256(lines.encode()).hexdigest()


def fold(path: Path) -> dict[str, Any]:
    """Open a copy, fold its log into it, and say what it holds."""
    try:
        with duckdb.connect(str(path), config={"threads": 1, "memory_limit": "512MB"}) as copy:
            facts = _facts(copy)
            copy.execute("CHECKPOINT")
            return facts
    except duckdb.Error as error:
        raise StoreError(f"The copy {path} does not open: {error}") from error


def facts_of(path: Path) -> dict[str, Any]:
    """What a store's file holds: rows, revisions, a digest of the counts of each datastream."""
    try:
        with duckdb.connect(
            str(path), read_only=True, config={"threads": 1, "memory_limit": "512MB"}
        ) as copy:
            return _facts(copy)
    except duckdb.Error as error:
        raise StoreError(f"The observations in {path} do not open: {error}") from error


def _facts(copy: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    from . import duckdb_sql as sql

    counts = dict(
        copy.execute(f"SELECT datastream, count(*) FROM {sql.EVERYWHERE} GROUP BY datastream").fetchall()  # noqa: S608
    )
    (revisions,) = copy.execute("SELECT count(*) FROM revision").fetchall()[0]
    return {"rows": sum(counts.values()), "revisions": revisions, "streams": digest(counts)}
