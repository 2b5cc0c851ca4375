"""The digest of rows, recomputed by what docs/indicators.md says and nothing of jcoc's."""

from __future__ import annotations

import hashlib
import json
import struct
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.indicators.arithmetic import NO_END
from jcoc.indicators.rowform import readings_sha256, row_line, rows_sha256, stay
from jcoc.indicators.rows import Row

Reading = tuple[int, int, float, int]
readings = st.lists(
    st.tuples(
        st.integers(-(2**50), 2**50),
        st.just(-(2**63)) | st.integers(0, 2**50),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(0, 31),
    ),
    unique_by=lambda each: each[:2],
    max_size=6,
)


def by_the_document(streams: dict[str, list[Reading]]) -> str:
    """What somebody else would write."""
    lines = []
    for code, held in streams.items():
        held = sorted(held, key=lambda reading: reading[:2])
        if not held:
            continue
        columns = zip(*held, strict=True)
        data = b"".join(
            struct.pack(f">{len(held)}{form}", *column) for form, column in zip("qqdi", columns, strict=True)
        )
        lines.append((code.encode(), held[0][0], len(held), hashlib.sha256(data).hexdigest()))
    text = b"".join(
        b"%s %d %s\n" % (code, count, digest.encode()) for code, _, count, digest in sorted(lines)
    )
    return hashlib.sha256(text).hexdigest()


@given(st.dictionaries(st.text("abz-9", min_size=1, max_size=4), readings, max_size=4))
def test_readings_are_digested_as_documented(streams: dict[str, list[Reading]]) -> None:
    stays = []
    for code, held in streams.items():
        held = sorted(held, key=lambda reading: reading[:2])
        columns = [
            np.array([each[n] for each in held], form) for n, form in enumerate(("i8", "i8", "f8", "i4"))
        ]
        stays.append(stay(code, *columns))
    assert readings_sha256(stays) == by_the_document(streams)
    assert NO_END == -(2**63)


cells = (
    st.none()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
some_rows = st.lists(
    st.builds(
        Row,
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5),
        st.dates(date(2000, 1, 1)),
        st.just("15.71"),
        st.tuples(cells, cells),
        st.booleans(),
    ),
    unique_by=lambda row: row.id,
    max_size=5,
)


@given(some_rows, some_rows)
def test_rows_are_digested_as_documented_in_whatever_order_they_come(
    first: list[Row], second: list[Row]
) -> None:
    found = hashlib.sha256()
    for source, held in (("a", first), ("b", second)):
        texts: list[list[object]] = [[source, ["x", "y"]]]
        for row in sorted(held, key=lambda each: each.id):
            texts.append([row.id, row.day.isoformat(), row.place, list(row.cells), row.simulated])
        for text in texts:
            found.update((json.dumps(text, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    lined = [
        (source, ("x", "y"), [(row.id, row_line(row)) for row in reversed(held)])
        for source, held in (("a", first), ("b", second))
    ]
    assert rows_sha256(lined) == found.hexdigest()


def test_a_row_that_is_no_number_has_no_form() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        row_line(Row("1", date(2024, 1, 1), "15.71", (float("nan"),)))
