import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder for builds, of a process that has read none."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assets.build.cache_clear()
    yield tmp_path
    assets.build.cache_clear()


def _made(folder: Path, *names: str) -> Path:
    """A build as build.mjs leaves it."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    (folder / "manifest.json").write_text(json.dumps({"a.js": names[0]}))
    (folder / "shell.json").write_text(json.dumps(names))
    return folder


@pytest.mark.usefixtures("elsewhere")
def test_without_a_build_the_way_to_one_is_said() -> None:
    with pytest.raises(ImproperlyConfigured, match="npm ci && npm run build"):
        assets.manifest()


def test_a_process_names_the_files_of_the_build_it_began_with(elsewhere: Path) -> None:
    """Those that were made later are not served by it."""
    _made(elsewhere, "a-11111111.js")
    assert assets.asset_url("a.js").endswith("/dist/a-11111111.js")
    _made(elsewhere, "a-22222222.js")
    assert assets.asset_url("a.js").endswith("/dist/a-11111111.js")
    assert assets.build().shell == ("a-11111111.js",)
    (elsewhere / "manifest.json").unlink()
    assert assets.asset_url("a.js").endswith("/dist/a-11111111.js")


def _put(made: Path, final: Path) -> set[str]:
    """What lies in the folder of a server after a build has taken its place."""
    script = made.with_suffix(".mjs")
    script.write_text(
        f"import {{ putInPlace }} from {json.dumps(str(FRONTEND / 'place.mjs'))};\n"
        f"await putInPlace({json.dumps(str(made))}, {json.dumps(str(final))});\n"
    )
    subprocess.run(
        [shutil.which("node") or ROOT / ".venv/bin/node", script], capture_output=True, text=True, check=True
    )
    assert not made.exists()
    return {path.name for path in final.glob("*-*")}


def test_the_files_of_the_build_before_stay_and_older_ones_go(tmp_path: Path) -> None:
    final, new = _made(tmp_path / "dist", "a-11111111.js"), tmp_path / "new"
    one, two, three = (f"a-{digit * 8}.js" for digit in "123")
    assert _put(_made(new, two, "b-22222222.css"), final) == {one, two, "b-22222222.css"}
    assert _put(_made(new, two, "b-22222222.css"), final) == {one, two, "b-22222222.css"}, (
        "nothing has changed"
    )
    assert json.loads((final / "manifest.json").read_text()) == {"a.js": two}
    assert _put(_made(new, three), final) == {two, "b-22222222.css", three}
    assert json.loads((final / "shell.json").read_text()) == [three]
    assert _put(_made(new, one), tmp_path / "nowhere" / "dist") == {one}


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
