import gzip
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from jcoc.web import assets
from support import ROOT

FRONTEND = ROOT / "src/jcoc/web/frontend"


def test_each_built_file_is_named_by_its_content_and_lies_there() -> None:
    for name, hashed in assets.manifest().items():
        stem, dot, ending = name.rpartition(".")
        assert re.fullmatch(rf"{re.escape(stem)}-[0-9A-Z]{{8}}{re.escape(dot + ending)}", hashed)
        assert (assets.DIST / hashed).is_file()


def test_scripts_and_styles_also_lie_there_compressed() -> None:
    for name in ("wall.js", "wall.css", "map-worker.mjs"):
        path = assets.DIST / assets.manifest()[name]
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()


def test_an_unknown_asset_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"no asset 'nothing\.js'"):
        assets.asset_url("nothing.js")


def test_without_a_build_the_way_to_one_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    with pytest.raises(ImproperlyConfigured, match="npm ci && npm run build"):
        assets.manifest()


def test_a_new_build_is_read_without_a_restart(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    (tmp_path / "manifest.json").write_text('{"a.js": "a-11111111.js"}')
    assert assets.asset_url("a.js").endswith("/dist/a-11111111.js")
    beside = tmp_path / "new"
    beside.write_text('{"a.js": "a-22222222.js"}')
    beside.replace(tmp_path / "manifest.json")
    assert assets.asset_url("a.js").endswith("/dist/a-22222222.js")


def test_the_lock_file_names_no_registry() -> None:
    lock = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text()


def test_what_is_built_fetches_nothing_from_elsewhere() -> None:
    for style in assets.DIST.glob("*.css"):
        assert re.findall(r"url\([\"']?(?:https?:)?//", style.read_text()) == []


@pytest.mark.django_db  # the end of a request looks after the connections
def test_a_built_file_is_cached_for_ever_and_sent_compressed() -> None:
    client = Client(headers={"accept-encoding": "br, gzip", "host": "127.0.0.1"})
    for name, kind in (("wall.js", "text/javascript"), ("map-worker.mjs", "text/javascript")):
        answer = client.get(assets.asset_url(name))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "br"
        answer.close()


@pytest.mark.django_db
def test_the_component_page_stands_for_everybody_under_the_policy() -> None:
    answer = Client().get("/design/")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
