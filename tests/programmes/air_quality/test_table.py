"""A file of readings: what it may look like, and the sentence for what it may not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jcoc.programmes.air_quality.commands import air
from jcoc.programmes.air_quality.table import BadTable, read


def test_times_with_an_offset_are_told_on_the_citys_clock() -> None:
    found = read(b"\xef\xbb\xbfpm25,Time\n12.5,2026-09-30T17:30Z\n,2026-09-30T18:30Z\n\n")
    assert found == [(datetime(2026, 10, 1, 0, 30), 12.5)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Row 1: there is no column time"),
        ("time,pm10\n", "Row 1: there is no column pm25"),
        ("time,pm25\n", "The file holds no reading"),
        ("time,pm25\n2026-02-30T10:00,1\n", "Row 2, time: “2026-02-30T10:00”"),
        ("time,pm25\n2026-01-30T10:00,1\nkemarin,1\n", "Row 3, time: “kemarin”"),
        ("time,pm25\n0001-01-01T00:00+14:00,1\n", "Row 2, time"),
        ("time,pm25\n2026-01-30T10:00,tinggi\n", "Row 2, pm25: “tinggi” is no number"),
        ("time,pm25\n2026-01-30T10:00,\"37,5\"\n", "Row 2, pm25: “37,5” is no number"),
        ("time,pm25\n2026-01-30T10:00,-1\n", "Row 2, pm25: -1 is no concentration"),
        ("time,pm25\n2026-01-30T10:00,nan\n", "Row 2, pm25: nan is no concentration"),
        ("time,pm25\n2026-01-30T10:00,9e9\n", "Row 2, pm25: 9e9 is no concentration"),
        ("time,pm25\n2026-01-30T10:00,1\n2026-01-30T03:00Z,2\n", "Row 3, time: 2026-01-30T03:00Z stands twice"),
        ("time,pm25\n2026-01-30T10:00,1,2\n", "Row 2: it has 3 cells, the heading 2"),
        ('time,pm25\n"2026-01-30T10:00,1\n', "it cannot be read as CSV"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_by_row_and_reason(text: str, sentence: str) -> None:
    with pytest.raises(BadTable) as told:
        read(text.encode())
    assert sentence in str(told.value)


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes) -> None:
    try:
        assert read(data)
    except BadTable as told:
        assert str(told)


def test_the_command_writes_a_table(tmp_path: Path) -> None:
    file = tmp_path / "air.csv"
    rows = [f"2026-09-30T{hour:02}:00,55.4" for hour in range(24)] + ["2026-10-01T00:00,10"]
    file.write_text("\n".join(["time,pm25", *rows]))
    done = CliRunner().invoke(air, ["ispu", str(file)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "day,hours,pm25_mean,ispu,category",
        "2026-09-30,24,55.40,100,Sedang",
        "2026-10-01,1,10.00,,",
    ]


def test_the_command_stops_with_status_2_and_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "air.csv"
    file.write_text("time,pm25\n2026-09-30T10:00,-3\n")
    done = CliRunner().invoke(air, ["ispu", str(file)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "air.csv: Row 2, pm25: -3" in done.stderr
