"""A pytest plugin for the tests of a programme's package: jcoc's settings, on a data folder that is removed afterwards.

It must be named by ``-p`` in ``addopts``, so that it comes before pytest-django reads the settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

import pytest

_DATA = tempfile.mkdtemp(prefix="jcoc-test-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
os.environ |= {"JCOC_DATA": _DATA, "JCOC_TOTP_ROLES": "none", "DJANGO_SETTINGS_MODULE": "jcoc.settings"}
for _name in ("JCOC_PUBLIC_URL", "JCOC_KEYS"):
    os.environ.pop(_name, None)


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

    flush.Command.handle = handle  # type: ignore[method-assign]
