"""`jcoc programme new`: what it writes is installed, runs in a real centre and passes its own tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jcoc.cli import app
from jcoc.contract import grade
from jcoc.contract.skeleton import making
from jcoc.contract.skeleton.making import FILES, LONGEST_TEXT, Refused, Wanted, make
from support import ROOT, Centre, jcoc, log_in, set_up

WANTED = Wanted(
    name="waste_bank",
    title_id="Bank sampah",
    title_en="Waste banks",
    dimension="environment",
    sub_dimension="waste",
    owner="Dinas Lingkungan Hidup",
)
ASKED = (
    "--title-id", WANTED.title_id, "--title-en", WANTED.title_en, "--owner", WANTED.owner,
    "--dimension", WANTED.dimension, "--sub-dimension", WANTED.sub_dimension,
)  # fmt: skip
#: Whoever shares a machine takes turns; all but the last few tests use the one package that is made and installed.
pytestmark = pytest.mark.xdist_group("skeleton")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two programmes that the command made, and where both are installed: made/site."""
    folder = tmp_path_factory.mktemp("made")
    for name, asked in (("waste_bank", ASKED), ("tea", ())):
        done = jcoc(
            tmp_path_factory.mktemp("data"), "programme", "new", name, "--folder", str(folder), *asked
        )
        assert done.returncode == 0, done.stderr
        assert f"jcoc programme check {name}" in done.stdout
    install = (
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--disable-pip-version-check", "--target", folder / "site", folder / "waste_bank", folder / "tea",
    )  # fmt: skip
    done = subprocess.run(install, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def environment(made: Path) -> Iterator[dict[str, str]]:
    """Both programmes stand beside jcoc in every process that is started."""

    def environment(data: Path) -> dict[str, str]:
        return within | {"JCOC_DATA": str(data)}

    path = os.pathsep.join((str(ROOT / "src"), str(made / "site")))
    within = {name: value for name, value in os.environ.items() if name != "CI"}
    within |= {"JCOC_TOTP_ROLES": "none", "PYTHONPATH": path}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("support.environment", environment)
        yield within


@pytest.fixture(scope="module")
def centre(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with Centre(set_up(tmp_path_factory.mktemp("centre"))).started() as running:
        running.add_account("dinas", "agency_officer")
        yield running


def test_both_are_found_and_have_no_fault(centre: Centre) -> None:
    listed = centre.jcoc("programme", "list")
    assert listed.returncode == 0, listed.stderr
    assert re.search(r"^waste_bank +Waste banks \(jcoc-waste-bank 0\.1\.0\)$", listed.stdout, re.MULTILINE)
    assert re.search(r"^tea +Tea \(jcoc-tea 0\.1\.0\)$", listed.stdout, re.MULTILINE)
    assert "No fault was found." in centre.jcoc("programme", "check", "waste_bank").stdout


def test_its_page_answers_in_both_languages(centre: Centre) -> None:
    cookie = log_in(centre.url, "dinas")
    said = {}
    for language in ("id", "en"):
        headers = {"Cookie": f"{cookie}; django_language={language}"}
        request = urllib.request.Request(f"{centre.url}/programmes/waste_bank/activities/", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            said[language] = answer.read().decode()
    assert "<h1>Bank sampah</h1>" in said["id"]
    assert "Belum ada kegiatan" in said["id"]
    assert "<h1>Waste banks</h1>" in said["en"]
    assert "No activities yet" in said["en"]
    assert "/programmes/tea/activities/" in said["en"], "the other stands in the menu beside it"


def test_its_command_computes_without_a_database(centre: Centre, tmp_path: Path) -> None:
    (tmp_path / "done.csv").write_text("day,amount\n2026-03-01,8\n")
    done = centre.jcoc("waste-bank", "pace", str(tmp_path / "done.csv"))
    assert done.stdout == "2 items a week over the 28 days to 2026-03-01\n"


def test_its_models_are_those_of_its_migration(centre: Centre) -> None:
    done = centre.jcoc("manage", "makemigrations", "--check", "--dry-run", "waste_bank", "tea")
    assert done.returncode == 0, done.stdout


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_its_own_tests_pass_at_once_and_it_is_bronze_at_least(
    made: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        env=environment, cwd=made / "waste_bank",
        capture_output=True, text=True, timeout=560,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    kept = grade.read(made / "site" / "waste_bank")
    assert kept
    bronze = [check.code for check in grade.CHECKS if check.rank is grade.Rank.BRONZE and check.measured]
    assert {code: kept.measured[code] for code in bronze} == dict.fromkeys(bronze, ())
    found = grade.grade(_declared(made / "site" / "waste_bank"), made / "site" / "waste_bank")
    assert found.rank is not None
    assert not found.outdated


def _declared(folder: Path) -> object:
    names: dict[str, object] = {"__name__": "declared"}
    exec((folder / "programme.py").read_text(), names)
    return names["PROGRAMME"]


def test_what_is_written_is_formatted(made: Path) -> None:
    for command in ("check", "format --check"):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command.split(), "--no-cache", "."],
            cwd=made / "waste_bank", capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_its_indonesian_is_complete_and_that_of_the_house() -> None:
    """Django merges all catalogues: a text has one Indonesian."""
    house: dict[tuple[str | None, str], str] = {}
    for path in (ROOT / "src/jcoc").rglob("django.po"):
        with path.open("rb") as file:
            house |= {(m.context, str(m.id)): str(m.string) for m in read_po(file, locale="id")}
    with (FILES / "package/locale/id/LC_MESSAGES/django.po.template").open("rb") as file:
        own = {(m.context, str(m.id)): str(m.string) for m in read_po(file, locale="id") if m.id}
    assert all(own.values())
    assert {text: words for text, words in own.items() if house.get(text, words) != words} == {}
    marked = set()
    for path in FILES.rglob("*.template"):
        marked |= set(re.findall(r'(?:\b_\(|translate )"([^"]+)"', path.read_text()))
        marked |= set(re.findall(r"translate '([^']+)'", path.read_text()))
    assert {text for text in marked if (None, text) not in own} == set()


def _command(*arguments: str) -> tuple[int, str]:
    """Within this process, which has started Django already."""
    done = CliRunner().invoke(app, ["programme", "new", *arguments])
    return done.exit_code, done.output


def test_a_command_is_taken_as_it_is_typed() -> None:
    with pytest.raises(Refused, match="“waste_bank” is taken"):
        WANTED.check({"waste-bank"})


@pytest.mark.parametrize("name", ["field_note", "serve", "programme", "django"])
def test_the_command_knows_what_is_taken(name: str, tmp_path: Path) -> None:
    code, said = _command(name, "--folder", str(tmp_path))
    assert code == 2
    assert f"“{name}” is taken by a module, a programme or a command" in said
    assert list(tmp_path.iterdir()) == []


def test_help_says_what_is_asked_for() -> None:
    code, said = _command("--help")
    assert code == 0
    assert "Write the package of a new programme" in said
    for option in ("--folder", "--title-id", "--title-en", "--dimension", "--sub-dimension", "--owner"):
        assert option in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "Waste"}, "cannot be a programme's name"),
        ({"name": "waste-bank"}, "cannot be a programme's name"),
        ({"name": "waste__bank"}, "cannot be a programme's name"),
        ({"name": "../waste"}, "cannot be a programme's name"),
        ({"name": "wàste"}, "cannot be a programme's name"),
        ({"name": "2waste"}, "cannot be a programme's name"),
        ({"name": ""}, "cannot be a programme's name"),
        ({"name": "w" * 51}, "The name has 51 characters; 50 are the most."),
        ({"name": "class"}, "is a word of Python itself"),
        ({"name": "match"}, "is a word of Python itself"),
        ({"name": "tests"}, "is taken"),
        ({"title_id": "a\nb"}, "--title-id is one line"),
        ({"title_en": " "}, "--title-en is one line"),
        ({"owner": "x" * 101}, "--owner is one line of 1 to 100 characters"),
        ({"owner": "\udcff"}, "--owner is one line"),
        ({"dimension": "sport"}, "--dimension is one of governance, branding"),
        ({"sub_dimension": "health"}, "--sub-dimension of environment is one of protection, waste, energy"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        replace(WANTED, **changes).check()
    assert sentence in str(refused.value)


TEXTS = st.text(min_size=1, max_size=LONGEST_TEXT).filter(lambda text: text.isprintable() and text.strip())


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_reaches_code_as_itself(title_id: str, title_en: str, owner: str) -> None:
    wanted = replace(WANTED, title_id=title_id, title_en=title_en, owner=owner)
    wanted.check()
    words = wanted.words()
    for field, text in (("title_id", title_id), ("title_en", title_en), ("owner", owner)):
        assert eval(words[f"{field}_quoted"]) == text
        assert tomllib.loads(f"x = {words[f'{field}_quoted']}")["x"] == text


def test_code_in_a_title_stays_a_title(tmp_path: Path) -> None:
    title = '"); import os; os.abort() #${name} $owner {{ x }}'
    folder = make(replace(WANTED, title_en=title), tmp_path) / "waste_bank"
    assert _declared(folder).name.en == title  # type: ignore[attr-defined]
    assert tomllib.loads((folder.parent / "pyproject.toml").read_text())["project"]["description"] == title


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "waste_bank").mkdir()
    with pytest.raises(Refused, match="exists already; nothing was written"):
        make(WANTED, tmp_path)
    assert list((tmp_path / "waste_bank").iterdir()) == []
    with pytest.raises(Refused, match="is no folder"):
        make(WANTED, tmp_path / "nowhere")


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "write_mo", full)
    with pytest.raises(Refused, match="No space left on device"):
        make(WANTED, tmp_path)
    assert list(tmp_path.iterdir()) == []
