"""The grade of a programme: four ranks, each a few checks. Pure; it reads the files of the programme's folder.

Some checks follow from the declaration and the files beside it, and are answered at any time (standing.py). What only
tests can answer is measured by ``jcoc.contract.testing`` and kept in ``grade.json`` beside the declaration, with the
digest of the sources that it was measured for; it counts for those sources and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jcoc.contract.programme import Programme
from jcoc.contract.standing import STANDING
from jcoc.indicators.words import Words

KEPT = "grade.json"
#: Beside the kept grade: what is compiled from other sources, and tests, which a wheel may leave out.
_NO_SOURCE = (".pyc", ".mo")
_NO_SOURCES = ("__pycache__", "tests")


class Rank(StrEnum):
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


class Outcome(StrEnum):
    PASSED = "passed"
    MISSING = "missing"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Check:
    code: str
    rank: Rank
    says: Words
    measured: bool = False  # by tests


@dataclass(frozen=True)
class Result:
    check: Check
    outcome: Outcome
    missing: tuple[str, ...] = ()  # names of fields, files and pages


@dataclass(frozen=True)
class Kept:
    """What tests measured: check → what it missed."""

    sources: str
    measured: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Grade:
    results: tuple[Result, ...]
    outdated: bool  # measured, but for another state of the sources

    @property
    def rank(self) -> Rank | None:
        """The highest whose checks, and those of all ranks below, are passed."""
        reached: Rank | None = None
        for rank in Rank:
            if any(each.outcome is not Outcome.PASSED for each in self.of(rank)):
                break
            reached = rank
        return reached

    @property
    def next(self) -> Rank | None:
        """The rank to be reached next; none above platinum."""
        ranks = list(Rank)
        at = ranks.index(self.rank) + 1 if self.rank else 0
        return ranks[at] if at < len(ranks) else None

    def of(self, rank: Rank) -> list[Result]:
        return [each for each in self.results if each.check.rank is rank]


def _check(code: str, rank: Rank, id_: str, en: str, *, measured: bool = False) -> Check:
    return Check(code, rank, Words(id_, en), measured)


CHECKS = (
    _check(
        "documented", Rank.BRONZE,
        "README.md menyebut setiap hal yang dinyatakan.",
        "README.md names everything that is declared.",
    ),
    _check(
        "duties", Rank.BRONZE,
        "Setiap langkah prosedur peringatan menyebut siapa yang bertindak dan batas waktunya, sama dalam kedua bahasa; "
        "peringatan yang lebih gawat tidak dijawab lebih lambat.",
        "Each step of an alert's procedure says who acts and by when, the same in both languages; a graver alert is "
        "not answered later.",
    ),
    _check(
        "pages_answer", Rank.BRONZE,
        "Halaman menjawab dalam kedua bahasa bagi setiap peran yang boleh membukanya.",
        "Pages answer in both languages to each role that may open them.", measured=True,
    ),
    _check(
        "pages_accessible", Rank.BRONZE,
        "axe tidak menemukan kesalahan pada halaman, dan halaman muat pada layar 360 piksel.",
        "axe finds no fault on the pages, and they fit a screen of 360 pixels.", measured=True,
    ),
    _check(
        "indicators_complete", Rank.SILVER,
        "Satuan setiap indikator adalah satuan dari yang dihitung, dan program mendengarkan sumbernya.",
        "The unit of each indicator is that of what it is computed from, and the programme listens to its source.",
    ),
    _check(
        "personal_data", Rank.SILVER,
        "Setiap kolom tentang seseorang termasuk data pribadi yang dinyatakan, dan orang itu dapat memintanya serta "
        "meminta penghapusannya.",
        "Each column about a person belongs to personal data that is declared, and that person can be given it and "
        "have it erased.", measured=True,
    ),
    _check(
        "recomputes", Rank.SILVER,
        "Setiap indikator yang dihitung ulang dari barisnya memberi angka yang sama.",
        "Each indicator recomputed from its rows gives the same number.", measured=True,
    ),
    _check(
        "sql_constant", Rank.GOLD,
        "Jumlah kueri SQL sebuah halaman tidak bertambah dengan jumlah baris.",
        "The number of SQL queries of a page does not grow with its rows.", measured=True,
    ),
    _check(
        "browser_roles", Rank.GOLD,
        "Setiap peran membuka halamannya di peramban tanpa kesalahan.",
        "Each role opens its pages in a browser without an error.", measured=True,
    ),
    _check(
        "bad_input_declared", Rank.GOLD,
        "Masukan buruk yang ditolak terdaftar.",
        "There is a list of the bad input that is refused.",
    ),
    _check(
        "bad_input_refused", Rank.GOLD,
        "Setiap masukan buruk ditolak dengan kalimat, dan tidak ada yang tertulis separuh.",
        "Each bad input is refused with a sentence, and nothing is half-written.", measured=True,
    ),
    _check(
        "bench", Rank.PLATINUM,
        "bench.py mengukur waktunya pada kota peragaan.",
        "bench.py measures its times on the demonstrated city.", measured=True,
    ),
    _check(
        "second_city", Rank.PLATINUM,
        "Program berjalan dengan data kota kedua tanpa perubahan.",
        "It runs on a second city's data without a change.", measured=True,
    ),
)  # fmt: skip


def grade(programme: Programme, folder: Path) -> Grade:
    """The grade of the sources as they lie in the folder."""
    kept = read(folder)
    current = kept is not None and kept.sources == sources(folder)
    results = []
    for check in CHECKS:
        if not check.measured:
            missing: Sequence[str] | None = STANDING[check.code](programme, folder)
        else:
            missing = kept.measured.get(check.code) if kept and current else None
        results.append(_result(check, missing))
    return Grade(tuple(results), outdated=kept is not None and not current)


def _result(check: Check, missing: Sequence[str] | None) -> Result:
    if missing is None:
        return Result(check, Outcome.NOT_MEASURED)
    return Result(check, Outcome.MISSING if missing else Outcome.PASSED, tuple(missing))


def sources(folder: Path) -> str:
    """SHA-256 over the files of a folder in the order of their paths: path, NUL, size in decimal, NUL, content."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder)
        if not path.is_file() or path.suffix in _NO_SOURCE or set(name.parts) & set(_NO_SOURCES):
            continue
        if name.as_posix() == KEPT:
            continue
        content = path.read_bytes()
        digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def read(folder: Path) -> Kept | None:
    """The kept grade; None where there is none that can be read, which is the same as nothing measured."""
    try:
        kept = json.loads((folder / KEPT).read_text(encoding="utf-8"))
        measured = {str(code): tuple(map(str, missing)) for code, missing in kept["measured"].items()}
        return Kept(str(kept["sources"]), measured)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(folder: Path, measured: Mapping[str, Sequence[str]]) -> None:
    """Keep what was measured for the sources as they lie there now."""
    kept = {"sources": sources(folder), "measured": {code: list(measured[code]) for code in sorted(measured)}}
    (folder / KEPT).write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
