"""An indicator made of a real file walks down to its readings; what was published stands beside it as what it is.

The readings are those of a real air-quality station (UCI, CC BY 4.0), played back through the server's own ingest; the
indicators are those of docs/indicators-example.toml. Numbers and digests are worked out here from the file alone, the
digest by the words of docs/indicators.md. docs/walkthrough tells the same by hand.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import struct
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from support import ROOT, Centre, log_in, set_up, shared_data

pytestmark = pytest.mark.slow

ITALY, CITY = timezone(timedelta(hours=1)), timezone(timedelta(hours=7))
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO2, CODE = "NO2(GT)", "stand-in-air-no2"
MISSING = -200.0
#: The map file's `gap_after_minutes`, and the flags of telemetry/quality.py.
GAP_AFTER, GAP, LATE = timedelta(minutes=90), 8, 16

Row = dict[str, str]
Reading = tuple[datetime, float, int]  # when, what, quality flags


def lines() -> list[Row]:
    with shared_data("telemetry", "uci_air_quality.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def when(row: Row) -> datetime:
    return datetime.fromisoformat(f"{row['Date']}T{row['Time']}").replace(tzinfo=ITALY)


def readings(rows: Iterable[Row], column: str = NO2) -> list[Reading]:
    """What the station measured, flagged where nothing came for long; an hour with the mark is none."""
    found: list[Reading] = []
    for row in rows:
        if row[column] and float(row[column]) != MISSING:
            silent = bool(found) and when(row) - found[-1][0] > GAP_AFTER
            found.append((when(row), float(row[column]), GAP if silent else 0))
    return found


def as_it_came() -> tuple[list[Reading], list[Reading]]:
    """The readings of the first file; and those there are since the second came."""
    first = readings(row for row in lines() if not late(row))
    later = [(time, value, LATE) for time, value, _flags in readings(row for row in lines() if late(row))]
    return first, first + later


def by_day(found: Iterable[Reading]) -> dict[str, list[Reading]]:
    days: dict[str, list[Reading]] = defaultdict(list)
    for reading in found:
        days[reading[0].astimezone(CITY).date().isoformat()].append(reading)
    return days


def digest(found: Iterable[Reading], code: str = CODE) -> str:
    """As docs/indicators.md describes it, of one datastream that never moved and whose readings are instants."""
    ordered = sorted(found)
    columns = (
        [struct.pack(">q", (time - EPOCH) // MICROSECOND) for time, _value, _flags in ordered],
        [struct.pack(">q", -(2**63)) for _ in ordered],
        [struct.pack(">d", value) for _time, value, _flags in ordered],
        [struct.pack(">i", flags) for _time, _value, flags in ordered],
    )
    stay = hashlib.sha256(b"".join(cell for column in columns for cell in column)).hexdigest()
    return hashlib.sha256(f"{code} {len(ordered)} {stay}\n".encode()).hexdigest()


def late(row: Row) -> bool:
    """The lines that the first file lacks: every seventh hour of March 2005."""
    return row["Date"].startswith("2005-03") and int(row["Time"][:2]) % 7 == 0


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Most of the file, computed; then the whole file, computed again."""
    folder = tmp_path_factory.mktemp("air")
    whole = shared_data("telemetry", "uci_air_quality.csv")
    early = folder / "early.csv"
    rows = lines()
    with early.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if not late(row))
    # One address asks for more downloads here than a reader would within a minute.
    unlimited = {"JCOC_RATE_LIMITS": "off"}
    with Centre(set_up(tmp_path_factory.mktemp("real")), environment=unlimited).started() as running:
        air = str(ROOT / "docs/walkthrough/uci_air_quality.toml")
        for step in (
            ("city", "load"),
            (
                "city",
                "import-boundaries",
                str(shared_data("kota_jambi_kelurahan.geojson")),
                "--allow-warnings",
            ),
            ("replay", str(early), "--map", air, "--register"),
            ("indicators", "register", str(ROOT / "docs/indicators-example.toml")),
            ("indicators", "recompute"),
            ("replay", str(whole), "--map", air),
            ("indicators", "recompute", "--code", "air-no2-daily"),
            ("indicators", "load"),
        ):
            done = running.jcoc(*step)
            assert done.returncode == 0, f"jcoc {' '.join(step)}\n{done.stdout}{done.stderr}"
        running.add_account("kepala", "administrator")
        running.cookie = log_in(running.url, "kepala")
        yield running


