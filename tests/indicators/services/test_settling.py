"""Handed-in values become final by themselves when their time is over, unless their period was not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.laid_out import declared, places
from jcoc.city.models import Place
from jcoc.indicators import background
from jcoc.indicators.declaration import Entered, PlaceLevel
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.said import say
from jcoc.indicators.services import settling
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import Conflict, NewValue, keep
from jcoc.indicators.services.settling import settle
from jcoc.trail.tasks.api import GiveUp, Job

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+07:00")


def handed_in(day: str, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Value:
    """A value of January 2025, handed in on a day; its indicator settles after seven days."""
    monkeypatch.setattr(timezone, "now", lambda: at(day) + timedelta(hours=12))
    if not Indicator.objects.exists():
        places()
        months = declared("sampah", Entered(), period=PeriodType.MONTH)
        declare("uji", [months], today=at(day).date())
    given: dict[str, Any] = {
        "indicator": Indicator.objects.get(), "place": Place.objects.get(code="15.71"),
        "period": parse(PeriodType.MONTH, "2025-01"), "value": 3.0, "origin": Origin.ENTERED,
        "cause": Cause.IMPORTED, "provisional": True, "source_name": "Timbangan", "query": '{"cell":"D5"}',
        "numerator": 6.0, "denominator": 2.0,
    }  # fmt: skip
    (made,) = keep([NewValue(**(given | fields))])
    return made


def test_it_becomes_final_on_the_first_day_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    before = handed_in("2025-02-01", monkeypatch)
    assert settle(at("2025-02-08") - timedelta(seconds=1)).done == 0
    assert settle(at("2025-02-08")).done == 1
    after = Value.objects.get(current=True)
    assert (after.revision, after.provisional, after.reason) == (2, False, say("settled"))
    for name in ("value", "numerator", "denominator", "origin", "cause", "source_name", "query", "note"):
        assert getattr(after, name) == getattr(before, name)
    assert settle(at("2025-03-01")).done == 0


def test_what_was_handed_in_before_its_period_had_ended_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-01-31", monkeypatch)
    assert settle(at("2025-06-01")).done == 0
    assert Value.objects.get().provisional


@pytest.mark.parametrize(
    "fields", [{"cause": Cause.COMPUTED}, {"cause": Cause.PUBLISHED}, {"provisional": False}]
)
def test_nothing_else_is_touched(fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-02-01", monkeypatch, **fields)
    assert settle(at("2025-06-01")).done == 0


def handed_in_on_two_levels(monkeypatch: pytest.MonkeyPatch, many: int = 1) -> None:
    """Of the city and of a kelurahan, for so many months; then the indicator is told by the city no more."""
    handed_in("2025-02-01", monkeypatch)
    kelurahan = Place.objects.filter(level="kelurahan", valid_from=None)[:many]
    for place in kelurahan:
        handed_in("2025-02-01", monkeypatch, place=place)
    fewer = declared("sampah", Entered(), period=PeriodType.MONTH, levels=(PlaceLevel.KELURAHAN,))
    declare("uji", [fewer], today=at("2025-02-02").date())


def test_one_that_cannot_be_kept_any_more_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in_on_two_levels(monkeypatch, many=3)
    several = Value.objects.count() - 1
    found = settle(at("2025-06-01"))
    assert (found.done, list(found.problems)) == (several, ["sampah"])
    assert "not told by kota" in found.problems["sampah"]
    assert Value.objects.get(current=True, provisional=True).place.level == "kota"


def test_one_that_was_overtaken_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = handed_in("2025-02-01", monkeypatch)
    handed_in("2025-02-01", monkeypatch, place=Place.objects.filter(level="kelurahan", valid_from=None)[0])
    look, first = settling.keep, [True]

    def overtaken(values: Any, **more: Any) -> Any:
        if first:
            first.clear()
            correct(made.pk, follows=1, value=4.0, reason="Timbang ulang")
        return look(values, **more)

    monkeypatch.setattr(settling, "keep", overtaken)
    found = settle(at("2025-06-01"))
    assert (found.done, found.problems) == (1, {})


def test_the_task_by_the_clock_names_what_could_not_be(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in_on_two_levels(monkeypatch)
    monkeypatch.setattr(timezone, "now", lambda: at("2025-06-01"))
    with pytest.raises(GiveUp, match="Not made final: sampah"):
        background.settle(Job(1, 1, "system"))
    assert Value.objects.filter(current=True, provisional=False).count() == 1


def test_somebody_corrects_one_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    made = handed_in("2025-02-01", monkeypatch)
    look = settling.keep

    def overtaken(values: Any, **more: Any) -> Any:
        correct(made.pk, follows=1, value=4.0, reason="Timbang ulang")
        return look(values, **more)

    monkeypatch.setattr(settling, "keep", overtaken)
    assert settle(at("2025-06-01")).done == 0
    assert Value.objects.get(current=True).value == 4.0
    with pytest.raises(Conflict):
        look([settling._final(made)])


def test_the_task_by_the_clock_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-02-01", monkeypatch)
    monkeypatch.setattr(timezone, "now", lambda: at("2025-06-01"))
    assert background.settle(Job(1, 1, "system")) == 1
