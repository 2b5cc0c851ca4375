"""Handed-in values become final by themselves when their time is over, unless their period was not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.laid_out import declared, places
from jcoc.city.models import Place
from jcoc.indicators import background
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.said import say
from jcoc.indicators.services import settling
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import Conflict, NewValue, keep
from jcoc.indicators.services.settling import settle
from jcoc.trail.tasks.api import Job

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
    assert settle(at("2025-02-08") - timedelta(seconds=1)) == 0
    assert settle(at("2025-02-08")) == 1
    after = Value.objects.get(current=True)
    assert (after.revision, after.provisional, after.reason) == (2, False, say("settled"))
    for name in ("value", "numerator", "denominator", "origin", "cause", "source_name", "query", "note"):
        assert getattr(after, name) == getattr(before, name)
    assert settle(at("2025-03-01")) == 0


def test_what_was_handed_in_before_its_period_had_ended_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-01-31", monkeypatch)
    assert settle(at("2025-06-01")) == 0
    assert Value.objects.get().provisional


@pytest.mark.parametrize(
    "fields", [{"cause": Cause.COMPUTED}, {"cause": Cause.PUBLISHED}, {"provisional": False}]
)
def test_nothing_else_is_touched(fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-02-01", monkeypatch, **fields)
    assert settle(at("2025-06-01")) == 0


def test_somebody_corrects_one_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    made = handed_in("2025-02-01", monkeypatch)
    look = settling.keep

    def overtaken(values: Any, **more: Any) -> Any:
        correct(made.pk, follows=1, value=4.0, reason="Timbang ulang")
        return look(values, **more)

    monkeypatch.setattr(settling, "keep", overtaken)
    assert settle(at("2025-06-01")) == 0
    assert Value.objects.get(current=True).value == 4.0
    with pytest.raises(Conflict):
        look([settling._final(made)])


def test_the_task_by_the_clock_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in("2025-02-01", monkeypatch)
    monkeypatch.setattr(timezone, "now", lambda: at("2025-06-01"))
    assert background.settle(Job(1, 1, "system")) == 1