def text(centre: Centre, path: str) -> str:
    headers = {"Cookie": centre.cookie, "Accept-Language": "en"}
    with urllib.request.urlopen(
        urllib.request.Request(centre.url + path, headers=headers), timeout=60
    ) as found:
        told: str = found.read().decode()
        return told


def table(centre: Centre, path: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text(centre, path))))


def values(centre: Centre, code: str, place: str = "15.71", query: str = "") -> list[Row]:
    return [row for row in table(centre, f"/indicators/{code}.csv{query}") if row["placeCode"] == place]


def test_every_daily_mean_is_that_of_the_file_without_its_marks(city: Centre) -> None:
    days = by_day(readings(lines()))
    told = {row["period"]: row for row in values(city, "air-no2-daily")}
    assert told.keys() == days.keys() and len(told) > 300
    for day, row in told.items():
        numbers = [value for _time, value, _flags in days[day]]
        assert float(row["value"]) == pytest.approx(np.mean(np.array(numbers)), rel=1e-12), day
        assert float(row["value"]) == math.fsum(numbers) / len(numbers), day
        assert (row["rows"], row["origin"], row["unit"]) == (str(len(numbers)), "stand-in", "ug/m3")
        assert float(row["hoursCovered"]) == len(numbers) / 24, "it measures once an hour"
    marked = by_day((when(row), MISSING, 0) for row in lines() if float(row[NO2]) == MISSING)
    polluted = sum(day in marked for day in days)
    assert polluted > 100, "many of these days would have another mean with the marks"


def test_the_digest_of_each_value_is_that_of_the_files_readings(city: Centre) -> None:
    days = by_day(as_it_came()[1])
    for row in values(city, "air-no2-daily"):
        assert row["rowsSha256"] == digest(days[row["period"]]), row["period"]


def test_a_value_walks_down_to_its_readings(city: Centre) -> None:
    day = "2005-03-10"
    expected = sorted(by_day(as_it_came()[1])[day])
    kelurahan = {
        row["placeCode"]
        for row in table(city, "/indicators/air-no2-daily.csv")
        if row["level"] == "kelurahan"
    }
    assert len(kelurahan) == 1, "it stands in one kelurahan"
    for place in ("15.71", *kelurahan):
        page = text(city, f"/indicators/air-no2-daily/rows/{place}/{day}/")
        assert "The rows are the same, and they come to the same number." in page
        assert digest(expected) in page.replace(" ", "")
        rows = table(city, f"/indicators/air-no2-daily/rows/{place}/{day}/rows.csv")
        assert {(row["source"], row["entered"]) for row in rows} == {(CODE, "True")}
        seen = [
            (datetime.fromisoformat(row["id"]), float(row["result"]), int(row["quality"])) for row in rows
        ]
        assert seen == expected


def test_late_readings_made_a_revision_that_says_so(city: Centre) -> None:
    first, whole = (by_day(found) for found in as_it_came())
    revised = {day for day in whole if len(whole[day]) != len(first[day])}
    assert len(revised) > 25
    revisions: dict[str, list[Row]] = defaultdict(list)
    for row in values(city, "air-no2-daily", query="?revisions=all"):
        revisions[row["period"]].append(row)
    assert {day for day, rows in revisions.items() if len(rows) > 1} == revised
    for day in revised:
        before, after = revisions[day]
        assert (before["rowsSha256"], after["rowsSha256"]) == (digest(first[day]), digest(whole[day]))
        assert (before["cause"], after["cause"]) == ("computed", "late")
        more = len(whole[day]) - len(first[day])
        assert after["reason"] == (
            f"Records came late or changed: {len(whole[day])} rows instead of {len(first[day])}. "
            + (f"That is {more} row more." if more == 1 else f"That is {more} rows more.")
        )
    day = min(revised)
    page = text(city, f"/indicators/air-no2-daily/revisions/15.71/{day}/")
    assert f"{len(whole[day])} rows instead of {len(first[day])}" in page


