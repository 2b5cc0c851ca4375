"""From readings and rows to kept values: first values, late records, flags, places in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from indicators.laid_out import NOW, TODAY, declared, gauge, kept, places, send, send_at
from jcoc.city.models import Place
from jcoc.indicators import rows
from jcoc.indicators.computed import midnight
from jcoc.indicators.declaration import Entered, Function, OfStreams, PlaceLevel, Ratio, Tally
from jcoc.indicators.models import Cause, Flag, Indicator, Origin, Value
from jcoc.indicators.periods import Period, PeriodType, containing
from jcoc.indicators.rows import Column, Row, RowSource
from jcoc.indicators.services.computing import Outcome, recompute, verify
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.walking import OfReadings, OfRecords, walk
from jcoc.indicators.words import Words
from jcoc.telemetry import quality
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.stores.contract import StoreError
from jcoc.telemetry.stores.duckdb import DuckDBStore
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = date(2024, 5, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    opened = DuckDBStore(tmp_path / "o.duckdb")
    yield opened
    opened.close()


def run(
    store: DuckDBStore, *indicators: object, first: date = DAY, last: date = DAY, **options: object
) -> Outcome:
    return recompute(store, indicators, first, last, now=NOW, **options)  # type: ignore[arg-type]


def values(day: date = DAY) -> dict[str, float | None]:
    found = Value.objects.current().filter(start=day)
    return dict(found.order_by("place__code").values_list("place__code", "value"))


def period(day: date = DAY) -> Period:
    return containing(PeriodType.DAY, day)


def test_a_kecamatan_and_the_city_are_computed_from_the_readings_never_from_values_below(
    store: DuckDBStore,
) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0, 2.0, 3.0])
    send(store, gauge("b", 103.640), DAY, [10.0])
    outcome = run(store, kept())
    assert values() == {
        "15.71": 4.0, "15.71.02": 4.0, "15.71.02.1001": 2.0, "15.71.02.1002": 10.0,
    }  # fmt: skip
    assert (outcome.new, outcome.problems) == (4, {})
    value = Value.objects.get(place__code="15.71")
    assert (value.row_count, value.revision, value.cause, value.origin) == (
        4,
        1,
        Cause.COMPUTED,
        Origin.MEASURED,
    )
    assert not value.provisional
    assert "T00:00:00+07:00" in value.query


def test_a_second_run_changes_nothing(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [0.1] * 10)
    indicator = kept()
    run(store, indicator)
    before = Entry.objects.count()
    outcome = run(store, indicator)
    assert (outcome.unchanged, outcome.new, outcome.late, outcome.flags) == (3, 0, 0, 0)
    assert Entry.objects.count() == before


def test_flagged_readings_and_those_that_are_no_number_never_enter(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [2.0, None, 4.0])
    send(store, stream, DAY + timedelta(1), [-200.0, -200.0], quality=int(quality.Flag.RANGE))
    indicator = kept()
    run(store, indicator, last=DAY + timedelta(1))
    assert values()["15.71"] == 3.0
    assert values(DAY + timedelta(1))["15.71"] is None
    empty = Value.objects.get(start=DAY + timedelta(1), place__code="15.71")
    assert empty.told_note == "No reading of the period could enter." or empty.told_note.startswith(
        "Tidak ada"
    )
    way = walk(store, indicator, empty.place, empty.period)
    assert isinstance(way, OfReadings)
    assert [row.left_out for row in way.every({"a"})] == ["outside of what is plausible"] * 2
    compared = way.compare(empty)
    assert (compared.left_out, compared.same_rows, compared.same_value) == (2, True, True)


def test_late_readings_make_a_revision_that_says_so(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [1.0, 2.0])
    indicator = kept()
    run(store, indicator)
    send(store, stream, DAY, [1.0, 2.0, 6.0])
    outcome = run(store, indicator)
    assert outcome.late == 3
    first, second = Value.objects.filter(place__code="15.71").order_by("revision")
    assert (first.value, first.current, second.value, second.current) == (1.5, False, 3.0, True)
    assert second.cause == Cause.LATE
    with translation.override("en"):
        assert second.told_reason == (
            "Records came late or changed: 3 rows instead of 2. That is 1 row more."
        )
    with translation.override("id"):
        assert "Bertambah 1 baris" in second.told_reason


def test_other_rows_because_another_thing_is_asked_are_not_called_late(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0, 2.0])
    send(store, gauge("b", 103.620), DAY, [9.0])
    run(store, kept())
    run(store, kept(source=OfStreams(function=Function.MAXIMUM, datastreams=("a",))))
    value = Value.objects.current().get(place__code="15.71")
    assert (value.value, value.revision, value.cause) == (2.0, 2, Cause.COMPUTED)
    with translation.override("en"):
        assert value.told_reason.startswith(
            "What is asked of the rows was changed: 2 rows enter instead of 3."
        )
    send(store, Datastream.objects.get(code="a"), DAY, [1.0, 2.0, 3.0])
    run(store, Indicator.objects.get())
    assert Value.objects.current().get(place__code="15.71").cause == Cause.LATE


def test_readings_that_were_removed_make_a_revision_without_a_value(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [1.0])
    indicator = kept()
    run(store, indicator)
    store.delete(stream.pk)
    assert run(store, indicator).late == 3
    assert values()["15.71"] is None


def test_a_value_is_provisional_until_its_rows_have_settled(store: DuckDBStore) -> None:
    places()
    day = NOW.date() - timedelta(2)
    send(store, gauge("a", 103.620), day, [1.0])
    indicator = kept()
    run(store, indicator, first=day, last=NOW.date())
    assert Value.objects.filter(provisional=True, current=True).count() == 3
    outcome = recompute(store, [indicator], day, day, now=NOW + timedelta(days=7))
    assert (outcome.settled, Value.objects.current().filter(provisional=True).count()) == (3, 0)
    assert {value.value for value in Value.objects.all()} == {1.0}


def test_a_period_that_has_not_ended_is_not_computed(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), NOW.date(), [1.0])
    assert run(store, kept(), first=NOW.date(), last=NOW.date()).computed == 0


def test_the_same_rows_with_another_number_are_a_flag_and_the_value_stays(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0, 2.0])
    indicator = kept()
    run(store, indicator)
    changed = kept(source=OfStreams(function=Function.SUM, observed_property="Water level"))
    outcome = run(store, changed)
    assert (outcome.flags, outcome.late) == (3, 0)
    assert values()["15.71"] == 1.5
    flag = Flag.objects.get(value__place__code="15.71")
    assert (flag.kept, flag.recomputed) == ("1.5", "3.0")
    assert Entry.objects.filter(action="indicators.flag_open").count() == 3
    assert run(store, changed).flags == 0, "an open flag is not opened twice"


def test_verify_flags_final_values_whose_rows_changed_and_writes_no_value(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [1.0])
    indicator = kept()
    run(store, indicator)
    assert verify(store, [indicator], DAY, DAY, now=NOW).flags == 0
    send(store, stream, DAY, [7.0])
    assert verify(store, [indicator], DAY, DAY, now=NOW).flags == 3
    assert Value.objects.count() == 3
    run(store, indicator)
    assert not Flag.objects.open().exists(), "the revision that followed answers it"


def test_a_correction_is_not_replaced_and_flagged_when_its_rows_change(store: DuckDBStore) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [1.0])
    indicator = kept()
    run(store, indicator)
    value = Value.objects.get(place__code="15.71")
    correct(value.pk, follows=1, value=9.0, reason="read from the paper gauge")
    assert (run(store, indicator).flags, values()["15.71"]) == (0, 9.0)
    send(store, stream, DAY, [1.0, 5.0])
    outcome = run(store, indicator)
    assert (outcome.flags, outcome.late, values()["15.71"]) == (1, 2, 9.0)


def test_revisions_and_flags_of_a_run_are_one_writing(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, DAY, [1.0])
    indicator = kept()
    run(store, indicator)
    correct(
        Value.objects.get(place__code="15.71").pk, follows=1, value=9.0, reason="read from the paper gauge"
    )
    send(store, stream, DAY, [1.0, 5.0])
    before, entries = values(), Entry.objects.count()

    def broken(_differences: object) -> int:
        raise RuntimeError

    monkeypatch.setattr("jcoc.indicators.services.flagging.flag", broken)
    assert run(store, indicator).problems
    assert (values(), Entry.objects.count()) == (before, entries)
    monkeypatch.undo()
    outcome = run(store, indicator)
    assert (outcome.flags, outcome.late) == (1, 2)


def test_the_places_are_those_of_the_periods_last_day(store: DuckDBStore) -> None:
    city = places()
    with unguarded():
        Place.objects.create(
            code="15.71.02.1003",
            name="east",
            level="kelurahan",
            parent=city["15.71.02"],
            lon=103.66,
            lat=-1.6,
            source="test",
        )
    before = date(2022, 12, 31)
    stream = gauge("b", 103.641)
    send(store, stream, before, [1.0])
    send(store, stream, date(2023, 1, 1), [1.0])
    run(store, kept(), first=before, last=date(2023, 1, 1))
    assert "15.71.02.1002" not in values(before)
    assert "15.71.02.1002" in values(date(2023, 1, 1))
    assert values(before)["15.71"] == 1.0


def test_a_named_datastream_that_lies_nowhere_counts_for_the_city_alone(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", None), DAY, [4.0])
    run(store, kept("by-property"))
    assert values() == {}
    declare("other", [declared("named", OfStreams(function=Function.MEAN, datastreams=("a",)))], today=TODAY)
    run(store, Indicator.objects.get(code="named"))
    assert values() == {"15.71": 4.0}


def test_the_least_certain_origin_is_told(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0])
    send(store, gauge("s", 103.640, origin="simulated"), DAY, [1.0])
    run(store, kept())
    origins = dict(Value.objects.values_list("place__code", "origin"))
    assert origins == {
        "15.71": "simulated", "15.71.02": "simulated", "15.71.02.1001": "measured", "15.71.02.1002": "simulated",
    }  # fmt: skip


def test_datastreams_of_different_units_are_a_problem_that_is_told(store: DuckDBStore) -> None:
    places()
    indicator = kept()
    gauge("a", 103.620)
    gauge("b", 103.640, unit_symbol="cm")
    assert "different units: cm, m" in run(store, indicator).problems["level-mean"]


def test_readings_in_another_unit_than_the_indicators_are_a_problem_that_names_the_factor(
    store: DuckDBStore,
) -> None:
    places()
    indicator = kept()
    stream = gauge("a", 103.620, unit_symbol="cm")
    send(store, stream, DAY, [150.0])
    assert run(store, indicator).problems == {
        "level-mean": "Its datastreams are told in cm, the indicator in m: the factor is 0.01, not 1."
    }
    assert not Value.objects.exists()
    source = OfStreams(function=Function.MEAN, observed_property="Water level", factor=0.01)
    assert run(store, kept(source=source)).new == 3
    assert values()["15.71"] == 1.5


def test_one_unit_written_in_two_ways_is_one(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620, unit_symbol="µg/m³"), DAY, [1.0])
    send(store, gauge("b", 103.640, unit_symbol="ug/m3"), DAY, [3.0])
    assert run(store, kept(unit="ug/m3")).problems == {}
    assert values()["15.71"] == 2.0


def test_hours_weigh_alike_where_the_indicator_wants_it_each_of_each_datastream(store: DuckDBStore) -> None:
    places()
    first, second = gauge("a", 103.620), gauge("b", 103.620)
    send(store, first, DAY, [1.0, 4.0])
    send(store, second, DAY, [7.0])
    often = datetime(2024, 4, 30, 17, tzinfo=UTC)
    send_at(store, first, [often + timedelta(minutes=minute) for minute in (10, 20, 30)], [3.0, 2.0, 2.0])
    source = OfStreams(function=Function.MEAN_OF_HOURS, observed_property="Water level")
    run(store, kept("hours", source))
    assert values()["15.71"] == (2.0 + 4.0 + 7.0) / 3  # a: hour 0 and 1, b: hour 0
    assert '"function":"mean-of-hours"' in Value.objects.get(place__code="15.71").query


def test_a_value_says_in_how_many_hours_of_its_period_there_were_readings(store: DuckDBStore) -> None:
    """The first month of a sensor that began in its middle is told from what there is, and says how much that is."""
    places()
    stream = gauge("a", 103.620)
    for day in range(16, 32):
        send(store, stream, date(2024, 5, day), [1.0] * 24)
    send(store, stream, date(2024, 5, 1), [-200.0] * 24, quality=int(quality.Flag.RANGE))
    indicator = kept("month", period=PeriodType.MONTH)
    recompute(store, [indicator], DAY, DAY, now=datetime(2024, 7, 1, tzinfo=UTC))
    value = Value.objects.get(place__code="15.71")
    assert (value.row_count, value.coverage) == (16 * 24, pytest.approx(16 / 31))


def test_only_the_places_asked_for_are_computed(store: DuckDBStore) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0])
    run(store, kept(), places={"15.71"})
    assert list(values()) == ["15.71"]


@pytest.fixture
def attendance(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    kept_rows = [
        Row("r1", DAY, "15.71.02.1001", (8, "x")),
        Row("r2", DAY, "15.71.02.1002", (4, "y")),
        Row("r3", DAY, "15.71.02", (2, None), simulated=True),
        Row("late", DAY + timedelta(9), "15.71", (1, None)),
    ]
    source = RowSource(
        "attendance",
        Words("Kehadiran", "Attendance"),
        (Column("hours", Words("jam", "hours")), Column("word", Words("kata", "word"))),
        lambda first, last: [row for row in kept_rows if first <= row.day <= last],
    )
    monkeypatch.setitem(rows._sources, "attendance", source)
    return kept_rows


def test_a_tally_counts_rows_or_sums_a_column_and_none_is_0(
    store: DuckDBStore, attendance: list[Row]
) -> None:
    places()
    run(store, kept("count", Tally("attendance"), unit="{event}"))
    assert values() == {
        "15.71": 3, "15.71.01": 0, "15.71.01.1001": 0, "15.71.02": 3, "15.71.02.1001": 1, "15.71.02.1002": 1,
    }  # fmt: skip
    assert Value.objects.get(place__code="15.71").origin == Origin.SIMULATED
    assert Value.objects.get(place__code="15.71.02.1001").origin == Origin.MEASURED


def test_a_ratio_without_a_denominator_has_no_value_and_says_why(
    store: DuckDBStore, attendance: list[Row]
) -> None:
    city = places()
    source = Ratio(numerator=Tally("attendance", "hours"), denominator=Tally("attendance"), factor=100)
    indicator = kept("hours-each", source, unit="%")
    run(store, indicator)
    assert values()["15.71"] == pytest.approx(14 / 3 * 100)
    assert values()["15.71.01"] is None
    nothing = Value.objects.get(place__code="15.71.01")
    assert (nothing.numerator, nothing.denominator) == (0, 0)
    assert nothing.told_note in ("There is nothing to divide by.", "Tidak ada pembaginya.")
    way = walk(store, indicator, city["15.71"], period())
    assert isinstance(way, OfRecords)
    assert [[row.id for row in part.rows] for part in way.parts] == [["r1", "r2", "r3"]] * 2
    compared = way.compare(Value.objects.get(place__code="15.71"))
    assert compared.same_rows and compared.same_value


def test_a_cell_that_cannot_be_added_is_a_problem_and_nothing_is_kept(
    store: DuckDBStore, attendance: list[Row]
) -> None:
    places()
    outcome = run(store, kept("words", Tally("attendance", "word")))
    assert "'x' is no number" in outcome.problems["words"]
    assert not Value.objects.exists()


def test_a_row_in_an_unknown_place_is_a_problem(store: DuckDBStore, attendance: list[Row]) -> None:
    places()
    attendance.append(Row("r9", DAY, "99.99", (1, None)))
    problems = run(store, kept("count", Tally("attendance"))).problems
    assert "row r9: there is no place '99.99'" in problems["count"]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (
            Row("r9", DAY, "15.71", (float("nan"), "x")),
            "row r9: a cell is neither a text nor a finite number",
        ),
        (Row("r9", DAY, "15.71", (object(), "x")), "row r9: a cell is neither a text nor a finite number"),  # type: ignore[arg-type]
        (Row("r9", DAY, "15.71", (8,)), "row r9: it has 1 cells, its source 2 columns"),
        (Row("r1", DAY, "15.71", (8, "x")), "row r1: it is there twice"),
        (Row("r9", "2024-05-01", "15.71", (8, "x")), "attendance failed: TypeError"),  # type: ignore[arg-type]
    ],
    ids=["NaN", "no JSON", "a cell short", "twice", "no day"],
)
def test_a_bad_row_ends_its_indicator_and_no_other(
    store: DuckDBStore, attendance: list[Row], bad: Row, sentence: str
) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0])
    attendance.append(bad)
    bad_one = declared("bad", Tally("attendance"), unit="{event}")
    declare("test", [bad_one, declared()], today=TODAY)
    outcome = run(store, *Indicator.objects.order_by("code"))
    assert list(outcome.problems) == ["bad"]
    assert sentence in outcome.problems["bad"]
    assert set(Value.objects.values_list("indicator__code", flat=True)) == {"level-mean"}


def test_a_programme_that_fails_ends_its_indicator_and_its_words_are_not_told(
    store: DuckDBStore,
    attendance: list[Row],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0])

    whose = "Siti Aminah"

    def fetch(first: date, last: date) -> Iterator[Row]:
        yield attendance[0]
        raise LookupError(f"{whose} is not in the list")

    broken = replace(rows._sources["attendance"], fetch=fetch)
    monkeypatch.setitem(rows._sources, "attendance", broken)
    declare("test", [declared("bad", Tally("attendance"), unit="{event}"), declared()], today=TODAY)
    outcome = run(store, *Indicator.objects.order_by("code"))
    assert outcome.problems == {
        "bad": "The source of rows attendance failed: LookupError. The server's log says more."
    }
    assert outcome.new == 3
    assert "LookupError" in caplog.text and whose not in caplog.text


def test_a_store_that_fails_for_one_indicator_does_not_end_the_run(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    places()
    send(store, gauge("a", 103.620), DAY, [1.0])
    declare("test", [declared(), declared("second-mean")], today=TODAY)
    ask, asked = store.window, []

    def window(*given: object, **named: object) -> object:
        asked.append(given)
        if len(asked) == 1:
            raise StoreError("The file is broken.")
        return ask(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "window", window)
    outcome = run(store, *Indicator.objects.order_by("code"))
    assert outcome.problems == {"level-mean": "Unexpected error: StoreError. The server's log says more."}
    assert outcome.new == 3


def test_without_a_first_day_all_since_the_oldest_reading_is_computed_and_no_day_before_is_asked_for(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    places()
    stream = gauge("a", 103.620)
    send(store, stream, date(2019, 2, 28), [3.0])
    send(store, stream, DAY, [1.0])
    indicator = kept()
    asked: list[datetime] = []
    ask = store.window

    def window(streams: object, start: datetime | None = None, *given: object, **named: object) -> object:
        if start:
            asked.append(start)
        return ask(streams, start, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "window", window)
    outcome = recompute(store, [indicator], None, DAY, now=NOW)
    assert (outcome.new, outcome.problems) == (6, {})
    assert values(date(2019, 2, 28))["15.71"] == 3.0
    assert min(asked) == midnight(date(2019, 2, 28))
    store.delete(stream.pk)
    assert verify(store, [indicator], None, DAY, now=NOW).flags == 6, "values whose readings are gone, too"


def test_an_indicator_without_any_reading_asks_for_nothing(store: DuckDBStore) -> None:
    places()
    gauge("a", 103.620)
    assert recompute(store, [kept()], None, NOW.date(), now=NOW) == Outcome()


def test_what_is_handed_in_is_never_computed(store: DuckDBStore) -> None:
    city = places()
    indicator = kept("handed-in", Entered(), levels=(PlaceLevel.KOTA,))
    assert run(store, indicator).computed == 0
    assert walk(store, indicator, city["15.71"], period()) is None


def test_a_public_indicator_takes_no_reading_that_the_public_may_not_see(store: DuckDBStore) -> None:
    places()
    send(store, gauge("hidden", 103.620, audience="operators"), DAY, [7.25])
    run(store, kept())
    assert values() == {}
    run(store, kept(public=False))
    assert set(values().values()) == {7.25}
