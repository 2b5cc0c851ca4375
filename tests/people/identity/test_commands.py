from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from support import COMMAND, environment


def nik(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In an environment whose data folder cannot be made: it is not needed."""
    return subprocess.run(
        [*COMMAND, "people", "nik", *arguments],
        env=environment(Path("/dev/null/data")) | {"DJANGO_SETTINGS_MODULE": "no.such.settings"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_a_nik_says_as_json(tmp_path: Path) -> None:
    done = nik(tmp_path, "1571014101900001", "--on", "2026-06-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "province": "15",
        "regency": "71",
        "kecamatan": "01",
        "place": "15.71.01",
        "sex": "female",
        "birth_date": "1990-01-01",
        "century": "the latest that is not in the future",
        "serial": "0001",
    }
    assert list(tmp_path.iterdir()) == []


def test_the_day_decides_the_century(tmp_path: Path) -> None:
    assert (
        json.loads(nik(tmp_path, "1571010101900001", "--on", "1989-12-31").stdout)["birth_date"]
        == "1890-01-01"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["157101410190001"], "A NIK has 16 digits; this has 15."),
        (["1571013201900001"], "There is no day 32"),
        (["1571010113900001"], "There is no month 13"),
        (["1571014101900001", "--on", "kemarin"], "--on takes a date as YYYY-MM-DD, not 'kemarin'."),
    ],
)
def test_what_is_wrong_is_a_sentence_with_status_2(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = nik(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
