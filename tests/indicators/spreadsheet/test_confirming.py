"""The same figure handed in again: where it says more than the one that stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from indicators.spreadsheet.handing_in import draft_of, on_day
from indicators.spreadsheet.sheets import saved, workbook
from jcoc.city.models import Place
from jcoc.indicators.models import Cause, Origin, Value
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.said import say
from jcoc.indicators.services import keeping
from jcoc.indicators.services.settling import settle
from jcoc.indicators.spreadsheet import services
from jcoc.indicators.spreadsheet.comparing import State as Beside


def test_the_same_number_handed_in_again_becomes_final_when_its_time_is_over(
    waste: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The indicator settles seven days after the period's end: January is final from 8 February on."""
    ratio = ["Kelurahan", "Periode", "Nilai", "Pembilang", "Penyebut"], ["Legok", "2025-01", 2, 4, 2]
    on_day("2025-01-20", monkeypatch)
    first = draft_of(waste, saved(workbook(*ratio)))
    services.keep(first, services.look(first).seal, "")
    assert Value.objects.get().provisional
    again = saved(workbook(["Kelurahan", "2025-01"], ["Legok", 2]))
    for day, state in (("2025-01-31", "unchanged"), ("2025-02-07", "confirms"), ("2025-02-08", "settles")):
        on_day(day, monkeypatch)
        draft = draft_of(waste, again)
        found = services.look(draft)
        assert [str(each.state) for each in found.compared] == [state]
        assert not found.needs_reason
    services.keep(draft, found.seal, "")
    newest = Value.objects.get(current=True)
    assert (newest.revision, newest.value, newest.provisional) == (2, 2.0, False)
    assert (newest.numerator, newest.denominator) == (4.0, 2.0), "what is not given again stands"
    assert newest.reason == say("settled")
    assert not services.look(draft_of(waste, again)).to_keep


def test_the_same_number_handed_in_again_after_the_period_becomes_final_in_its_time(
    waste: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = saved(workbook(["Kelurahan", "Periode", "Nilai", "Sumber"], ["Legok", "2025-01", 2, "Timbangan"]))
    bare = saved(workbook(["Kelurahan", "2025-01"], ["Legok", 2]))
    on_day("2025-01-25", monkeypatch)
    first = draft_of(waste, same)
    services.keep(first, services.look(first).seal, "")
    on_day("2025-02-02", monkeypatch)
    again = draft_of(waste, bare)
    found = services.look(again)
    assert (found.count(Beside.CONFIRMS), found.needs_reason) == (1, False)
    services.keep(again, found.seal, "")
    newest = Value.objects.get(current=True)
    assert (newest.revision, newest.provisional, newest.source_name) == (2, True, "Timbangan")
    assert newest.reason == say("confirmed")
    assert not services.look(draft_of(waste, bare)).to_keep, "once is enough"
    settles = datetime.fromisoformat("2025-02-08T00:00:00+07:00")
    assert settle(settles).done == 1
    assert not Value.objects.get(current=True).provisional


@pytest.mark.parametrize("origin", [Origin.SIMULATED, Origin.PUBLISHED])
def test_an_agency_confirms_a_figure_that_stood_from_elsewhere(waste: Kept, origin: Origin) -> None:
    legok = Place.objects.get(name="Legok")
    period = parse(PeriodType.MONTH, "2025-01")
    keeping.keep(
        [
            keeping.NewValue(
                indicator=waste, place=legok, period=period, value=2.0, numerator=4.0, denominator=2.0,
                origin=origin, cause=Cause.PUBLISHED, source_name="Laman kota",
            )
        ]
    )  # fmt: skip
    draft = draft_of(waste, saved(workbook(["Kelurahan", "2025-01"], ["Legok", 2])))
    found = services.look(draft)
    assert (found.count(Beside.CONFIRMS), found.needs_reason) == (1, False)
    services.keep(draft, found.seal, "")
    newest = Value.objects.get(current=True)
    assert (newest.revision, newest.value, newest.origin) == (2, 2.0, Origin.ENTERED)
    assert newest.source_name == waste.owner
    assert newest.numerator is None, "the agency gave none"


def test_another_source_of_the_same_figure_is_kept(waste: Kept) -> None:
    def sheet(source: str) -> bytes:
        rows = ["Kelurahan", "Periode", "Nilai", "Sumber"], ["Legok", "2025-01", 2, source]
        return saved(workbook(*rows))

    for source, state in (("TPS", "new"), ("TPS", "unchanged"), ("Timbangan", "confirms"), ("", "unchanged")):
        draft = draft_of(waste, sheet(source))
        found = services.look(draft)
        assert [str(each.state) for each in found.compared] == [state]
        if found.to_keep:
            services.keep(draft, found.seal, "")
    assert Value.objects.get(current=True).source_name == "Timbangan"
