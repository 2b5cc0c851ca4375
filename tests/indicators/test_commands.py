"""`jcoc indicators …` as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from indicators.spreadsheet.sheets import saved, workbook
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.services import load_city
from jcoc.cli import app
from jcoc.indicators.models import Indicator, Value
from jcoc.trail import compute
from support import ROOT

pytestmark = pytest.mark.django_db
EXAMPLE = ROOT / "docs/indicators-example.toml"
HANDED_IN = """
register = "kota"
[[indicator]]
code = "sampah"
name = { id = "Sampah", en = "Waste" }
method = { id = "Ditimbang.", en = "Weighed." }
unit = "t"
direction = "lower"
period = "month"
dimension = "environment"
sub_dimension = "waste"
owner = "Dinas Lingkungan Hidup"
source = { kind = "entered" }
levels = ["kelurahan"]
"""


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    compute.stop()


def jcoc(*arguments: object) -> Result:
    return CliRunner().invoke(
        app, ["indicators", *map(str, arguments)], env={"COLUMNS": "200", "NO_COLOR": "1"}
    )


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_register_says_what_is_new_changed_and_retired(tmp_path: Path) -> None:
    assert jcoc("register", EXAMPLE).stdout == "2 indicators: 2 new, 0 changed, 0 retired.\n"
    assert jcoc("register", EXAMPLE).stdout == "2 indicators: 0 new, 0 changed, 0 retired.\n"
    fewer = EXAMPLE.read_text().partition('[[indicator]]\ncode = "air-co-monthly"')[0]
    file = written(tmp_path / "kota.toml", fewer.replace("decimals = 1", "decimals = 2"))
    assert jcoc("register", file).stdout == "1 indicators: 0 new, 1 changed, 1 retired.\n"
    listed = jcoc("list").stdout
    assert "air-co-monthly" in listed and "retired" in listed and "NO₂ in the air, daily mean" in listed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "t"', 'unit = "ton"', "sampah, unit: 'ton' is no known unit. Use one of"),
        ('code = "sampah"', 'code = "import"', "import, code: 'import' is the address of another page."),
        ('register = "kota"', 'register = "air_quality"', "`$.register`"),
        ("owner =", "owners =", "unknown field `owners`"),
    ],
)
def test_register_ends_with_a_sentence_and_declares_nothing(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    done = jcoc("register", written(tmp_path / "kota.toml", HANDED_IN.replace(old, new)))
    assert done.exit_code == 1 and said in done.stderr
    assert not Indicator.objects.filter(declared_by__in=["kota", "air_quality"], code="sampah").exists()


def test_the_same_code_twice_is_told(tmp_path: Path) -> None:
    twice = HANDED_IN + HANDED_IN.partition('register = "kota"')[2]
    done = jcoc("register", written(tmp_path / "kota.toml", twice))
    assert done.exit_code == 1
    assert "sampah, code: it is declared twice. Give one of the two another code." in done.stderr


def test_load_declares_and_keeps_what_was_published_once() -> None:
    load_city(read_city(KOTA_JAMBI))
    first = jcoc("load").stdout
    assert "values kept, 0 stood already." in first
    kept = Value.objects.count()
    assert f"{kept} values kept" in first and kept > 20
    again = jcoc("load").stdout
    assert "0 new, 0 changed, 0 retired." in again and f"0 values kept, {kept} stood already." in again


def test_publish_names_every_wrong_line(tmp_path: Path) -> None:
    load_city(read_city(KOTA_JAMBI))
    jcoc("register", written(tmp_path / "kota.toml", HANDED_IN))
    head = "indicator,place,period,value,source_name\n"
    done = jcoc("publish", written(tmp_path / "a.csv", f"{head}sampah,15.71,2024-01,1_000,\n"))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "a.csv, line 2, source_name: it is empty.",
        "a.csv, line 2, value: it is no number; write it with a point, without marks of thousands.",
    ]
    done = jcoc("publish", written(tmp_path / "a.csv", f"{head}sampah,15.71,2024,5,Buku\n"))
    assert (done.exit_code, done.stderr) == (
        1,
        "Line 2, period: '2024' is no month: it is written like 2024-03.\n",
    )
    assert jcoc("publish", written(tmp_path / "a.csv", b"\xff\xfe")).exit_code == 2
    assert not Value.objects.exists()


def test_import_keeps_all_or_nothing_and_names_each_cell(tmp_path: Path) -> None:
    load_city(read_city(KOTA_JAMBI))
    jcoc("register", written(tmp_path / "kota.toml", HANDED_IN))
    wrong = written(
        tmp_path / "salah.xlsx", saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3], ["Lgok", "=1+1"]))
    )
    done = jcoc("import", wrong, "--indicator", "sampah")
    assert done.exit_code == 2 and "salah.xlsx: 2 faults; nothing was kept." in done.stderr
    for said in ("A3", "B3", "It is a formula", "Is Legok meant?"):
        assert said in done.stdout
    assert not Value.objects.exists()
    right = written(tmp_path / "benar.xlsx", saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3])))
    checked = jcoc("import", right, "--indicator", "sampah", "--check", "--json")
    assert json.loads(checked.stdout)["new"] == 1 and not Value.objects.exists()
    kept = jcoc("import", right, "--indicator", "sampah")
    assert kept.stdout.endswith("benar.xlsx: 1 new, 0 changed, 0 confirmed, 0 unchanged; 1 values kept.\n")
    changed = written(tmp_path / "benar.xlsx", saved(workbook(["Kelurahan", "2025-01"], ["Legok", 4])))
    refused = jcoc("import", changed, "--indicator", "sampah")
    assert refused.exit_code == 1 and "Values that stand are changed: say why." in refused.stderr
    assert jcoc("import", changed, "--indicator", "sampah", "--reason", "Timbang ulang").exit_code == 0
    assert Value.objects.current().get().reason == "Timbang ulang"


def test_import_of_what_no_agency_keeps(tmp_path: Path) -> None:
    jcoc("register", EXAMPLE)
    file = written(tmp_path / "data.xlsx", saved(workbook(["Kelurahan", "2025-01"], ["Legok", 3])))
    done = jcoc("import", file, "--indicator", "air-no2-daily")
    assert (done.exit_code, done.stderr) == (
        1,
        "No indicator that an agency keeps is called air-no2-daily.\n",
    )
    assert jcoc("import", tmp_path / "hilang.xlsx", "--indicator", "air-no2-daily").exit_code == 2


def test_recompute_and_verify_of_nothing_known() -> None:
    for command in ("recompute", "verify"):
        done = jcoc(command, "--code", "hilang")
        assert (done.exit_code, done.stderr) == (1, "There is no indicator hilang.\n")
        assert jcoc(command, "--from", "2024-13-01").exit_code == 2
    assert jcoc("recompute").stdout.startswith("0 new, 0 revised")
