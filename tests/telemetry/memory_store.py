"""An ObservationStore without a file: for tests of what lies above the store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa

from jcoc.telemetry.stores.contract import OBSERVATIONS, AppendResult, Status


class MemoryStore:
    def __init__(self) -> None:
        self.rows: dict[tuple[int, datetime, datetime | None], dict[str, Any]] = {}
        self.batches: list[pa.Table] = []
        self.fail_with: Exception | None = None
        self.held: list[tuple[Future[AppendResult], AppendResult]] | None = None
        self.closed = False
        self._listeners: list[Callable[[pa.Table], None]] = []
        self._lock = Lock()

    def append(self, batch: pa.RecordBatch | pa.Table) -> Future[AppendResult]:
        future: Future[AppendResult] = Future()
        if self.fail_with is not None:
            future.set_exception(self.fail_with)
            return future
        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        assert table.schema == OBSERVATIONS
        table.validate(full=True)
        with self._lock:
            self.batches.append(table)
            status, changed = [], []
            for row in table.to_pylist():
                key = (row["datastream"], row["phenomenon_time"], row["phenomenon_end"])
                old = self.rows.get(key)
                equal = old is not None and (old["result"], old["result_json"]) == (
                    row["result"],
                    row["result_json"],
                )
                status.append(
                    Status.STORED if old is None else Status.REPEATED if equal else Status.CORRECTED
                )
                if not equal:
                    self.rows[key] = row
                    changed.append(row)
        changed.sort(key=lambda row: (row["datastream"], row["phenomenon_time"]))
        for listener in list(self._listeners):
            listener(pa.Table.from_pylist(changed, OBSERVATIONS))
        result = AppendResult(np.array(status, np.uint8))
        if self.held is not None:
            self.held.append((future, result))
        else:
            future.set_result(result)
        return future

    def release(self) -> None:
        held, self.held = self.held or [], None
        for future, result in held:
            future.set_result(result)

    def subscribe(self, listener: Callable[[pa.Table], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def latest(self, datastreams: Any = None) -> pa.Table:
        newest: dict[int, dict[str, Any]] = {}
        for row in self.rows.values():
            known = newest.get(row["datastream"])
            if known is None or row["phenomenon_time"] > known["phenomenon_time"]:
                newest[row["datastream"]] = row
        return pa.Table.from_pylist([newest[key] for key in sorted(newest)], OBSERVATIONS)

    def settle(self, before: date) -> int:
        return 0

    def healthy(self) -> bool:
        return self.fail_with is None and not self.closed

    def close(self) -> None:
        self.closed = True
