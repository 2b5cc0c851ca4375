"""The tasks by the clock: one indicator that cannot be computed is named, and the others are computed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.laid_out import TODAY, declared, gauge, places, send
from jcoc.indicators import background
from jcoc.indicators.declaration import Function, OfStreams
from jcoc.indicators.models import Value
from jcoc.indicators.services.declaring import declare
from jcoc.trail.tasks.api import GiveUp, Job

pytestmark = pytest.mark.django_db
NAMELESS = OfStreams(function=Function.MEAN, datastreams=("not-there",))


def job() -> Job:
    return Job(1, 1, "system")


def test_the_days_run_computes_the_others_and_ends_by_naming_what_it_could_not(runtime: Any) -> None:
    places()
    send(runtime.store, gauge("a", 103.620), timezone.localdate() - timedelta(days=2), [1.0, 3.0])
    declare("test", [declared("broken", NAMELESS), declared()], today=TODAY)
    with pytest.raises(GiveUp) as raised:
        background.recompute(job())
    assert raised.value.values == {"which": "broken"}
    assert set(Value.objects.values_list("indicator__code", "value")) == {("level-mean", 2.0)}


def test_the_weeks_verification_reads_the_others_too(runtime: Any) -> None:
    places()
    stream = gauge("a", 103.620)
    day = timezone.localdate() - timedelta(days=30)
    send(runtime.store, stream, day, [1.0])
    declare("test", [declared("a-broken"), declared()], today=TODAY)
    background.recompute(job())
    declare("test", [declared("a-broken", NAMELESS), declared()], today=TODAY)
    send(runtime.store, stream, day, [7.0])
    with pytest.raises(GiveUp) as raised:
        background.verify(job())
    assert raised.value.values == {"which": "a-broken"}
    flagged = Value.objects.filter(flags__closed=None, flags__isnull=False)
    assert set(flagged.values_list("indicator__code", flat=True)) == {"level-mean"}


def test_a_long_list_says_how_many_more_there_are(runtime: Any) -> None:
    places()
    declare("test", [declared(f"broken-{number}", NAMELESS) for number in range(7)], today=TODAY)
    with pytest.raises(GiveUp) as raised:
        background.recompute(job())
    assert raised.value.values["which"] == "broken-0, broken-1, broken-2, broken-3, broken-4 + 2"
