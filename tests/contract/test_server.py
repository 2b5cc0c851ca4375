"""A real centre with one whole and two broken programmes; then one of them leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.packages import Package, beside
from contract.test_kept_out import LEAKY
from support import Centre, environment, log_in, set_up

BROKEN = (
    Package("torn_models", {"models.py": LEAKY}),
    Package("torn_urls", {"urls.py": "import nowhere\n"}),
)
STATE = """
import json
from django.apps import apps
from jcoc.contract.models import Enrolment
from jcoc.indicators.models import Indicator
from jcoc.people.models import User
from jcoc.trail.audit.models import Entry
print("STATE", json.dumps({
    "enrolled": dict(Enrolment.objects.values_list("code", "left__year")),
    "indicators": dict(Indicator.objects.values_list("code", "retired__year")),
    "entries": Entry.objects.count(),
    "related": sorted(each.name for each in User._meta.related_objects if each.name.endswith(("stalls", "baskets"))),
    "apps": sorted({"market", "torn_models", "torn_urls"} & set(apps.app_configs)),
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for package in (Package("market"), *BROKEN):
        package.write(folder)
    return folder


@pytest.fixture(scope="module")
def running(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with Centre(set_up(tmp_path_factory.mktemp("centre")), environment=beside(site)).started() as centre:
        centre.add_account("kepala", "administrator")
        centre.add_account("warga", "resident")
        yield centre


def _get(centre: Centre, path: str, cookie: str, language: str = "en") -> tuple[int, str]:
    headers = {"Cookie": f"{cookie}; django_language={language}", "Accept": "text/html"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(centre.url + path, headers=headers), timeout=30
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _state(centre: Centre) -> dict[str, object]:
    done = centre.jcoc("manage", "shell", "-c", STATE)
    assert done.returncode == 0, done.stderr
    state: dict[str, object] = json.loads(done.stdout.split("STATE ")[1])
    return state


def _set_up(data: Path, site: Path) -> dict[str, object]:
    """`jcoc setup`, and the state that it leaves, in one process."""
    code = f"from jcoc.cli import app\napp(['setup'], standalone_mode=False)\n{STATE}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(data) | beside(site),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    state: dict[str, object] = json.loads(done.stdout.split("STATE ")[1])
    return state


def test_the_page_names_what_is_kept_out_in_both_languages(running: Centre) -> None:
    cookie = log_in(running.url, "kepala")
    status, page = _get(running, "/programmes/", cookie)
    assert status == 200
    for text in (
        "People&#x27;s market", "Dinas Perdagangan", "city-market 1.2", "No rank yet",
        "torn_models", "models.py", "Line 11 cannot be run: RuntimeError.",
        "torn_urls", "urls.py", "Mend the package or uninstall it, then start the centre again.",
    ):  # fmt: skip
        assert text in page, text
    status, page = _get(running, "/programmes/", cookie, "id")
    assert "Baris 11 tidak bisa dijalankan: RuntimeError." in page
    assert "Pasar rakyat" in page


def test_the_page_of_a_programme_says_what_it_declares(running: Centre) -> None:
    cookie = log_in(running.url, "kepala")
    status, page = _get(running, "/programmes/market/", cookie)
    assert status == 200
    for text in (
        '<span class="step-duty">Operator, within 10 min:</span> <span>Look at the sensor</span>',
        "How clean the markets are.", "How many visits.", "silent after 1 h without a reading",
        "Noise: above 85\u00a0dB", "Noise: no data for 3 h", "operator", "15 min",
        "Close the markets.", "/programmes/market/stalls/", "The markets are visited.", "kept 365 d: one season",
        "A stall without a name", "README.md names everything that is declared.", "not measured", "next: Bronze",
    ):  # fmt: skip
        assert text in page, text
    assert _get(running, "/programmes/torn_urls/", cookie)[0] == 404
    assert _get(running, "/programmes/", log_in(running.url, "warga"))[0] == 403


def test_the_programmes_own_page_answers_and_stands_in_the_menu(running: Centre) -> None:
    status, page = _get(running, "/programmes/market/stalls/", log_in(running.url, "kepala"))
    assert status == 200
    assert ">Stalls" in page
    assert "/programmes/torn_urls/" not in page


def test_half_registered_models_are_out_and_the_log_names_the_faults(running: Centre) -> None:
    state = _state(running)
    assert state["apps"] == ["market", "torn_urls"]
    assert state["related"] == ["market_stalls", "torn_urls_stalls"]
    assert state["enrolled"]["market"] is None
    assert state["indicators"]["market-visits"] is None
    assert not [code for code in state["enrolled"] if code.startswith("torn")]
    log = "".join(running.output)
    assert "Kept out: torn_models: models.py: Line 11" in log
    assert "Kept out: torn_urls: urls.py: Line 1" in log


def test_an_unchanged_start_writes_nothing_and_one_that_left_is_retired(site: Path, tmp_path: Path) -> None:
    data, nowhere = set_up(tmp_path / "data"), tmp_path / "nowhere"
    first = _set_up(data, site)
    assert _set_up(data, site) == first
    # Broken, it has not left.
    views = site / "market" / "views.py"
    whole = views.read_text()
    views.write_text("1 / 0\n")
    assert _set_up(data, site) == first
    views.write_text(whole)
    left = _set_up(data, nowhere)
    assert left["enrolled"]["market"] is not None  # type: ignore[index]
    assert left["indicators"]["market-visits"] is not None  # type: ignore[index]
    back = _set_up(data, site)
    assert (back["enrolled"], back["indicators"]) == (first["enrolled"], first["indicators"])
