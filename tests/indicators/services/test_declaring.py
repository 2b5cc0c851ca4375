"""What declaring makes, changes, retires, refuses, and when it leaves everything as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from indicators.laid_out import TODAY, declared, gauge, places
from jcoc.indicators import declaration
from jcoc.indicators.declaration import (
    Direction,
    Entered,
    Function,
    OfStreams,
    PlaceLevel,
    Ratio,
    Tally,
    Target,
)
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, containing
from jcoc.indicators.rows import RowSource, _sources
from jcoc.indicators.services.declaring import FIXED, Refused, declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.rowcheck import check_rows

pytestmark = pytest.mark.django_db

WITH_PATH = declared(
    "air",
    OfStreams(function=Function.SHARE_ABOVE, datastreams=("a", "b"), threshold=80, factor=2),
    direction=Direction.LOWER,
    period=PeriodType.YEAR,
    targets=(Target("2024", 5), Target("2025", 4.5)),
    target_source="RPJMD",
)


def lay(*indicators: declaration.Indicator, by: str = "test", today: date = TODAY) -> dict[str, int]:
    return declare(by, indicators, today=today)


def a_value(code: str) -> None:
    indicator = Indicator.objects.get(code=code)
    new = NewValue(
        indicator=indicator,
        place=places()["15.71"],
        period=containing(PeriodType(indicator.period_type), date(2024, 5, 1)),
        value=1.0,
        origin=Origin.ENTERED,
        cause=Cause.IMPORTED,
    )
    keep([new])


def targets(code: str = "air") -> list[tuple[date, date, float]]:
    return list(Indicator.objects.get(code=code).targets.values_list("start", "end", "value"))


def test_what_is_declared_stands_with_its_path_and_enters_the_chain() -> None:
    assert lay(WITH_PATH, declared()) == {"declared": 2, "new": 2, "changed": 0, "retired": 0}
    air = Indicator.objects.get(code="air")
    assert (air.declared_by, air.direction, air.period_type, air.retired) == ("test", "lower", "year", None)
    assert air.source == {
        "kind": "streams", "function": "share-above", "observed_property": "", "datastreams": ["a", "b"],
        "threshold": 80, "factor": 2,
    }  # fmt: skip
    assert targets() == [
        (date(2024, 1, 1), date(2024, 12, 31), 5),
        (date(2025, 1, 1), date(2025, 12, 31), 4.5),
    ]
    kinds = list(Entry.objects.filter(action="indicators.declare").values_list("kind", flat=True))
    assert sorted(kinds) == ["indicators.indicator"] * 2 + ["indicators.target"] * 2
    assert verify_chain().faults == []
    assert check_rows().faults == []


def test_an_unchanged_declaration_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    works = RowSource("works", Words("Kerja", "Works"), (), lambda first, last: ())
    monkeypatch.setitem(_sources, "works", works)
    every_kind = (
        WITH_PATH,
        declared("count", Tally("works", "hours")),
        declared("share", Ratio(numerator=Tally("works"), denominator=Tally("works", "x"), factor=100)),
        declared("handed-in", Entered()),
        declared("by-property"),
    )
    lay(*every_kind)
    before = Entry.objects.count()
    assert lay(*every_kind, today=TODAY + timedelta(1)) == {
        "declared": 5, "new": 0, "changed": 0, "retired": 0,
    }  # fmt: skip
    assert Entry.objects.count() == before


def test_a_change_is_one_entry_and_so_is_each_target_that_changes() -> None:
    lay(WITH_PATH)
    before = Entry.objects.count()
    changed = replace(
        WITH_PATH,
        name=Words("Udara", "Air"),
        decimals=2,
        levels=(PlaceLevel.KOTA,),
        targets=(Target("2025", 4), Target("2026", 3)),
    )
    assert lay(changed)["changed"] == 1
    air = Indicator.objects.get(code="air")
    assert (air.name_en, air.decimals, air.levels) == ("Air", 2, ["kota"])
    assert [(start.year, value) for start, _end, value in targets()] == [(2025, 4), (2026, 3)]
    # The indicator, 2024 taken away, 2025 changed, 2026 new.
    assert Entry.objects.count() == before + 4


def test_one_that_is_no_longer_named_is_retired_keeps_its_values_and_may_return() -> None:
    lay(declared("stays"), declared("goes"))
    a_value("goes")
    assert lay(declared("stays")) == {"declared": 1, "new": 0, "changed": 0, "retired": 1}
    gone = Indicator.objects.get(code="goes")
    assert (gone.retired, gone.values.count()) == (TODAY, 1)
    assert set(Indicator.objects.in_use().values_list("code", flat=True)) == {"stays"}
    before = Entry.objects.count()
    assert lay(declared("stays"), today=TODAY + timedelta(9))["retired"] == 0
    assert (Indicator.objects.get(code="goes").retired, Entry.objects.count()) == (TODAY, before)
    assert lay(declared("stays"), declared("goes")) == {"declared": 2, "new": 0, "changed": 1, "retired": 0}
    assert Indicator.objects.get(code="goes").retired is None


def test_what_another_declares_is_not_retired_and_its_code_not_taken() -> None:
    lay(declared("theirs"), by="other")
    lay(declared("ours"))
    assert Indicator.objects.in_use().count() == 2
    with pytest.raises(Refused) as refused:
        lay(declared("ours", decimals=3), declared("theirs"))
    assert str(refused.value) == "theirs, code: other declares it already. Give the new one another code."
    assert Indicator.objects.get(code="ours").decimals == 1


def test_one_fault_leaves_everything_as_it_was() -> None:
    lay(WITH_PATH, declared("goes"))
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        lay(
            replace(WITH_PATH, decimals=3, targets=()), declared("new"), declared("wrong", unit="x", owner="")
        )
    assert [str(fault).split(":")[0] for fault in refused.value.faults] == ["wrong, owner", "wrong, unit"]
    assert Entry.objects.count() == before
    assert set(Indicator.objects.in_use().values_list("code", flat=True)) == {"air", "goes"}
    assert len(targets()) == 2


OTHER = {
    "unit_code": {"unit": "mm"},
    "direction": {"direction": Direction.HIGHER},
    "period_type": {"period": PeriodType.MONTH},
}


@pytest.mark.parametrize("name", FIXED)
def test_what_says_what_it_measures_stays_once_there_are_values(name: str) -> None:
    lay(declared())
    assert lay(declared(**OTHER[name]))["changed"] == 1, "without values it may change"
    lay(declared())
    a_value("level-mean")
    with pytest.raises(Refused, match=r"Declare what is in .* under another code") as refused:
        lay(declared(**OTHER[name]))
    (fault,) = refused.value.faults
    assert str(fault).startswith(f"level-mean, {name.removesuffix('_code')}: it has values in ")
    assert Value.objects.count() == 1


def test_every_fixed_field_that_would_change_is_told_at_once() -> None:
    lay(declared("one"), declared("two"))
    a_value("one")
    with pytest.raises(Refused) as refused:
        lay(declared("one", unit="mm", direction=Direction.LOWER), declared("two", unit="mm"))
    assert [str(fault).split(":")[0] for fault in refused.value.faults] == ["one, unit", "one, direction"]


def test_what_the_datastreams_are_told_in_is_compared_as_soon_as_there_are_some() -> None:
    places()
    source = OfStreams(function=Function.MEAN, datastreams=("level",))
    metres = declared("level-cm", source, unit="cm")
    declare("test", [metres], today=TODAY)  # of a datastream that is yet to come
    gauge("level", 103.62)
    with pytest.raises(Refused) as raised:
        declare("test", [metres], today=TODAY)
    assert str(raised.value) == (
        "level-cm, unit: Its datastreams are told in m, the indicator in cm: the factor is 100, not 1. "
        "Let the indicator agree with its datastreams."
    )
    declare("test", [replace(metres, source=replace(source, factor=100.0))], today=TODAY)
