"""The byte form of the rows behind a value, and its SHA-256. Pure. docs/indicators.md says the same in words.

Only what entered the value is in it, and nothing that says who somebody is.

Readings: for each stay of a datastream in the place the SHA-256 over four columns, one after the other, each in the
order of (time, end): time and end in microseconds since 1970 UTC as big-endian int64 (end: the smallest int64 for an
instant), result as big-endian IEEE 754 float64, quality as big-endian int32. The value's digest is the SHA-256 over
the lines ``CODE COUNT DIGEST\\n`` in the order of code, then of the first time.

Rows: the SHA-256 over JSON texts, each ended by ``\\n``: for each tally ``["SOURCE",["COLUMN",…]]``, then for each of
its rows in the order of id ``["ID","DAY","PLACE",[CELL,…],SIMULATED]``; without spaces, in UTF-8.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from jcoc.indicators.rows import Row


@dataclass(frozen=True, slots=True)
class Stay:
    """What entered of a datastream while it was in one place."""

    code: str
    first: int  # µs
    count: int
    digest: str


def stay(code: str, times: np.ndarray, ends: np.ndarray, results: np.ndarray, quality: np.ndarray) -> Stay:
    """times and ends (n,) int64 µs, results (n,) float64, quality (n,) int32, in the order of (time, end)."""
    found = hashlib.sha256()
    for column, form in ((times, ">i8"), (ends, ">i8"), (results, ">f8"), (quality, ">i4")):
        found.update(column.astype(form).tobytes())
    return Stay(code, int(times[0]) if len(times) else 0, len(times), found.hexdigest())


def readings_sha256(stays: Iterable[Stay]) -> str:
    """Of those of a value; a stay of which nothing entered has no line."""
    lines = sorted(
        ((each.code.encode(), each.first, each) for each in stays if each.count), key=itemgetter(0, 1)
    )
    found = hashlib.sha256()
    for code, _first, each in lines:
        found.update(b"%s %d %s\n" % (code, each.count, each.digest.encode()))
    return found.hexdigest()


def line(*parts: object) -> bytes:
    """``ValueError`` for NaN and infinity, which JSON does not know."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def row_line(row: Row) -> bytes:
    return line(row.id, row.day.isoformat(), row.place, row.cells, row.simulated)


def rows_sha256(parts: Iterable[tuple[str, Sequence[str], Iterable[tuple[str, bytes]]]]) -> str:
    """parts: for each tally its source, the codes of its columns, and (id, line) of its rows in any order."""
    found = hashlib.sha256()
    for source, columns, rows in parts:
        found.update(line(source, list(columns)))
        for _id, text in sorted(rows):
            found.update(text)
    return found.hexdigest()
