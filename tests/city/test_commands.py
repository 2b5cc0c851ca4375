"""The commands as somebody types them, in a data folder of their own; the checks run in a real compute worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from city.small_city import collection, feature, ring, squares, write_folder
from jcoc.city.models import Boundary, BoundaryImport, Place, RiverStretch
from jcoc.cli import app
from jcoc.trail import compute
from support import shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    compute.stop()


def jcoc(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["city", *map(str, arguments)], env={"COLUMNS": "200", "NO_COLOR": "1"})


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    assert jcoc("load", write_folder(tmp_path / "city")).exit_code == 0
    return tmp_path


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_load_without_a_folder_loads_kota_jambi() -> None:
    done = jcoc("load")
    assert done.stdout == "Kota Jambi: 80 places, 6 successions, 8 rivers, 27 sites.\n"
    assert jcoc("load").exit_code == 0
    assert Place.objects.count() == 80


def test_load_refuses_a_bad_folder_and_writes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "city")
    sites = folder / "sites.csv"
    sites.write_text(sites.read_text().replace("-1.615", "south"))
    done = jcoc("load", folder)
    assert done.exit_code == 1
    assert done.stderr == "sites.csv, row 2, lat: 'south' is not a number.\n"
    assert not Place.objects.exists()


@pytest.mark.parametrize("command", ["import-boundaries", "import-rivers"])
def test_a_file_that_is_too_large_is_not_read_to_its_end(loaded: Path, command: str) -> None:
    huge = loaded / "huge.geojson"
    with huge.open("wb") as file:
        file.truncate(2**40)  # sparse; no memory holds it
    done = jcoc(command, huge)
    assert (done.exit_code, done.stderr) == (1, f"{huge} is larger than 50 MB.\n")


def test_boundaries_are_imported(loaded: Path) -> None:
    done = jcoc(
        "import-boundaries", write(loaded / "a.geojson", collection(squares())), "--source", "made up"
    )
    assert done.stdout == "a.geojson: imported 4 kelurahan, 2 kecamatan, 1 kota.\n"
    kept = BoundaryImport.objects.get()
    assert (kept.file_name, kept.source, kept.faults) == ("a.geojson", "made up", [])


def test_boundaries_that_were_not_surveyed_stay_marked(loaded: Path) -> None:
    jcoc("import-boundaries", write(loaded / "a.geojson", collection(squares())), "--approximate")
    assert list(Boundary.objects.values_list("approximate", flat=True)) == [True] * 7


def test_check_only_writes_nothing(loaded: Path) -> None:
    done = jcoc("import-boundaries", write(loaded / "a.geojson", collection(squares())), "--check-only")
    assert done.exit_code == 0
    assert "nothing was written" in done.stdout
    assert not BoundaryImport.objects.exists()


def test_errors_are_a_table_and_write_nothing(loaded: Path) -> None:
    square = ring(0, 1)
    features = squares()
    features[1] = feature("99.01.01.1002", [square[0], square[2], square[1], square[3], square[0]])
    features[2]["properties"]["kode"] = "1"
    done = jcoc("import-boundaries", write(loaded / "a.geojson", collection(features)), "--allow-warnings")
    assert done.exit_code == 1
    assert "2 errors" in done.stderr
    assert "nothing was written" in done.stderr
    rows = [
        [cell.strip() for cell in line.split("│")[1:4]]
        for line in done.stdout.splitlines()
        if "error" in line
    ]
    assert rows == [["2", "99.01.01.1002", "error"], ["3", "1", "error"]]
    assert "Its outline is not valid: Self-intersection" in done.stdout
    assert not BoundaryImport.objects.exists()
    assert not Boundary.objects.exists()


def test_warnings_are_let_through_only_where_asked(loaded: Path) -> None:
    file = write(loaded / "a.geojson", collection(squares()[:3]))
    refused = jcoc("import-boundaries", file)
    assert refused.exit_code == 1
    assert "--allow-warnings" in refused.stderr
    assert not Boundary.objects.exists()
    done = jcoc("import-boundaries", file, "--allow-warnings")
    assert done.exit_code == 0
    assert Boundary.objects.filter(dissolved=False).count() == 3
    assert [fault["rule"] for fault in BoundaryImport.objects.get().faults] == ["missing"]


def test_boundaries_of_nothing_known_are_refused(tmp_path: Path) -> None:
    done = jcoc("import-boundaries", write(tmp_path / "a.geojson", collection(squares())))
    assert done.exit_code == 1
    assert done.stderr == "No place is known yet: run `jcoc city load` first.\n"


def test_options_that_mean_nothing_are_refused(loaded: Path) -> None:
    file = write(loaded / "a.geojson", collection(squares()))
    assert "--level must be one of" in jcoc("import-boundaries", file, "--level", "desa").stderr
    assert jcoc("import-boundaries", loaded / "missing.geojson").exit_code == 2
    assert jcoc("import-boundaries", file, "--valid-on", "kemarin").exit_code == 2


def test_rivers_are_imported_as_approximate_unless_surveyed(loaded: Path) -> None:
    line: dict[str, Any] = {
        "type": "Feature",
        "properties": {"nama": "Kali Uji"},
        "geometry": {"type": "LineString", "coordinates": [[103.6, -1.62], [103.62, -1.62]]},
    }
    file = write(loaded / "r.geojson", collection([line]))
    assert jcoc("import-rivers", file).stdout == "r.geojson: 3 stretches of kali.\n"
    assert all(RiverStretch.objects.values_list("approximate", flat=True))
    assert (
        jcoc("import-rivers", file, "--surveyed", "--piece", 5000).stdout
        == "r.geojson: 1 stretches of kali.\n"
    )
    assert not RiverStretch.objects.get().approximate
    bad = jcoc("import-rivers", write(loaded / "b.geojson", b"{"))
    assert bad.exit_code == 1
    assert bad.stderr.startswith("The file is not JSON: line 1")
    assert RiverStretch.objects.count() == 1


def test_sites_are_checked_only_against_boundaries(loaded: Path) -> None:
    table = write(loaded / "s.csv", b"kode,nama,kecamatan,lat,lon\n1,A,Barat,-1.615,103.605\n")
    assert "No boundaries are imported" in jcoc("check-sites", table).stderr
    jcoc("import-boundaries", write(loaded / "a.geojson", collection(squares())))
    assert jcoc("check-sites", table).stdout == "s.csv: 1 sites, all where they say.\n"
    bad = jcoc("check-sites", write(loaded / "b.csv", b"kode,nama,kecamatan,lat,lon\n1,A,Barat,x,103.605\n"))
    assert (bad.exit_code, bad.stderr) == (2, "b.csv: Row 2, lat: 'x' is not a number.\n")


def test_the_real_files_from_load_to_the_schools(tmp_path: Path) -> None:
    jcoc("load")
    boundaries = shared_data("kota_jambi_kelurahan.geojson")
    done = jcoc(
        "import-boundaries", boundaries, "--source", "cahyadsn/wilayah_boundaries", "--licence", "MIT"
    )
    assert done.exit_code == 0, done.stderr
    assert done.stdout.endswith("imported 68 kelurahan, 11 kecamatan, 1 kota.\n")
    schools = jcoc("check-sites", shared_data("smpn_kota_jambi.csv"))
    assert schools.exit_code == 1
    assert schools.stderr == "smpn_kota_jambi.csv: 25 sites, 8 in doubt.\n"
    assert sum("is said to lie in" in line for line in schools.stdout.splitlines()) == 8
    rivers = jcoc("import-rivers", shared_data("sungai_batanghari_turunan.geojson"))
    assert rivers.stdout == "sungai_batanghari_turunan.geojson: 12 stretches of batanghari.\n"
    # A spoiled copy of the file leaves what stands there as it is.
    document = json.loads(boundaries.read_bytes())
    document["features"][5]["geometry"]["coordinates"][0] = document["features"][4]["geometry"][
        "coordinates"
    ][0]
    before = list(Boundary.objects.order_by("pk").values())
    spoiled = write(tmp_path / "x.geojson", json.dumps(document).encode())
    assert jcoc("import-boundaries", spoiled).exit_code == 1
    assert list(Boundary.objects.order_by("pk").values()) == before
