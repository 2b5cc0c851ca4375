"""Published figures as a CSV file tells them: every fault by line and column, or all rows."""

from __future__ import annotations

import pytest

from jcoc.indicators.published import FormError, read

HEAD = "indicator,place,period,value,source_name,source_url,note,reason\n"


def faults(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(FormError) as refused:
        read(text.encode() if isinstance(text, str) else text, "angka.csv")
    return refused.value.faults


def test_a_row_with_what_is_needed_and_a_mark_at_the_files_beginning() -> None:
    text = '\ufeffindicator,place,period,value,source_name\nair,15.71,2024,"3.5","Buku, 2024"\n'
    (row,) = read(text.encode(), "angka.csv")
    assert (row.line, row.indicator, row.place, row.period, row.value) == (2, "air", "15.71", "2024", 3.5)
    assert (row.source_name, row.source_url, row.note, row.reason) == ("Buku, 2024", "", "", "")


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0.0), ("-3.25", -3.25), ("+7", 7.0), ("1e6", 1e6), ("2.5E-3", 0.0025)]
)
def test_a_number_is_written_plainly(text: str, number: float) -> None:
    (row,) = read(f"{HEAD}air,15.71,2024,{text},Buku,,,\n".encode(), "angka.csv")
    assert row.value == number


@pytest.mark.parametrize(
    "text",
    ["1_000", '"1,000"', '"3,5"', "1 000", "nan", "inf", "-Infinity", "1e999", "1e18", "0x10", "٣", "１", ".5", "5."],
)  # fmt: skip
def test_what_float_would_take_and_a_person_might_mean_otherwise_is_no_number(text: str) -> None:
    assert faults(f"{HEAD}air,15.71,2024,{text},Buku,,,\n") == (
        "angka.csv, line 2, value: it is no number; write it with a point, without marks of thousands.",
    )


def test_every_fault_is_told_with_line_and_column() -> None:
    told = faults(
        f"{HEAD}air,,2024,1,Buku,,,\nair,15.71,2024,1,Buku,ftp://x,,\nair,15.71,2024,1,Buku,,,,zu viel\n"
        "air,15.71,2024,1,Buku,,a\x00b,\nair,15.71\n"
    )
    assert [fault.partition(": ")[0] for fault in told] == [
        "angka.csv, line 2, place", "angka.csv, line 3, source_url", "angka.csv, line 4",
        "angka.csv, line 5, note", "angka.csv, line 6, period", "angka.csv, line 6, value",
        "angka.csv, line 6, source_name", "angka.csv, line 6, value",
    ]  # fmt: skip


def test_a_file_that_is_none() -> None:
    assert faults(b"\xff\xfe") == ("angka.csv is no UTF-8 text (invalid start byte).",)
    assert faults("indicator,place,period\n") == (
        "angka.csv: the first line does not name value, source_name.",
    )
    assert faults(HEAD.replace("note", "remark"))[0].startswith(
        "angka.csv: there is no column remark; there are"
    )
