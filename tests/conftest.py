"""For every test: a data folder of its own, removed afterwards; fixtures that several folders share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_DATA = tempfile.mkdtemp(prefix="jcoc-test-")
os.environ["JCOC_DATA"] = _DATA
os.environ.pop("JCOC_PUBLIC_URL", None)
# Log-in asks administrators for a second factor; only the tests of that want to be asked.
os.environ["JCOC_TOTP_ROLES"] = "none"
os.environ.pop("JCOC_KEYS", None)

from django.conf import settings  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402

from jcoc.trail.datafolder import DataFolder  # noqa: E402
from support import Centre, chromium_path, set_up  # noqa: E402

# pytest-django has read the settings before this file was, and parallel processes inherit the first one's folder.
settings.DATA_FOLDER = DataFolder(Path(_DATA))
settings.DATA_FOLDER.create()
settings.TOTP_ROLES = frozenset()
settings.KEYS_FOLDER = settings.DATA_FOLDER.path / "keys"

# How long an example takes says more of what else the machine does than of the code.
hypothesis_settings.register_profile("jcoc", deadline=None)
hypothesis_settings.load_profile("jcoc")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a slow test come first, so that at the end no process waits long for another."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _flush_without_account() -> None:
    """Between two tests with transactions of their own pytest-django empties every table."""
    from django.core.management.commands import flush
    from django.db import connection

    from jcoc.trail.audit import triggers

    empty = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        with triggers.lifted(connection):
            empty(self, **options)

    flush.Command.handle = handle


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    """What one test asks must not hold up the next."""
    from jcoc.trail.limits import buckets

    buckets.clear()


@pytest.fixture
def laying_out() -> Iterator[None]:
    """For a test that lays out rows itself, past the services."""
    from jcoc.trail.audit.guard import unguarded

    with unguarded():
        yield


def pytest_unconfigure() -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A running server on a free port with an empty city; tests that share it add what is theirs."""
    with Centre(set_up(tmp_path_factory.mktemp("centre"))).started() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A headless Chromium driven by Playwright, for one module: while it runs, asyncio.run() cannot."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-gpu",
                "--enable-unsafe-swiftshader", "--hide-scrollbars",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path for sockets: those are limited to 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="j-", ignore_cleanup_errors=True) as short:
        yield Path(short)


@pytest.fixture
def runtime(db: None, tmp_path: Path) -> Iterator[Any]:
    """Telemetry's runtime on a store of its own, for views; `runtime.directory.refresh()` after registering."""
    from jcoc.telemetry import runtime as runtimes
    from jcoc.telemetry.directory import Directory
    from jcoc.telemetry.ingest.pipeline import Pipeline
    from jcoc.telemetry.live import LiveHub
    from jcoc.telemetry.stores.duckdb import DuckDBStore

    store, directory = DuckDBStore(tmp_path / "observations.duckdb"), Directory()
    running = runtimes.Runtime(store, directory, Pipeline(store, directory), LiveHub(store, directory))
    runtimes.set_current(running)
    yield running
    runtimes.set_current(None)
    running.hub.close()
    store.close()
