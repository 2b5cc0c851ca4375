from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Path:
    """A keys folder of the test's own, still empty."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    return tmp_path / "keys"
