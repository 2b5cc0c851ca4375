"""The observations' part of a backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from jcoc.telemetry import runtime
from jcoc.telemetry.stores.duckdb import DuckDBStore
from jcoc.telemetry.stores.duckdb_copy import facts_of
from jcoc.trail.backup.parts import Held, register
from jcoc.trail.datafolder import DataFolder


class Observations:
    name = "observations"

    @contextmanager
    def ready(self) -> Iterator[Callable[[], Held] | None]:
        try:
            store = runtime.current().store
        except RuntimeError:  # no server: a command works on the data folder
            if not settings.DATA_FOLDER.observations.exists():
                yield None
                return
            opened = DuckDBStore(settings.DATA_FOLDER.observations)
            with opened.settled():
                yield lambda: opened.hold(close=True)
            return
        if not isinstance(store, DuckDBStore):
            yield None  # a cluster's store is backed up by its own means
            return
        with store.settled():
            yield store.hold

    def facts(self, folder: DataFolder) -> dict[str, Any]:
        return facts_of(folder.observations)


register(Observations())
