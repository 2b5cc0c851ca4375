"""What every ObservationStore must do. An engine's test module subclasses it and gives the fixture open_store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jcoc.telemetry.stores.contract import (
    OBSERVATIONS,
    REVISIONS,
    ROLLUP,
    ObservationStore,
    Status,
    StoreError,
)
from telemetry.stores.model import Row, batch_of, rows_of

#: Opens the store of this test; a second call, after close(), opens the same one again.
OpenStore = Callable[[], ObservationStore]
STORED, REPEATED, CORRECTED = Status.STORED, Status.REPEATED, Status.CORRECTED


def at(hour: float, day: int = 1) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour)


def put(store: ObservationStore, *rows: Row) -> list[Status]:
    return [Status(one) for one in store.append(batch_of(rows)).result(30).status]


class StoreContract:
    @pytest.fixture
    def store(self, open_store: OpenStore) -> Any:
        store = open_store()
        yield store
        store.close()

    # Identity

    def test_an_equal_repeat_counts_once(self, store: ObservationStore) -> None:
        assert put(store, Row(1, at(1), 5.0), Row(1, at(2), 6.0)) == [STORED, STORED]
        assert put(store, Row(1, at(1), 5.0), Row(1, at(3), 7.0)) == [REPEATED, STORED]
        assert put(store, Row(1, at(3), 7.0, quality=3)) == [REPEATED]
        assert store.count() == 3
        assert store.revisions([1]).num_rows == 0

    def test_another_result_is_a_correction_and_the_old_one_a_revision(self, store: ObservationStore) -> None:
        put(store, Row(1, at(1), 5.0), Row(1, at(2), 6.0))
        before = datetime.now(UTC)
        assert put(store, Row(1, at(1), 5.5)) == [CORRECTED]
        assert put(store, Row(1, at(1), 5.75)) == [CORRECTED]
        assert rows_of(store.window([1])) == [Row(1, at(1), 5.75), Row(1, at(2), 6.0)]
        revisions = store.revisions([1])
        assert revisions.schema == REVISIONS
        assert revisions["result"].to_pylist() == [5.0, 5.5]
        replaced = revisions["replaced"].to_pylist()
        assert before <= replaced[0] < replaced[1] <= datetime.now(UTC)
        assert store.count() == 2

    def test_repeats_and_corrections_within_one_batch(self, store: ObservationStore) -> None:
        batch = [
            Row(1, at(1), 1.0),
            Row(1, at(1), 1.0),
            Row(1, at(1), 2.0),
            Row(1, at(1), 1.0),
            Row(2, at(1), 1.0),
        ]
        assert put(store, *batch) == [STORED, REPEATED, CORRECTED, CORRECTED, STORED]
        assert rows_of(store.window([1, 2])) == [Row(1, at(1), 1.0), Row(2, at(1), 1.0)]
        assert store.revisions([1])["result"].to_pylist() == [1.0, 2.0]
        assert store.counts() == {1: 1, 2: 1}

    def test_batches_queued_together_are_taken_in_their_order(self, store: ObservationStore) -> None:
        futures = [store.append(batch_of([Row(1, at(1), float(number % 2))])) for number in range(50)]
        statuses = [Status(future.result(30).status[0]) for future in futures]
        assert statuses == [STORED] + [CORRECTED] * 49
        assert store.latest()["result"].to_pylist() == [1.0]
        assert store.revisions([1])["result"].to_pylist() == [float(number % 2) for number in range(49)]

    def test_an_instant_and_intervals_from_it_are_different_observations(
        self, store: ObservationStore
    ) -> None:
        rows = [Row(1, at(1), 1.0), Row(1, at(1), 2.0, end=at(2)), Row(1, at(1), 3.0, end=at(3))]
        assert put(store, *rows) == [STORED] * 3
        assert put(store, *reversed(rows)) == [REPEATED] * 3
        assert put(store, Row(1, at(1), 4.0, end=at(2))) == [CORRECTED]
        assert rows_of(store.window([1])) == [rows[0], Row(1, at(1), 4.0, end=at(2)), rows[2]]
        assert rows_of(store.latest()) == [rows[2]]

    def test_number_text_and_nothing_are_different_results(self, store: ObservationStore) -> None:
        number, text, nothing = Row(1, at(1), 1.0), Row(1, at(1), None, json='"open"'), Row(1, at(1))
        assert put(store, number) == [STORED]
        assert put(store, text, text) == [CORRECTED, REPEATED]
        assert put(store, text) == [REPEATED]
        assert put(store, nothing) == [CORRECTED]
        assert put(store, nothing) == [REPEATED]
        assert rows_of(store.revisions([1])) == [number, text]

    def test_all_columns_come_back(self, store: ObservationStore) -> None:
        row = Row(
            7, at(1), None, end=at(2), json='{"a":[1,"é"]}', quality=5, result_time=at(2.5),
            result_quality='"good"', parameters='{"depth":1.5}', feature_of_interest=12,
        )  # fmt: skip
        put(store, row)
        assert rows_of(store.window([7])) == rows_of(store.latest()) == [row]
        assert store.window([7]).schema == store.latest().schema == OBSERVATIONS

    def test_received_is_now_unless_given(self, store: ObservationStore) -> None:
        before = datetime.now(UTC)
        put(store, Row(1, at(1), 1.0))
        given = batch_of([Row(2, at(1), 1.0)]).to_pylist()
        given[0]["received"] = at(9)
        store.append(pa.RecordBatch.from_pylist(given, OBSERVATIONS)).result(30)
        received = store.window([1, 2])["received"].to_pylist()
        assert before <= received[0] <= datetime.now(UTC)
        assert received[1] == at(9)

    # Memory

    def test_late_rows_do_not_become_the_latest(self, store: ObservationStore) -> None:
        put(store, Row(1, at(5), 5.0), Row(2, at(1), 1.0))
        put(store, Row(1, at(4), 4.0), Row(3, at(1), 3.0))
        assert rows_of(store.latest()) == [Row(1, at(5), 5.0), Row(2, at(1), 1.0), Row(3, at(1), 3.0)]
        assert rows_of(store.latest([3, 1, 3, 99])) == [Row(1, at(5), 5.0), Row(3, at(1), 3.0)]
        assert store.counts() == {1: 2, 2: 1, 3: 1}
        assert (store.count(), store.count([1, 1, 99]), store.count([])) == (4, 2, 0)

    def test_any_64_bit_number_may_be_a_datastream(self, store: ObservationStore) -> None:
        ids = [-(2**62), -1, 0, 70_000, 2**40, 2**62]
        put(store, *(Row(one, at(1), 1.0) for one in reversed(ids)))
        put(store, *(Row(one, at(2), 2.0) for one in ids))
        assert store.latest()["datastream"].to_pylist() == ids
        assert store.counts() == dict.fromkeys(ids, 2)
        assert [row.datastream for row in rows_of(store.window(ids, at(2)))] == ids

    def test_a_commit_tells_what_it_changed(self, store: ObservationStore) -> None:
        heard: list[pa.Table] = []
        end = store.subscribe(heard.append)
        put(store, Row(2, at(2), 4.0), Row(2, at(1), 3.0), Row(1, at(1), 1.0), Row(1, at(1), 1.0))
        put(store, Row(1, at(1), 1.0))
        put(store, Row(1, at(1), 2.0), Row(2, at(1), 3.0))
        end()
        put(store, Row(1, at(9), 2.0))
        assert [rows_of(table) for table in heard] == [
            [Row(1, at(1), 1.0), Row(2, at(1), 3.0), Row(2, at(2), 4.0)],
            [Row(1, at(1), 2.0)],
        ]
        assert {table.schema for table in heard} == {OBSERVATIONS}

    def test_what_was_kept_is_there_after_opening_again(self, open_store: OpenStore) -> None:
        store = open_store()
        rows = [Row(1, at(1), 1.0), Row(1, at(30), 2.0), Row(2, at(2), None, json='"x"')]
        put(store, *rows)
        store.settle(date(2026, 3, 2))
        put(store, Row(1, at(1), 3.0), Row(3, at(1), 1.0))
        latest, counts = store.latest(), store.counts()
        store.close()
        store = open_store()
        assert store.latest() == latest
        assert store.counts() == counts == {1: 2, 2: 1, 3: 1}
        assert put(store, *rows[1:]) == [REPEATED, REPEATED]
        assert rows_of(store.revisions([1])) == [Row(1, at(1), 1.0)]
        store.close()

    # Queries

    def test_window_takes_start_and_not_end_in_both_orders(self, store: ObservationStore) -> None:
        rows = [Row(stream, at(hour), float(hour)) for hour in range(6) for stream in (1, 2)]
        put(store, *rows)
        inside = [row for row in rows if at(1) <= row.time < at(4)]
        assert rows_of(store.window([2, 1, 1], at(1), at(4))) == inside
        assert rows_of(store.window([1, 2], at(1), at(4), order="desc")) == inside[::-1]
        assert rows_of(store.window([1, 2], at(1), at(4), order="desc", limit=3)) == inside[:-4:-1]
        assert rows_of(store.window([2], at(4))) == [Row(2, at(4), 4.0), Row(2, at(5), 5.0)]
        assert rows_of(store.window([2], None, at(1))) == [Row(2, at(0), 0.0)]
        assert (
            store.window([1], limit=0).num_rows
            == store.window([]).num_rows
            == store.window([9]).num_rows
            == 0
        )

    def test_rollup_by_local_days(self, store: ObservationStore) -> None:
        wib = timedelta(hours=7)
        put(
            store,
            Row(1, at(16), 1.0), Row(1, at(16.9), 2.0), Row(1, at(17), 10.0), Row(1, at(40.9), 30.0),
            Row(1, at(41), 5.0, quality=4), Row(1, at(42), None, json='"x"'), Row(2, at(17), 7.0),
        )  # fmt: skip
        table = store.rollup([1, 2], at(0), at(72), timedelta(days=1), utc_offset=wib)
        assert table.schema == ROLLUP
        assert table.to_pylist() == [
            {"datastream": 1, "bucket": at(-7), "avg": 1.5, "min": 1.0, "max": 2.0, "count": 2, "last": 2.0},
            {
                "datastream": 1,
                "bucket": at(17),
                "avg": 20.0,
                "min": 10.0,
                "max": 30.0,
                "count": 2,
                "last": 30.0,
            },
            {"datastream": 1, "bucket": at(41), "avg": 5.0, "min": 5.0, "max": 5.0, "count": 1, "last": 5.0},
            {"datastream": 2, "bucket": at(17), "avg": 7.0, "min": 7.0, "max": 7.0, "count": 1, "last": 7.0},
        ]
        unflagged = store.rollup([1], at(0), at(72), timedelta(days=1), utc_offset=wib, without_flags=4 | 8)
        assert unflagged == table.filter(pa.compute.equal(table["datastream"], 1)).slice(0, 2)

    def test_rollup_takes_as_last_what_ends_last(self, store: ObservationStore) -> None:
        put(
            store,
            Row(1, at(1), 2.0, end=at(3)),
            Row(1, at(1), 1.0, end=at(2)),
            Row(1, at(1), 3.0),
            Row(1, at(1.5)),
        )
        table = store.rollup([1], at(0), at(9), timedelta(days=1))
        assert table.select(["count", "last"]).to_pylist() == [{"count": 3, "last": 2.0}]

    def test_rollup_before_1970(self, store: ObservationStore) -> None:
        old = datetime(1950, 1, 1, 10, 30, tzinfo=UTC)
        put(store, Row(1, old, 2.0))
        table = store.rollup([1], old, old + timedelta(hours=1), timedelta(hours=1))
        assert table["bucket"].to_pylist() == [datetime(1950, 1, 1, 10, tzinfo=UTC)]

    # Settling and deleting

    def test_settle_changes_nothing_that_can_be_seen(self, store: ObservationStore) -> None:
        rows = [Row(stream, at(hour), float(hour)) for hour in range(0, 72, 5) for stream in (2, 1)]
        put(store, *rows)
        before = store.window([1, 2]), store.latest(), store.counts()
        assert store.settle(date(2026, 3, 3)) == sum(row.time < at(0, 3) for row in rows)
        assert store.settle(date(2026, 3, 3)) == 0
        assert (store.window([1, 2]), store.latest(), store.counts()) == before

    def test_corrections_and_late_rows_of_settled_days(self, store: ObservationStore) -> None:
        put(store, Row(1, at(1), 1.0), Row(1, at(2), 2.0), Row(2, at(1), 1.0))
        store.settle(date(2026, 3, 2))
        assert put(store, Row(1, at(2), 9.0), Row(1, at(1.5), 1.5), Row(2, at(1), 1.0)) == [
            CORRECTED,
            STORED,
            REPEATED,
        ]
        assert rows_of(store.window([1])) == [Row(1, at(1), 1.0), Row(1, at(1.5), 1.5), Row(1, at(2), 9.0)]
        assert store.settle(date(2026, 3, 2)) == 2
        assert rows_of(store.window([1])) == [Row(1, at(1), 1.0), Row(1, at(1.5), 1.5), Row(1, at(2), 9.0)]
        assert store.counts() == {1: 3, 2: 1}

    def test_delete_takes_revisions_along_and_finds_the_latest_before(self, open_store: OpenStore) -> None:
        store = open_store()
        put(store, Row(1, at(1), 1.0), Row(1, at(25), 2.0), Row(1, at(50), 3.0), Row(2, at(50), 3.0))
        put(store, Row(1, at(25), 2.5), Row(1, at(50), 3.5))
        store.settle(date(2026, 3, 3))
        assert store.delete(1, at(50)) == 1
        assert rows_of(store.latest()) == [Row(1, at(25), 2.5), Row(2, at(50), 3.0)]
        assert rows_of(store.revisions([1])) == [Row(1, at(25), 2.0)]
        assert store.delete(1, at(20), at(30)) == 1
        assert store.delete(1, at(20), at(30)) == store.delete(99) == 0
        assert (rows_of(store.latest([1])), store.counts()) == ([Row(1, at(1), 1.0)], {1: 1, 2: 1})
        store.close()
        store = open_store()
        assert (rows_of(store.latest([1])), store.counts()) == ([Row(1, at(1), 1.0)], {1: 1, 2: 1})
        assert store.delete(1) == 1
        assert (store.latest([1]).num_rows, store.counts()) == (0, {2: 1})
        assert put(store, Row(1, at(0), 1.0)) == [STORED]
        assert rows_of(store.latest([1])) == [Row(1, at(0), 1.0)]
        store.close()

    # Refusals

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"phenomenon_time": None}, "Row 1: phenomenon_time must not be empty"),
            ({"quality": None}, "Row 1: quality must not be empty"),
            ({"result": float("nan")}, "Row 1: result is not a number"),
        ],
    )
    def test_a_bad_row_refuses_its_batch_and_only_that(
        self, store: ObservationStore, change: dict[str, Any], sentence: str
    ) -> None:
        rows = batch_of([Row(1, at(1), 1.0), Row(1, at(2), None), Row(1, at(3), 1.0)]).to_pylist()
        rows[1].update(change)
        loose = pa.schema([field.with_nullable(True) for field in OBSERVATIONS])
        bad = store.append(pa.Table.from_pylist(rows, loose))
        assert put(store, Row(2, at(1), 1.0)) == [STORED]
        with pytest.raises(StoreError, match=sentence):
            bad.result(30)
        assert store.counts() == {2: 1}

    def test_a_bad_batch_does_not_take_its_neighbours_along(self, store: ObservationStore) -> None:
        batches = [
            batch_of([Row(1, at(number), float("nan") if number == 7 else 1.0)]) for number in range(20)
        ]
        futures = [store.append(batch) for batch in batches]
        with pytest.raises(StoreError, match="Row 0: result is not a number"):
            futures.pop(7).result(30)
        assert all(future.result(30).count(STORED) == 1 for future in futures)
        assert store.count() == 19

    def test_a_time_no_calendar_has_is_refused(self, store: ObservationStore) -> None:
        batch = batch_of([Row(1, at(1), 1.0)])
        far = pa.array([2**62], pa.int64()).cast(OBSERVATIONS.field("phenomenon_time").type)
        with pytest.raises(StoreError, match="Row 0: phenomenon_time lies outside the years 1 to 9999"):
            store.append(batch.set_column(1, OBSERVATIONS.field("phenomenon_time"), far)).result(30)

    def test_a_batch_without_a_column_is_refused(self, store: ObservationStore) -> None:
        with pytest.raises(StoreError, match="lacks the column quality"):
            store.append(batch_of([Row(1, at(1), 1.0)]).drop_columns(["quality"])).result(30)

    def test_an_empty_batch_is_no_trouble(self, store: ObservationStore) -> None:
        assert put(store) == []

    def test_times_without_a_zone_and_odd_arguments_are_refused(self, store: ObservationStore) -> None:
        with pytest.raises(StoreError, match="no time zone"):
            store.window([1], datetime(2026, 1, 1))  # noqa: DTZ001
        with pytest.raises(StoreError, match="bucket"):
            store.rollup([1], at(0), at(1), timedelta(0))
        with pytest.raises(StoreError, match="limit"):
            store.window([1], limit=-1)

    def test_after_close_everything_is_refused_in_a_sentence(self, open_store: OpenStore) -> None:
        store = open_store()
        store.close()
        store.close()
        with pytest.raises(StoreError, match="is closed"):
            store.append(batch_of([Row(1, at(1), 1.0)])).result(30)
        with pytest.raises(StoreError, match="is closed"):
            store.window([1])
        with pytest.raises(StoreError, match="is closed"):
            store.delete(1)

    def test_close_finishes_what_is_queued(self, open_store: OpenStore) -> None:
        store = open_store()
        futures = [store.append(batch_of([Row(1, at(number), 1.0)])) for number in range(200)]
        store.close()
        assert all(future.result(0).count(STORED) == 1 for future in futures)
        store = open_store()
        assert store.count() == 200
        store.close()

    # At once

    def test_readers_see_whole_commits_only(self, store: ObservationStore) -> None:
        """Each batch is one instant of 500 datastreams; corrections, settling and late rows run beside."""
        streams = list(range(1, 501))
        stop = threading.Event()
        faults: list[str] = []

        def read() -> None:
            while not stop.is_set():
                table = store.window(streams)
                hours, counts = np.unique(table["phenomenon_time"].to_numpy(), return_counts=True)
                if len(hours) and set(counts) != {500}:
                    faults.append(f"an instant of {set(counts)} readings")
                latest = store.latest()
                if len(set(latest["result"].to_pylist())) > 1 or latest.num_rows not in (0, 500):
                    faults.append("latest of two commits")

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            for hour in range(48):
                store.append(batch_of([Row(one, at(hour), float(hour)) for one in streams])).result(30)
                if hour % 8 == 7:
                    store.append(batch_of([Row(one, at(hour), hour + 0.5) for one in streams])).result(30)
                if hour in (20, 30, 47):
                    store.settle(at(hour).date())
                    store.append(batch_of([Row(one, at(0.5 + hour / 100), 0.0) for one in streams])).result(
                        30
                    )
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        assert not faults
        assert store.count() == 51 * 500
