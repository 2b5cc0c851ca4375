"""The audit of dependencies fails where it should; its vulnerability services are played here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support import ROOT

TOOL = ROOT / "tools/audit-dependencies"
TODAY = datetime.now(UTC).date()
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the audit reads."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/dependencies.toml", tmp_path / "tools")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    frontend = tmp_path / "src/jcoc/web/frontend"
    frontend.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "src/jcoc/web/frontend" / name, frontend)
    return tmp_path


class Advisories(ThreadingHTTPServer):
    """What the vulnerability services of Python (OSV) and npm answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.python: dict[str, list[dict[str, Any]]] = {}
        self.npm: dict[str, list[dict[str, Any]]] = {}
        self.asked: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Advisories

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/query":
            name = json.loads(body)["package"]["name"]
            self.server.asked.add(name)
            answer: object = {"vulns": self.server.python.get(name, [])}
        else:
            answer = self.server.npm
        said = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def advisories() -> Iterator[Advisories]:
    with Advisories() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


Audit = Callable[..., tuple[int, str]]


@pytest.fixture
def audit(checkout: Path, advisories: Advisories) -> Audit:
    def run(**environment: str) -> tuple[int, str]:
        known = {
            "JCOC_OSV_URL": f"{advisories.url}/v1/query", "npm_config_registry": advisories.url, "JCOC_AUDIT": "",
            "npm_config_cache": str(checkout / "npm"),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(TOOL), "--root", str(checkout)],
            env=os.environ | known | environment, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    return run


def _ignore(checkout: Path, identity: str, until: date) -> None:
    with (checkout / "tools/dependencies.toml").open("a") as file:
        file.write(f'\n[[ignored]]\nid = "{identity}"\nuntil = {until}\nreason = "not reached"\n')


def test_this_software_passes_and_everything_was_asked(audit: Audit, advisories: Advisories) -> None:
    status, said = audit(JCOC_AUDIT="strict")
    assert status == 0, said
    assert "pip-audit: 0 known vulnerabilities" in said
    assert "npm audit: 0 known vulnerabilities" in said
    assert {"django", "pillow", "cryptography"} <= advisories.asked


def test_a_known_vulnerability_of_a_python_package_fails_until_it_is_ignored(
    audit: Audit, advisories: Advisories, checkout: Path
) -> None:
    advisories.python["pillow"] = [
        {
            "id": "TEST-2026-1",
            "aliases": ["CVE-2026-99999"],
            "summary": "a test",
            "affected": [
                {
                    "package": {"name": "pillow", "ecosystem": "PyPI"},
                    "ranges": [
                        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]},
                    ],
                }
            ],
        }
    ]
    status, said = audit()
    assert status == 1
    assert "pillow" in said
    assert "CVE-2026-99999 (mended in: 99.0)" in said
    _ignore(checkout, "TEST-2026-1", TODAY + timedelta(days=1))
    assert audit()[0] == 0


def test_a_known_vulnerability_of_an_npm_package_fails(audit: Audit, advisories: Advisories) -> None:
    advisories.npm["uplot"] = [
        {
            "id": 1, "url": "https://advisories.example/GHSA-test-test-test", "title": "a test", "severity": "high",
            "vulnerable_versions": "<99", "cwe": [], "cvss": {"score": 9, "vectorString": None},
        }
    ]  # fmt: skip
    status, said = audit()
    assert status == 1
    assert "npm: uplot: a test (high)" in said


def test_what_was_ignored_for_a_time_fails_after_it(audit: Audit, checkout: Path) -> None:
    _ignore(checkout, "TEST-2026-1", TODAY - timedelta(days=1))
    status, said = audit()
    assert status == 1
    assert "TEST-2026-1 is ignored until" in said


def test_where_nobody_answers_it_says_so_and_passes_unless_strict(audit: Audit) -> None:
    silent = {"JCOC_OSV_URL": "http://127.0.0.1:9/", "npm_config_registry": "http://127.0.0.1:9/"}
    status, said = audit(**silent)
    assert status == 0, said
    assert "pip-audit: not asked: " in said
    assert "npm audit: not asked: " in said
    assert audit(**silent, JCOC_AUDIT="strict")[0] == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("django==5.2.19", "django has no SHA-256 hashes"),
        ("django==5.2.19 --hash=md5:0123", "django has no SHA-256 hashes"),
        (f"django>=5.2 {HASH}", "not pinned to one version"),
        (f"django @ https://elsewhere.example/django.whl {HASH}", "from an address of its own"),
        ("--extra-index-url https://elsewhere.example/simple", "from an address of its own"),
        (f"git+https://elsewhere.example/django.git {HASH}", "from an address of its own"),
    ],
)
def test_a_requirement_that_could_be_something_else_fails(
    audit: Audit, checkout: Path, line: str, fault: str
) -> None:
    for path in (checkout / "requirements").glob("*.txt"):
        path.unlink()
    (checkout / "requirements/base.txt").write_text(f"{line}\n")
    status, said = audit()
    assert status == 1
    assert fault in said


def test_what_is_installed_must_be_what_is_pinned(audit: Audit, checkout: Path) -> None:
    base = checkout / "requirements/base.txt"
    text = base.read_text()
    version = next(line for line in text.splitlines() if line.startswith("segno==")).split()[0]
    base.write_text(text.replace(version, "segno==0.0.1"))
    status, said = audit()
    assert status == 1
    assert "is installed, but 0.0.1 is pinned" in said


def test_an_npm_package_needs_a_hash_and_an_allowed_licence(audit: Audit, checkout: Path) -> None:
    lock = checkout / "src/jcoc/web/frontend/package-lock.json"
    packages = json.loads(lock.read_text())
    package = packages["packages"]["node_modules/uplot"]
    del package["integrity"]
    package |= {"license": "AGPL-3.0-only", "resolved": "https://elsewhere.example/uplot.tgz"}
    lock.write_text(json.dumps(packages))
    status, said = audit()
    assert status == 1
    for fault in ("has no SHA-512 hash", "names an address", "is under AGPL-3.0-only, which is not allowed"):
        assert f"npm: uplot {fault}" in said


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("(GPL-2.0-only OR MIT) AND BSD-3-Clause", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("", False),
        ("MIT MIT", False),
        ("__import__('os')", False),
    ],
)
def test_an_expression_must_leave_an_allowed_choice(expression: str, allowed: bool) -> None:
    from importlib.machinery import SourceFileLoader
    from types import ModuleType

    module = ModuleType("audit_dependencies")
    SourceFileLoader("audit_dependencies", str(TOOL)).exec_module(module)
    licences = module.Licences({"allowed": ["MIT", "BSD-3-Clause", "Apache-2.0"]})
    assert licences.allow("some-package", expression) is allowed
