"""A package outside the house measures its own grade, with one line in its settings and one in its test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.packages import FILES, Package
from jcoc.contract import grade
from jcoc.contract.grade import CHECKS
from jcoc.contract.testing.suite import useless
from support import ROOT

SETTINGS = """
[tool.pytest.ini_options]
addopts = "-p jcoc.contract.testing.plugin"
"""
TEST = """
from jcoc.contract.testing.suite import grade_test

test_the_grade = grade_test("market")
test_the_other_grade = grade_test("flawed")
"""
#: A page for each flaw; all but one say what they say in both languages.
PAGES = ("slow", "same", "unlabelled", "headless", "wide", "broken", "gone")
FLAWS = {
    "slow": "{% for stall in stalls %}{{ stall.fresh_name }}{% endfor %}",
    "same": "",
    "unlabelled": '<input type="text">',
    # A phone shows the rows as cards, without the head.
    "headless": '<table class="table table-cards"><thead><tr><th scope="col"></th></tr></thead>'
    "<tbody><tr><td>1</td></tr></tbody></table>",
    "wide": f'<p class="nowrap">{"wide " * 100}</p>',
    "broken": "<script>let it = 1;</script>",
    "gone": "",
}
TEMPLATE = """{% extends "web/base_desk.html" %}{% load i18n %}
{% block title %}Flaw{% endblock %}
{% block content %}{% get_current_language as language %}
<h1>TITLE</h1>FLAW{% endblock %}
"""
TRANSLATED = '{% if language == "id" %}Cacat{% else %}Flaw{% endif %}'
VIEWS = """
from django.http import HttpResponse


def _page(name):
    @allow(OPERATOR)
    @require_safe
    def view(request):
        if name == "gone":
            return HttpResponse("It has gone.", status=410)
        return render(request, f"flawed/{name}.html", {"stalls": Stall.objects.all()})

    return view


slow, same, unlabelled, headless, wide, broken, gone = map(
    _page, ("slow", "same", "unlabelled", "headless", "wide", "broken", "gone")
)


@allow(ADMINISTRATOR, OPERATOR)
def written(request):
    change = request.GET["change"]
    with writing("flawed.stalls_add"):
        if change == "more":
            Stall.objects.create(name="more", opened="2026-01-01")
        elif change == "other":
            stall = Stall.objects.first()
            stall.name += "x"
            stall.save()
    return HttpResponse("It is refused.", status=200 if change == "taken" else 422)
"""
BAD_INPUT = {
    "taken": "client.get('/programmes/flawed/written/?change=taken')",
    "more": "client.get('/programmes/flawed/written/?change=more')",
    "other": "client.get('/programmes/flawed/written/?change=other')",
    "lost": "client.get('/programmes/flawed/nowhere/')",
    "not_let_in": "Client().get('/programmes/flawed/written/?change=none')",
    "elsewhere": "client.get('/sensors/nowhere/')",
    "refused": "client.get('/programmes/flawed/written/?change=none')",
}
ATTEMPTS = "from django.test import Client\n" + "".join(
    f"\n\ndef {name}(client):\n    return {attempt}\n" for name, attempt in BAD_INPUT.items()
)


def _flawed() -> Package:
    """A programme with one flaw for each check, each in a place of its own."""
    bad = "".join(
        f'BadInput(code="{name}", what=Words("a", "a"), attempt="flawed.attempts:{name}", role=OPERATOR),\n'
        for name in BAD_INPUT
    )
    pages = "".join(f'Page(view="{view}", title=Words("a", "a"), roles=(OPERATOR,)),\n' for view in PAGES)
    files: dict[str, str | None] = {
        f"templates/flawed/{name}.html": TEMPLATE.replace("FLAW", flaw).replace(
            "TITLE", "Flaw" if name == "same" else TRANSLATED
        )
        for name, flaw in FLAWS.items()
    }
    urls = "".join(f'    path("{view}/", views.{view}, name="{view}"),\n' for view in (*PAGES, "written"))
    words = {"code": "flawed", "dashed": "flawed"}
    programme = FILES["programme.py"].format(**words)
    programme = programme.replace('columns=("Stall.keeper",),', "")
    files |= {
        "attempts.py": ATTEMPTS,
        "bench.py": "def measure():\n    return {'list': 3600.0}\n",
        "views.py": FILES["views.py"].format(**words).replace(
            "import ADMINISTRATOR, OPERATOR, allow\n",
            "import ADMINISTRATOR, OPERATOR, allow\nfrom jcoc.trail.audit.recording import writing\n",
        ) + VIEWS,
        "urls.py": FILES["urls.py"].format(**words).replace("]\n", urls + "]\n"),
        "programme.py": programme.replace("bad_input=(", f"bad_input=({bad}").replace("pages=(", f"pages=({pages}"),
    }  # fmt: skip
    return Package(
        "flawed",
        files,
        changes=(
            ("programme.py", 'source=Tally("flawed-visits")', 'source=Tally("flawed-visits", "hour")'),
            ("programme.py", 'unit="{event}"', 'unit="h"'),
            ("models.py", "    class Meta", "    @property\n" + FRESH + "\n    class Meta"),
            ("rows.py", "def visits", "from itertools import count\n\nHOURS = count(1)\n\n\ndef visits"),
            ("rows.py", "(8,)", '(next(HOURS) if city == "15.71" else 8,)'),
            ("rows.py", "    for stall", '    if city != "15.71":\n        return\n    for stall'),
            ("templates/{code}/stalls.html", "<ul>", "<p>Kota Jambi</p><ul>"),
        ),
    )


FRESH = "    def fresh_name(self):\n        return type(self).objects.get(pk=self.pk).name\n"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What grade.json of each says after the first run of a package's tests, which writes it."""
    folder = tmp_path_factory.mktemp("project")
    site = folder / "site"
    (folder / "tests").mkdir()
    site.mkdir()
    Package("market").write(site)
    _flawed().write(site)
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "tests" / "test_grade.py").write_text(TEST)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("JCOC_", "PYTEST_", "CI"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, env=inherited | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(site)))},
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    kept = {code: json.loads((site / code / "grade.json").read_text()) for code in ("market", "flawed")}
    assert [kept[code]["sources"] for code in kept] == [grade.sources(site / code) for code in kept]
    return {code: each["measured"] for code, each in kept.items()}


pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("grades")]


def test_a_whole_programme_reaches_platinum(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["market"] == {check.code: [] for check in CHECKS if check.measured}


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        ("pages_answer", [
            "pages[same] operator en: not translated", "pages[gone] operator id: 410", "pages[gone] operator en: 410",
        ]),
        ("pages_accessible", [
            *(each for width in (360, 1920) for language in ("id", "en") for each in (
                f"pages[unlabelled] operator {language} {width} px: label",
                *([f"pages[headless] operator {language} 1920 px: empty-table-header"] if width == 1920 else []),
                f"pages[wide] operator {language} {width} px: ",
            )),
        ]),
        ("personal_data", ["Stall.keeper"]),
        ("recomputes", ["indicators[flawed-visits]: another number"]),
        ("sql_constant", ["pages[slow]: 10 → 55"]),
        ("browser_roles", [
            *(each for width in (360, 1920) for language in ("id", "en") for each in (
                f"pages[broken] operator {language} {width} px: Executing inline script",
                f"pages[gone] operator {language} {width} px: Failed to load resource",
            )),
        ]),
        ("bad_input_refused", [
            "bad_input[taken]: not refused", "bad_input[more]: half-written", "bad_input[other]: half-written",
            "bad_input[lost]: not refused", "bad_input[not_let_in]: not refused", "bad_input[elsewhere]: not refused",
        ]),
        ("bench", ["bench.py: measure()"]),
        ("second_city", [
            "pages[same] operator en: not translated", "pages[gone] operator id: 410", "pages[gone] operator en: 410",
            *(f"pages[{view}] {role}: Kota Jambi" for view in ("stalls", "stall")
              for role in ("administrator", "operator")),
            "indicators[flawed-visits]: no value",
        ]),
    ],
)  # fmt: skip
def test_each_flaw_is_named_by_its_check_alone(
    measured: dict[str, dict[str, Any]], check: str, missing: list[str]
) -> None:
    found = measured["flawed"][check]
    assert len(found) == len(missing), found
    assert all(each.startswith(begin) for each, begin in zip(found, missing, strict=True)), found


def test_each_measured_check_has_a_flaw(measured: dict[str, dict[str, Any]]) -> None:
    assert [code for code, missing in measured["flawed"].items() if not missing] == []
    assert set(measured["flawed"]) == {check.code for check in CHECKS if check.measured}


def test_a_kept_grade_of_other_sources_counts_for_nothing(tmp_path: Path) -> None:
    Package("market").write(tmp_path)
    folder = tmp_path / "market"
    assert useless(folder).startswith("There is no grade.json")
    grade.write(folder, {})
    assert useless(folder) == ""
    (folder / "README.md").write_text("other")
    assert useless(folder).startswith("The sources are no longer those that were measured")
