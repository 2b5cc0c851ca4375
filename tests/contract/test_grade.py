"""The ranks follow from the checks; what was measured counts for its sources alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contract.packages import Package
from jcoc.contract import grade
from jcoc.contract.grade import CHECKS, Outcome, Rank
from jcoc.contract.programme import Programme, Severity
from jcoc.indicators.declaration import Entered, Function, OfStreams, Ratio, Source, Tally

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


def _missing(programme: Programme, folder: Path) -> dict[str, tuple[str, ...]]:
    """What the checks that need no measuring miss, of those that miss something."""
    found = grade.grade(programme, folder).results
    return {each.check.code: each.missing for each in found if each.outcome is Outcome.MISSING}


def test_a_whole_programme_misses_nothing(market: Programme, folder: Path) -> None:
    assert _missing(market, folder) == {}


def test_a_code_is_documented_where_it_stands_as_a_word(market: Programme, folder: Path) -> None:
    (folder / "README.md").write_text(
        "It has `loud`, `silent`, `noises`, stalls, installs, no-name-2 and pro-market."
    )
    assert _missing(market, folder) == {
        "documented": (
            "indicators[market-visits]", "rows[market-visits]", "streams[noise]", "bad_input[no-name]", "pages[stall]",
            "commands[market]",
        )
    }  # fmt: skip
    (folder / "README.md").unlink()
    assert _missing(market, folder) == {"documented": ("README.md",)}


def test_bad_input_is_declared(market: Programme, folder: Path) -> None:
    assert _missing(replace(market, bad_input=()), folder) == {"bad_input_declared": ("bad_input",)}


BOTH = ("id", "en")
UNLIKE = "procedures/loud.en.md ≠ procedures/loud.id.md"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ((("id",), "(operator) ", ""), ("procedures/loud.id.md: 2", UNLIKE)),
        ((("en",), "(operator) ", "(leader) "), (UNLIKE,)),
        ((("en",), "10 min", "11 min"), (UNLIKE,)),
        ((("en",), "- [ ] (operator) Call the market\n", ""), (UNLIKE,)),
        ((BOTH, ", 10 min", ""), ("procedures/loud.id.md: 1",)),
        ((BOTH, "10 min", "3 h"), ("procedures/loud.id.md: 1",)),
    ],
)
def test_each_step_says_who_acts_and_the_first_one_when(
    market: Programme, folder: Path, change: tuple[tuple[str, ...], str, str], missing: tuple[str, ...]
) -> None:
    languages, old, new = change
    for each in languages:
        file = folder / "procedures" / f"loud.{each}.md"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    assert _missing(market, folder) == {"duties": missing}


def test_a_graver_alert_on_the_same_is_not_answered_later(market: Programme, folder: Path) -> None:
    loud, silent = market.alerts
    graver = replace(loud, severity=Severity.AWAS, code="noise")
    assert _missing(replace(market, alerts=(loud, silent, graver)), folder) == {}
    late = replace(graver, acknowledge_within=timedelta(hours=1), act_within=timedelta(hours=3))
    assert _missing(replace(market, alerts=(loud, silent, late)), folder) == {
        "duties": (
            "alerts[noise].acknowledge_within > alerts[loud].acknowledge_within",
            "alerts[noise].act_within > alerts[loud].act_within",
        )
    }


NOISE = {"function": Function.MEAN, "observed_property": "Noise"}


@pytest.mark.parametrize(
    ("source", "unit", "missing"),
    [
        (Tally("market-visits"), "{event}", ""),
        (Tally("market-visits"), "h", "unit"),
        (Tally("market-visits", "hour"), "h", ""),
        (Tally("market-visits", "hour"), "{event}", "unit"),
        (Ratio(numerator=Tally("market-visits"), denominator=Tally("market-visits"), factor=100), "%", ""),
        (Ratio(numerator=Tally("market-visits"), denominator=Tally("market-visits")), "%", "unit"),
        (OfStreams(**NOISE), "dB", ""),
        (OfStreams(**NOISE), "Cel", "unit"),
        (OfStreams(**NOISE, factor=10), "Cel", ""),
        (OfStreams(**NOISE | {"function": Function.COUNT}), "{item}", ""),
        (OfStreams(**NOISE | {"function": Function.COUNT}), "dB", "unit"),
        (OfStreams(**NOISE | {"function": Function.SHARE_ABOVE}, threshold=85), "%", ""),
        (OfStreams(**NOISE | {"function": Function.SHARE_ABOVE}, threshold=85), "dB", "unit"),
        (OfStreams(**NOISE | {"observed_property": "Smell"}), "dB", "source"),
        (OfStreams(function=Function.MEAN, datastreams=("a",)), "dB", "source"),
        (Entered(), "t", ""),
    ],
)  # fmt: skip
def test_an_indicators_unit_is_that_of_what_is_computed(
    market: Programme, folder: Path, source: Source, unit: str, missing: str
) -> None:
    indicator = replace(market.indicators[0], source=source, unit=unit)
    expected = {"indicators_complete": (f"indicators[market-visits].{missing}",)} if missing else {}
    assert _missing(replace(market, indicators=(indicator,)), folder) == expected


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
