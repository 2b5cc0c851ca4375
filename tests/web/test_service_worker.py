"""/sw.js: at the root, never from a cache, and another text after each upgrade."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from jcoc.web import assets

pytestmark = pytest.mark.django_db


def test_it_is_served_for_the_whole_site_and_asked_for_anew() -> None:
    answer = Client().get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"


def test_it_names_the_revision_and_files_that_are_there() -> None:
    first = Client().get("/sw.js").content.decode().splitlines()[0]
    about = json.loads(re.fullmatch(r"self\.JCOC=(.*);", first)[1])  # type: ignore[index]
    assert about["revision"] == assets.revision()
    assert assets.asset_url("offline.js") in about["shell"]
    assert assets.asset_url("desk.css") in about["shell"]
    assert any(name.endswith(".woff2") for name in about["shell"])
    for url in about["shell"]:
        assert (assets.DIST / url.rsplit("/", 1)[1]).is_file()


def test_the_scripts_that_a_kept_page_loads_bring_no_other_file() -> None:
    shell = set(json.loads((assets.DIST / "shell.json").read_text()))
    for name in shell:
        if name.endswith(".js"):
            used = re.findall(r"""["']\./([\w-]+-[0-9A-Z]{8}\.js)["']""", (assets.DIST / name).read_text())
            assert set(used) <= shell
