from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jcoc.telemetry.ingest.csvmap import CsvMap, Fault, MapError, Reading, Superseded, read_map, readings
from support import ROOT, shared_data

HEAD = """
[time]
columns = ["Tanggal", "Jam"]
format = "%d/%m/%Y %H.%M"
zone = "Asia/Jakarta"
[thing]
code = "t"
name = "T"
[[datastream]]
column = "Tinggi"
code = "level"
name = "Tinggi"
observed_property = "Water level"
"""
LOCAL = """
[file]
delimiter = ";"
decimal = ","
encoding = "cp1252"
missing = ["-999", "t.a."]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "readings.csv"


def a_map(tmp_path: Path, text: str = HEAD + LOCAL) -> CsvMap:
    path = tmp_path / "map.toml"
    path.write_text(text)
    return read_map(path)


def test_decimal_comma_semicolon_local_time_and_missing_marks(tmp_path: Path, file: Path) -> None:
    file.write_bytes(
        "Tanggal;Jam;Tinggi;Catatan\r\n31/01/2026;08.00;1,5;air tenang – biasa\r\n31/01/2026;09.00;-999,0;\r\n"
        "31/01/2026;10.00;t.a.;\r\n31/01/2026;11.00;;\r\n\r\n31/01/2026;12.00;-2;\r\n".encode("cp1252")
    )
    assert list(readings(file, a_map(tmp_path))) == [
        Reading(2, "Tinggi", "level", datetime(2026, 1, 31, 1, tzinfo=UTC), 1.5),
        Reading(7, "Tinggi", "level", datetime(2026, 1, 31, 5, tzinfo=UTC), -2.0),
    ]


def test_rows_that_cannot_be_read_are_named(tmp_path: Path, file: Path) -> None:
    file.write_text(
        "Tanggal;Jam;Tinggi\n31/01/2026;08.00;1.5\n31/02/2026;08.00;1\n31/01/2026;09.00\n31/01/2026;09.00;NaN\n"
        "31/01/2026;09.00;1_0\n"
    )
    assert [str(fault) for fault in readings(file, a_map(tmp_path))] == [
        "line 2, column Tinggi: “1.5” is not a number (decimal mark “,”).",
        "line 3, column Tanggal + Jam: “31/02/2026 08.00” is not a time of the form %d/%m/%Y %H.%M.",
        "line 4, column –: the line has 2 cells, the header 3.",
        "line 5, column Tinggi: “NaN” is not a number (decimal mark “,”).",
        "line 6, column Tinggi: “1_0” is not a number (decimal mark “,”).",
    ]


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path, file: Path) -> None:
    file.write_text("Tanggal;Jam;Level\n")
    with pytest.raises(MapError) as raised:
        list(readings(file, a_map(tmp_path)))
    assert str(raised.value) == (
        "readings.csv has no column “Tinggi”. Its columns are “Tanggal”, “Jam”, “Level”."
    )
    file.write_text("Tanggal;Jam;Tinggi;Tinggi\n")
    with pytest.raises(MapError, match="has several columns “Tinggi”"):
        list(readings(file, a_map(tmp_path)))
    file.write_text("")
    with pytest.raises(MapError, match="Its columns are none"):
        list(readings(file, a_map(tmp_path)))


def test_a_wrong_encoding_is_said(tmp_path: Path, file: Path) -> None:
    file.write_bytes(b"Tanggal;Jam;Tinggi\n31/01/2026;08.00;1\xb0\n")
    with pytest.raises(MapError, match=r"is not utf-8: byte 0xb0 does not fit. Say the right one"):
        list(readings(file, a_map(tmp_path, HEAD + LOCAL.replace('encoding = "cp1252"', ""))))
    with pytest.raises(MapError, match="encoding “klingon” is not known"):
        list(readings(file, a_map(tmp_path, HEAD + LOCAL.replace("cp1252", "klingon"))))


def test_a_broken_quote_is_said(tmp_path: Path, file: Path) -> None:
    file.write_text('Tanggal;Jam;Tinggi\n31/01/2026;08.00;"1"x\n')
    with pytest.raises(MapError, match=r"readings\.csv, line 2: "):
        list(readings(file, a_map(tmp_path)))


def test_where_clocks_change_nothing_is_guessed(tmp_path: Path, file: Path) -> None:
    rome = HEAD.replace("Asia/Jakarta", "Europe/Rome") + LOCAL
    fixed = HEAD.replace("Asia/Jakarta", "+01:00") + LOCAL
    file.write_text("Tanggal;Jam;Tinggi\n28/03/2004;02.30;1\n31/10/2004;02.30;1\n01/07/2004;12.00;1\n")
    skipped, twice, summer = readings(file, a_map(tmp_path, rome))
    for fault in (skipped, twice):
        assert isinstance(fault, Fault)
        assert "is no single moment in Europe/Rome, where the clocks change then" in fault.reason
    assert isinstance(summer, Reading) and summer.time == datetime(2004, 7, 1, 10, tzinfo=UTC)
    assert [item.time for item in readings(file, a_map(tmp_path, fixed)) if isinstance(item, Reading)] == [
        datetime(2004, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2004, 10, 31, 1, 30, tzinfo=UTC),
        datetime(2004, 7, 1, 11, tzinfo=UTC),
    ]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "+07:00"])
def test_a_time_that_utc_has_no_year_for_is_a_fault_of_its_row(tmp_path: Path, file: Path, zone: str) -> None:
    file.write_text("Tanggal;Jam;Tinggi\n01/01/0001;01.00;1\n31/01/2026;08.00;2\n")
    fault, reading = readings(file, a_map(tmp_path, (HEAD + LOCAL).replace("Asia/Jakarta", zone)))
    assert str(fault) == "line 2, column Tanggal + Jam: “01/01/0001 01.00” lies outside the years 1 to 9999."
    assert isinstance(reading, Reading)


def test_of_an_instant_that_comes_again_the_later_line_holds(tmp_path: Path, file: Path) -> None:
    two = HEAD + LOCAL + HEAD[HEAD.index("[[") :].replace("Tinggi", "Hujan").replace('"level"', '"rain"')
    file.write_text(
        "Tanggal;Jam;Tinggi;Hujan\n31/01/2026;08.00;1;5\n31/01/2026;09.00;2;6\n31/01/2026;08.00;3;\n"
    )
    assert [(*item[:2], *item[4:]) for item in readings(file, a_map(tmp_path, two))] == [
        (2, "Tinggi"),
        (2, "Hujan", 5.0),
        (3, "Tinggi", 2.0),
        (3, "Hujan", 6.0),
        (4, "Tinggi", 3.0),
    ]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('zone = "Asia/Jakarta"', "", "zone is missing"),
        ("Asia/Jakarta", "Jambi", "neither an offset such as"),
        ("Asia/Jakarta", "../../etc/passwd", "neither an offset such as"),
        ("Asia/Jakarta", "+99:00", "more than a day"),
        ('delimiter = ";"', 'delimiter = ","', "they must differ"),
        ('columns = ["Tanggal", "Jam"]', "columns = []", "at least one column"),
        ('name = "T"', 'name = "T"\nlongitude = 103.6', "longitude and latitude go together"),
        ('name = "T"', 'nama = "T"', "is not a map: Object contains unknown field `nama`"),
        ('name = "T"', "name = 5", "is not a map: Expected `str`, got `int`"),
        ("[thing]", "[thing", "is not a map"),
    ],
)
def test_maps_that_cannot_be_used(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    with pytest.raises(MapError, match=sentence.replace("[", r"\[")):
        a_map(tmp_path, (HEAD + LOCAL).replace(before, after))


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("river_water_flow", ("river_water_flow.csv",), 1268),
        ("machine_temperature", ("nab", "machine_temperature_system_failure.csv"), 22695),
    ],
)
def test_the_maps_of_the_walkthrough_read_every_row(name: str, parts: tuple[str, ...], expected: int) -> None:
    items = list(
        readings(shared_data("telemetry", *parts), read_map(ROOT / "docs" / "walkthrough" / f"{name}.toml"))
    )
    assert not any(isinstance(item, Fault) for item in items)
    assert len(items) == expected
    # The machine's file gives an hour of 2014-01-07 twice.
    assert sum(isinstance(item, Superseded) for item in items) == (12 if "machine" in name else 0)


def test_the_air_quality_map_leaves_out_what_is_missing() -> None:
    path = shared_data("telemetry", "uci_air_quality.csv")
    csv_map = read_map(ROOT / "docs" / "walkthrough" / "uci_air_quality.toml")
    found = Counter(item.column for item in readings(path, csv_map) if isinstance(item, Reading))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert found == {
        form.column: sum(float(row[form.column]) != -200 for row in rows) for form in csv_map.datastream
    }
    assert len(csv_map.datastream) == 13
    first = next(item for item in readings(path, csv_map) if isinstance(item, Reading))
    assert first.time == datetime(2004, 3, 10, 17, tzinfo=UTC)  # 18.00 at a fixed +01:00
