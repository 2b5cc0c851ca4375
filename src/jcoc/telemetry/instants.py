"""Instants as int64 microseconds since 1970 in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Stands for a null time; smaller than any time that may be stored.
NO_TIME = np.iinfo(np.int64).min
