"""What the audit trail's benchmarks share: a data folder of their own, made before Django reads its settings."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))


@contextmanager
def installation(within: Path | None) -> Iterator[Path]:
    """A fresh installation on SQLite; the folder goes away afterwards."""
    made = Path(tempfile.mkdtemp(prefix="jcoc-bench-", dir=within))
    os.environ |= {"JCOC_DATA": str(made), "DJANGO_SETTINGS_MODULE": "jcoc.settings"}
    os.environ.pop("JCOC_DATABASE_URL", None)
    os.environ.pop("JCOC_KEYS", None)
    import django

    django.setup()
    from jcoc.trail.database import migrate

    migrate()
    try:
        yield made
    finally:
        from django.db import connections

        connections.close_all()
        shutil.rmtree(made)
