"""The ranks follow from the checks; what was measured counts for its sources alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract.packages import Package
from jcoc.contract import grade
from jcoc.contract.grade import CHECKS, Outcome, Rank
from jcoc.contract.programme import Programme

MEASURED = {check.code: () for check in CHECKS if check.measured}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Package("market").write(tmp_path)
    return tmp_path / "market"


def test_every_rank_has_checks_in_both_languages() -> None:
    assert {check.rank for check in CHECKS} == set(Rank)
    assert all(check.says.complete for check in CHECKS)
    assert len({check.code for check in CHECKS}) == len(CHECKS)


def test_without_measurements_no_rank_is_reached(market: Programme, folder: Path) -> None:
    found = grade.grade(market, folder)
    assert (found.rank, found.next, found.outdated) == (None, Rank.BRONZE, False)
    outcomes = {each.check.code: each.outcome for each in found.results}
    assert outcomes["documented"] is Outcome.PASSED
    assert outcomes["pages_answer"] is Outcome.NOT_MEASURED


@pytest.mark.parametrize(
    ("missed", "rank"),
    [
        ((), Rank.PLATINUM),
        (("bench",), Rank.GOLD),
        (("sql_constant", "bench"), Rank.SILVER),
        (("recomputes",), Rank.BRONZE),
        (("pages_accessible",), None),
    ],
)
def test_the_rank_is_the_highest_without_a_gap_below(
    market: Programme, folder: Path, missed: tuple[str, ...], rank: Rank | None
) -> None:
    grade.write(folder, MEASURED | dict.fromkeys(missed, ("x",)))
    assert grade.grade(market, folder).rank is rank


def test_a_change_of_the_sources_makes_what_was_measured_outdated(market: Programme, folder: Path) -> None:
    grade.write(folder, MEASURED)
    (folder / "locale").mkdir()
    (folder / "locale" / "django.mo").write_bytes(b"compiled")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text("")
    assert grade.grade(market, folder).rank is Rank.PLATINUM
    (folder / "views.py").write_text("")
    found = grade.grade(market, folder)
    assert (found.rank, found.outdated) == (None, True)


def test_static_checks_name_what_is_missing(market: Programme, folder: Path) -> None:
    (folder / "README.md").write_text("It has `loud`, `silent`, `noise`, stalls, stall and no-name.")
    bare = replace(market, bad_input=())
    missing = {each.check.code: each.missing for each in grade.grade(bare, folder).results}
    assert missing["documented"] == ("indicators[market-visits]", "rows[market-visits]", "commands[market]")
    assert missing["bad_input_declared"] == ("bad_input",)
    (folder / "README.md").unlink()
    assert grade.grade(bare, folder).of(Rank.BRONZE)[0].missing == ("README.md",)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"sources": "x"}', '{"sources": "x", "measured": {"a": 1}}', "\xff"]
)
def test_a_kept_grade_that_cannot_be_read_is_none(folder: Path, text: str) -> None:
    (folder / "grade.json").write_bytes(text.encode("latin-1"))
    assert grade.read(folder) is None


def test_the_digest_is_of_paths_and_contents(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "b.py").write_text("x\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.md").write_text("")
    assert grade.sources(tmp_path) == hashlib.sha256(b"a/c.md\x000\x00b.py\x002\x00x\n").hexdigest()
