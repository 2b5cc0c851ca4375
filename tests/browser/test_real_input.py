"""The main job end to end on real files: boundaries and readings in, seen on the wall, figures equal to the files'.

docs/walkthrough/README.md tells the same by hand.
"""

from __future__ import annotations

import csv
import json
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support import PASSWORD, ROOT, Centre, log_in, set_up, shared_data

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WALKTHROUGH = ROOT / "docs" / "walkthrough"
WIB = ZoneInfo("Asia/Jakarta")
Readings = list[tuple[datetime, float]]


def river() -> Readings:
    with shared_data("telemetry", "river_water_flow.csv").open() as file:
        return [
            (datetime.fromisoformat(row["Time"]), float(row["Water flow [l/s]"]))
            for row in csv.DictReader(file)
        ]


def air() -> Readings:
    fixed = timezone(timedelta(hours=1))
    with shared_data("telemetry", "uci_air_quality.csv").open() as file:
        return [
            (
                datetime.fromisoformat(f"{row['Date']}T{row['Time']}").replace(tzinfo=fixed),
                float(row["CO(GT)"]),
            )
            for row in csv.DictReader(file)
            if row["CO(GT)"] and float(row["CO(GT)"]) != -200
        ]


def machine() -> Readings:
    with shared_data("telemetry", "nab", "machine_temperature_system_failure.csv").open() as file:
        # An instant that comes twice is a correction: the later line holds.
        kept = {
            datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC): float(row["value"])
            for row in csv.DictReader(file)
        }
    return list(kept.items())


SOURCES: dict[str, tuple[str, str, str, Callable[[], Readings]]] = {
    "river": ("river_water_flow.csv", "river_water_flow.toml", "stand-in-river-flow", river),
    "air": ("uci_air_quality.csv", "uci_air_quality.toml", "stand-in-air-co", air),
    "machine": (
        "nab/machine_temperature_system_failure.csv",
        "machine_temperature.toml",
        "stand-in-machine-temperature",
        machine,
    ),
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    boundaries = shared_data("kota_jambi_kelurahan.geojson")
    with Centre(set_up(tmp_path_factory.mktemp("real"))).started() as running:
        steps = [("city", "load"), ("city", "import-boundaries", str(boundaries), "--allow-warnings")]
        for file, map_file, _code, _read in SOURCES.values():
            data = shared_data("telemetry", *file.split("/"))
            steps.append(("replay", str(data), "--map", str(WALKTHROUGH / map_file), "--register"))
        for step in steps:
            done = running.jcoc(*step)
            assert done.returncode == 0, f"jcoc {' '.join(step)}\n{done.stdout}{done.stderr}"
        running.add_account("kepala", "administrator")
        running.cookie = log_in(running.url, "kepala")
        yield running


def get(centre: Centre, path: str) -> Any:
    request = urllib.request.Request(centre.url + path, headers={"Cookie": centre.cookie})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def daily_means(readings: Readings) -> dict[str, float]:
    days: dict[str, list[float]] = defaultdict(list)
    for time, value in readings:
        days[time.astimezone(WIB).date().isoformat()].append(value)
    return {day: sum(values) / len(values) for day, values in days.items()}


def test_the_map_shows_the_imported_boundaries(city: Centre) -> None:
    layer = get(city, "/map/kelurahan.geojson")
    assert len(layer["features"]) == 68
    assert not any(feature["properties"]["approximate"] for feature in layer["features"])
    before = get(city, "/map/kelurahan.geojson?on=2022-12-31")
    assert len(before["features"]) == 62


@pytest.mark.parametrize("source", SOURCES)
def test_the_daily_means_equal_those_of_the_file(city: Centre, source: str) -> None:
    _file, _map, code, read = SOURCES[source]
    readings = read()
    expected = daily_means(readings)
    shown: dict[str, float] = {}
    last = max(time for time, _value in readings).astimezone(WIB).date()
    end = last
    while end > last - timedelta(days=800):
        year = get(city, f"/sensors/{code}/series.json?range=year&end={end}")
        assert year["bucket"] == "day"
        for milliseconds, average in zip(year["t"], year["avg"], strict=True):
            shown[datetime.fromtimestamp(milliseconds / 1000, WIB).date().isoformat()] = average
        end -= timedelta(days=365)
    assert shown.keys() == expected.keys()
    assert shown == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("source", SOURCES)
def test_as_many_readings_are_kept_as_the_file_holds(city: Centre, source: str) -> None:
    _file, _map, code, read = SOURCES[source]
    readings = read()
    days = [time.astimezone(WIB).date() for time, _value in readings]
    document = get(city, f"/sensors/{code}/download.json?from={min(days)}&to={max(days)}")
    kept = [
        (datetime.fromisoformat(row["phenomenonTime"]), row["result"]) for row in document["observations"]
    ]
    assert sorted(kept) == sorted(readings)
    assert document["origin"] == "stand-in"


def test_the_same_file_with_semicolons_and_decimal_commas_says_the_same(city: Centre, tmp_path: Path) -> None:
    variant = tmp_path / "variant.csv"
    with shared_data("telemetry", "uci_air_quality.csv").open() as file, variant.open("w") as out:
        for line in file:
            out.write(line.replace(",", ";").replace(".", ","))
    text = (WALKTHROUGH / "uci_air_quality.toml").read_text()
    assert "PT08,S1(CO)" in variant.read_text()  # the decimal mark of the variant also stands in its headings
    text = text.replace('delimiter = ","', 'delimiter = ";"').replace('decimal = "."', 'decimal = ","')
    text = text.replace('column = "PT08.', 'column = "PT08,')
    (tmp_path / "variant.toml").write_text(text)
    before = get(city, "/healthz")["observations"]
    done = city.jcoc("replay", str(variant), "--map", str(tmp_path / "variant.toml"))
    assert done.returncode == 0, done.stderr
    assert get(city, "/healthz")["observations"] == before


def test_a_person_sees_them_on_the_wall_as_what_they_are(city: Centre, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="id-ID")
    page = context.new_page()
    page.goto(f"{city.url}/wall/")
    page.fill("[name=username]", "kepala")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/wall/")
    page.get_by_text("Stand-in machine").first.wait_for(timeout=30_000)
    assert page.get_by_text("DATA PENGGANTI").first.is_visible()
    page.goto(f"{city.url}/sensors/stand-in-river-flow/")
    page.get_by_text("not a river, not Jambi").first.wait_for()
    page.locator("canvas").first.wait_for(timeout=20_000)
    context.close()