def test_nothing_changes_when_it_is_verified(city: Centre) -> None:
    days = len(by_day(readings(lines())))
    done = city.jcoc("indicators", "verify", "--code", "air-no2-daily")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("0 new, 0 revised for other rows, 0 became final")
    assert int(re.findall(r"(\d+) unchanged, 0 flags", done.stdout)[0]) == 2 * days


def test_marks_that_a_station_sends_as_readings_stay_out_and_are_shown_so(
    city: Centre, tmp_path: Path
) -> None:
    """A device that knows no empty cell sends −200: it is kept, flagged, shown, and enters nothing."""
    (tmp_path / "marks.toml").write_text(
        """
        [time]
        columns = ["Date", "Time"]
        format = "%Y-%m-%d %H:%M:%S"
        zone = "+01:00"
        [thing]
        code = "marks"
        name = "Marks"
        longitude = 103.562543
        latitude = -1.595059
        [[datastream]]
        column = "NO2(GT)"
        code = "marks-no2"
        name = "NO2"
        observed_property = "Nitrogen dioxide as it was sent"
        unit_symbol = "µg/m³"
        origin = "stand-in"
        lowest = 0.0
        highest = 400.0
        """
    )
    example = (ROOT / "docs/indicators-example.toml").read_text()
    one = example.split("[[indicator]]")[1].replace(CODE, "marks-no2").replace("air-no2-daily", "marks-daily")
    (tmp_path / "indicator.toml").write_text('register = "marks"\n[[indicator]]' + one)
    april = [row for row in lines() if row["Date"].startswith("2004-04")]
    with (tmp_path / "april.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, april[0])
        writer.writeheader()
        writer.writerows(april)
    for step in (
        ("replay", str(tmp_path / "april.csv"), "--map", str(tmp_path / "marks.toml"), "--register"),
        ("indicators", "register", str(tmp_path / "indicator.toml")),
        ("indicators", "recompute", "--code", "marks-daily"),
    ):
        done = city.jcoc(*step)
        assert done.returncode == 0, done.stdout + done.stderr
    days = by_day(
        (time, value, 0) for time, value, _flags in readings(april)
    )  # its map has no limit of silence
    marked = by_day((when(row), MISSING, 0) for row in april if float(row[NO2]) == MISSING)
    told = {row["period"]: row for row in values(city, "marks-daily")}
    assert told.keys() == days.keys() | marked.keys()
    for day, row in told.items():
        numbers = [value for _time, value, _flags in days[day]]
        if numbers:
            assert float(row["value"]) == math.fsum(numbers) / len(numbers), day
            assert row["rowsSha256"] == digest(days[day], "marks-no2")
        else:
            assert (row["value"], row["note"]) == ("", "No reading of the period could enter.")
    day = max(marked, key=lambda each: len(marked[each]))
    rows = table(city, f"/indicators/marks-daily/rows/15.71/{day}/rows.csv")
    out = [row for row in rows if row["entered"] == "False"]
    assert {datetime.fromisoformat(row["id"]) for row in out} == {
        time for time, _value, _flags in marked[day]
    }
    assert {(row["result"], row["leftOut"]) for row in out} == {("-200.0", "outside of what is plausible")}


#: The domain's table of facts, word for word: the city, national evaluation, Pakar Kasih, landfill gas.
SIKESAL = (
    "835 reports; top ten: road 183, street light 119, drainage 78, pipe leak 53, turbid water 36, flood 32, "
    "social aid 28, environment 26, public order 21, illegal parking 19"
)
FACTS = (
    ("Population 649,656 (326,268 men, 323,388 women, 2025)", "population", "2025", 649_656),
    ("Population 649,656 (326,268 men, 323,388 women, 2025)", "population-men", "2025", 326_268),
    ("Population 649,656 (326,268 men, 323,388 women, 2025)", "population-women", "2025", 323_388),
    ("Kota Jambi 2024: baseline 3.84, output 3.18, outcome 3.53", "smart-city-baseline", "2024", 3.84),
    ("Kota Jambi 2024: baseline 3.84, output 3.18, outcome 3.53", "smart-city-output", "2024", 3.18),
    ("Kota Jambi 2024: baseline 3.84, output 3.18, outcome 3.53", "smart-city-outcome", "2024", 3.53),
    ("impact 3.63, quick win 3.35; published index 3.48, rank 13 of 191", "smart-city-impact", "2024", 3.63),
    ("impact 3.63, quick win 3.35; published index 3.48, rank 13 of 191", "smart-city-quick-win", "2024", 3.35),
    ("impact 3.63, quick win 3.35; published index 3.48, rank 13 of 191", "smart-city-index", "2024", 3.48),
    ("impact 3.63, quick win 3.35; published index 3.48, rank 13 of 191", "smart-city-rank", "2024", 13),
    ("Jambi 2024: 4.32", "spbe-index", "2024", 4.32),
    ("23 river points; 1,120 workers; Rp110,000 a day", "pakar-kasih-points-published", "2020", 23),
    ("23 river points; 1,120 workers; Rp110,000 a day", "pakar-kasih-workers-published", "2020", 1_120),
    ("23 river points; 1,120 workers; Rp110,000 a day", "pakar-kasih-wage-published", "2020", 110_000),
    ("43 points; about 1,300 workers", "pakar-kasih-points-published", "2021", 43),
    ("43 points; about 1,300 workers", "pakar-kasih-workers-published", "2021", 1_300),
    ("132 households in April 2022", "talang-gulo-gas-homes", "2022-04", 132),
)  # fmt: skip


def published(centre: Centre, code: str, period: str) -> Row:
    (row,) = (row for row in values(centre, code) if row["period"] == period)
    return row


def test_the_quotations_are_those_of_the_table_of_facts() -> None:
    facts = shared_data("..", "facts.md").read_text()
    for quotation in (SIKESAL, *(each[0] for each in FACTS)):
        assert quotation in facts, quotation


def test_sikesals_figures_of_2022_stand_as_they_were_published(city: Centre) -> None:
    total, ten = SIKESAL.split("; top ten: ")
    told = {"sikesal-reports": int(total.split()[0])}
    for kind in ten.split(", "):
        name, number = kind.rsplit(" ", 1)
        told[f"sikesal-reports-{name.replace(' ', '-')}"] = int(number)
    assert len(told) == 11
    for code, figure in told.items():
        row = published(city, code, "2022")
        assert (float(row["value"]), row["origin"], row["cause"]) == (figure, "published", "published")
        assert row["source"] and not row["rowsSha256"]


@pytest.mark.parametrize(
    ("_quoted", "code", "period", "figure"), FACTS, ids=[f"{f[1]} {f[2]}" for f in FACTS]
)
def test_the_citys_published_facts_stand_with_their_source(
    city: Centre, _quoted: str, code: str, period: str, figure: float
) -> None:
    row = published(city, code, period)
    assert (float(row["value"]), row["origin"]) == (figure, "published")
    assert row["source"] and not row["rowsSha256"]


def test_what_was_published_is_shown_differently_from_what_was_read(city: Centre) -> None:
    shown = {}
    for code in ("sikesal-reports", "air-no2-daily"):
        page = text(city, f"/indicators/{code}/")
        shown[code] = set(re.findall(r'class="origin" data-origin="([a-z-]+)"[^>]*>(.*?)</span>', page))
    (old,), (new,) = shown.values()
    assert (old[0], new[0]) == ("published", "stand-in")
    assert old[1] != new[1] and "published" in old[1] and "stand-in" in new[1], "in shape and in word"
    below = text(city, "/indicators/sikesal-reports/rows/15.71/2022/")
    assert "There are no rows behind this value" in below and "SIKESAL 2022" in below
