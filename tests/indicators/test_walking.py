"""Page by page through the rows of a value: each once, in their order, and hardly more read than shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indicators.laid_out import gauge, kept, places, send
from jcoc.city.models import Place
from jcoc.indicators.periods import PeriodType, containing
from jcoc.indicators.walking import OfReadings, Position, RowSeen, walk
from jcoc.telemetry.models import HistoricalLocation, Location
from jcoc.telemetry.stores.duckdb import DuckDBStore
from jcoc.trail.audit.guard import unguarded

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    opened = DuckDBStore(tmp_path / "o.duckdb")
    yield opened
    opened.close()


def way(store: DuckDBStore, place: str = "15.71", day: date = DAY) -> OfReadings:
    found = walk(store, kept(), Place.objects.get(code=place), containing(PeriodType.DAY, day))
    assert isinstance(found, OfReadings)
    return found


def paged(found: OfReadings, sources: set[str], most: int) -> list[RowSeen]:
    told, begin = found.page(sources, None, most)
    while begin is not None:
        assert len(told) % most == 0
        more, begin = found.page(sources, Position.read(str(begin)), most)
        assert more
        told += more
    return told


@pytest.mark.parametrize("most", [1, 2, 3, 5, 7, 50])
def test_every_reading_stands_on_one_page_also_where_many_have_one_instant(
    store: DuckDBStore, most: int
) -> None:
    places()
    codes = {"a", "b", "c"}
    for code, lon in (("a", 103.620), ("b", 103.640), ("c", 103.640)):
        send(store, gauge(code, lon), DAY, [float(hour) for hour in range(4)])
        send(store, gauge(code, lon), DAY - timedelta(1), [99.0])
    expected = [(hour, code) for hour in range(4) for code in sorted(codes)]
    begin = datetime(2024, 4, 30, 17, tzinfo=UTC)
    told = [((row.when - begin) // timedelta(hours=1), row.source) for row in paged(way(store), codes, most)]  # type: ignore[operator]
    assert told == expected
    assert paged(way(store), codes, most) == list(way(store).every(codes))
    assert [row.source for row in paged(way(store, "15.71.02.1001"), codes, most)] == ["a"] * 4
    assert {row.source for row in paged(way(store), {"b"}, most)} == {"b"}
    assert paged(way(store), set(), most) == []


def test_of_a_thing_that_moved_each_place_shows_what_was_read_there(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    noon = datetime(2024, 5, 1, 5, tzinfo=UTC)
    with unguarded():
        history = HistoricalLocation.objects.create(thing=stream.thing, time=noon)
        history.locations.add(
            Location.objects.create(name="x", location={"type": "Point", "coordinates": [103.640, -1.6]})
        )
        HistoricalLocation.objects.exclude(pk=history.pk).update(time=noon - timedelta(days=9))
    send(store, stream, DAY, [float(hour) for hour in range(24)])
    before, after = way(store, "15.71.02.1001"), way(store, "15.71.02.1002")
    assert [row.cells[0] for row in paged(before, {"a"}, 5)] == [float(hour) for hour in range(12)]
    assert [row.cells[0] for row in paged(after, {"a"}, 5)] == [float(hour) for hour in range(12, 24)]
    assert len(paged(way(store), {"a"}, 5)) == 24


def test_a_page_reads_hardly_more_than_it_shows(store: DuckDBStore, monkeypatch: pytest.MonkeyPatch) -> None:
    places()
    stream = gauge("a", 103.620)
    for day in range(3):
        send(store, stream, DAY - timedelta(day), [1.0] * 24)
    found, read = way(store), []
    ask = store.window

    def window(*given: Any, **named: Any) -> Any:
        table = ask(*given, **named)
        read.append(table.num_rows)
        return table

    monkeypatch.setattr(store, "window", window)
    _told, begin = found.page({"a"}, None, 5)
    found.page({"a"}, begin, 5)
    assert read == [6, 6]


@pytest.mark.parametrize("text", ["", "x", "1", "1~", "~1", "1~-1", "1~999999", "9" * 19 + "~0", "1~1~1"])
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.read(text) is None


@pytest.mark.parametrize("position", [Position(-(10**17), 3), Position(0), Position(10**18 - 1)])
def test_a_position_outside_of_the_period_shows_its_beginning_or_nothing(
    store: DuckDBStore, position: Position
) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0, 2.0])
    assert Position.read(str(position)) == position
    told, after = way(store).page({"a"}, position, 5)
    assert (len(told), after) == (0 if position.time > 10**17 else 2, None)
