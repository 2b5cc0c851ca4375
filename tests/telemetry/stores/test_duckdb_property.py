"""Whatever is done to a store in whatever order, it answers as the plain model does."""

from __future__ import annotations

import shutil
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jcoc.telemetry.stores.contract import ROLLUP
from jcoc.telemetry.stores.duckdb import DuckDBStore
from telemetry.stores.model import Model, Row, batch_of, rows_of

START = datetime(2026, 3, 1, tzinfo=UTC)
STREAMS = [1, 2, 3]
PULSE = 9

hours = st.integers(0, 4 * 24).map(lambda hour: START + timedelta(hours=hour))
results = st.one_of(
    st.tuples(st.sampled_from([-1.5, 0.0, 1.0, 2.0]), st.none()),
    st.tuples(st.none(), st.sampled_from(['"open"', "true", "[1]"])),
    st.just((None, None)),
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    time = draw(hours)
    number, text = draw(results)
    length = draw(st.sampled_from([None, None, None, 1, 30]))
    return Row(
        draw(st.sampled_from(STREAMS)),
        time,
        number,
        None if length is None else time + timedelta(hours=length),
        text,
        draw(st.sampled_from([0, 0, 1, 4, 5])),
        result_time=draw(st.sampled_from([None, time])),
        parameters=draw(st.sampled_from([None, '{"depth":2}'])),
    )


batches = st.lists(rows(), max_size=12)
bounds = st.one_of(st.none(), hours)


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="jcoc-store-"))
        self.model = Model()
        self.pulses = 0
        self.open()

    def open(self) -> None:
        self.store = DuckDBStore(self.folder / "observations.duckdb")
        self.entered, self.gate = threading.Event(), threading.Event()
        self.gate.set()
        self.store.subscribe(self.wait_at_the_gate)

    def wait_at_the_gate(self, _: pa.Table) -> None:
        self.entered.set()
        assert self.gate.wait(30)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(groups=st.lists(batches, min_size=1, max_size=4))
    def append(self, groups: list[list[Row]]) -> None:
        """The writer is held after a commit of its own until all batches are queued: they are one group."""
        self.pulses += 1
        pulse = [Row(PULSE, START + timedelta(seconds=self.pulses), 0.0)]
        self.gate.clear()
        self.entered.clear()
        groups = [pulse, *groups]
        futures = [self.store.append(batch_of(pulse))]
        assert self.entered.wait(30)
        futures += [self.store.append(batch_of(batch)) for batch in groups[1:]]
        self.gate.set()
        for batch, future in zip(groups, futures, strict=True):
            assert future.result(30).status.tolist() == self.model.append(batch)

    @rule(day=st.integers(0, 6))
    def settle(self, day: int) -> None:
        self.store.settle((START + timedelta(days=day)).date())

    @rule(stream=st.sampled_from([*STREAMS, 4]), start=bounds, end=bounds)
    def delete(self, stream: int, start: datetime | None, end: datetime | None) -> None:
        assert self.store.delete(stream, start, end) == self.model.delete(stream, start, end)

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.open()

    @rule(
        streams=st.lists(st.sampled_from([*STREAMS, 4]), max_size=3),
        start=bounds,
        end=bounds,
        order=st.sampled_from(["asc", "desc"]),
        limit=st.one_of(st.none(), st.integers(0, 9)),
    )
    def window(
        self,
        streams: list[int],
        start: datetime | None,
        end: datetime | None,
        order: str,
        limit: int | None,
    ) -> None:
        found = self.store.window(streams, start, end, order=order, limit=limit)  # type: ignore[arg-type]
        assert rows_of(found) == self.model.window(streams, start, end, order, limit)

    @rule(
        start=hours,
        end=hours,
        bucket=st.sampled_from([1, 5, 24, 48]).map(lambda count: timedelta(hours=count)),
        utc_offset=st.sampled_from([-3.5, 0, 7]).map(lambda count: timedelta(hours=count)),
        without_flags=st.sampled_from([0, 1, 6]),
    )
    def rollup(
        self,
        start: datetime,
        end: datetime,
        bucket: timedelta,
        utc_offset: timedelta,
        without_flags: int,
    ) -> None:
        how = {"utc_offset": utc_offset, "without_flags": without_flags}
        table = self.store.rollup(STREAMS, start, end, bucket, **how)  # type: ignore[arg-type]
        expected = self.model.rollup(STREAMS, start, end, bucket, **how)  # type: ignore[arg-type]
        assert table.schema == ROLLUP
        found = table.to_pylist()
        assert [{**one, "avg": None} for one in found] == [{**one, "avg": None} for one in expected]
        assert [one["avg"] for one in found] == pytest.approx([one["avg"] for one in expected])

    @rule(start=bounds, end=bounds)
    def revisions(self, start: datetime | None, end: datetime | None) -> None:
        found = self.store.revisions(STREAMS, start, end)
        assert rows_of(found.drop_columns(["replaced"])) == self.model.revisions(STREAMS, start, end)

    @invariant()
    def memory_agrees(self) -> None:
        assert rows_of(self.store.latest()) == self.model.latest()
        assert self.store.counts() == self.model.counts()
        assert self.store.count() == len(self.model.rows)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(
    max_examples=40, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]
)
