"""What the tables themselves refuse, whoever writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from indicators.laid_out import kept, places
from jcoc.indicators.models import Cause, Flag, Origin, Target, Value

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("laying_out")]


@pytest.fixture
def first() -> Value:
    return Value.objects.create(indicator=kept(), place=places()["15.71"], **FIELDS)


FIELDS: dict[str, Any] = {
    "start": date(2024, 5, 1),
    "end": date(2024, 5, 1),
    "revision": 1,
    "value": 1.0,
    "origin": Origin.MEASURED,
    "cause": Cause.COMPUTED,
    "made_by": "local",
}


def test_a_second_revision_may_stand_when_the_first_no_longer_does(first: Value) -> None:
    Value.objects.filter(pk=first.pk).update(current=False)
    again(first, revision=2, reason="late")
    assert Value.objects.count() == 2


def again(first: Value, **fields: Any) -> Value:
    return Value.objects.create(**({"indicator": first.indicator, "place": first.place} | FIELDS | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"current": False}, "value_revision_once|UNIQUE constraint failed: .*revision"),
        ({"revision": 2, "reason": "late"}, "value_current_once|UNIQUE constraint failed: .*start"),
        ({"revision": 2, "current": False}, "value_later_revision_has_reason"),
        ({"revision": 2, "current": False, "reason": "late", "value": None}, "value_or_note"),
    ],
)
def test_what_no_value_may_be(first: Value, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        again(first, **fields)
    assert Value.objects.count() == 1


def test_one_flag_at_a_time_is_open(first: Value) -> None:
    flag = Flag.objects.create(value=first, kept="1", recomputed="2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.create(value=first, kept="1", recomputed="3")
    Flag.objects.filter(pk=flag.pk).update(closed="2024-06-01T00:00:00Z")
    Flag.objects.create(value=first, kept="1", recomputed="3")


def test_one_target_a_period(first: Value) -> None:
    fields: dict[str, Any] = {"start": date(2024, 5, 1), "end": date(2024, 5, 1), "value": 1}
    Target.objects.create(indicator=first.indicator, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(indicator=first.indicator, **fields)


def test_an_indicator_and_a_place_that_have_values_cannot_be_deleted(first: Value) -> None:
    for row in (first.indicator, first.place):
        with pytest.raises(ProtectedError):
            row.delete()
