"""What a person corrected is told as that person's, on the pages and in the downloads, not as the source's before."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from indicators.laid_out import declared, places
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.trail.actor import acting

pytestmark = pytest.mark.django_db
CODE = "sikesal"


@pytest.fixture
def corrected() -> Value:
    register = [declared(CODE, Entered(), period=PeriodType.YEAR)]
    declare("test", register, today=date(2026, 11, 24))
    new = NewValue(
        indicator=Indicator.objects.get(code=CODE), place=places()["15.71"], period=parse(PeriodType.YEAR, "2022"),
        value=835.0, origin=Origin.PUBLISHED, cause=Cause.PUBLISHED, source_name="SIKESAL 2022",
    )  # fmt: skip
    (before,) = keep([new])
    with acting("user-7"):
        return correct(before.pk, follows=1, value=900, reason="Dihitung ulang.")


def streamed(address: str) -> str:
    return b"".join(Client().get(address).streaming_content).decode()  # type: ignore[attr-defined]


def test_the_downloads_say_who_corrected_and_no_source_that_did_not(corrected: Value) -> None:
    (row,) = json.loads(streamed(f"/indicators/{CODE}.json"))["values"]
    told = {name: row[name] for name in ("value", "origin", "cause", "correctedBy", "source", "reason")}
    assert told == {
        "value": 900.0, "origin": "corrected", "cause": "corrected", "correctedBy": "user-7", "source": "",
        "reason": "Dihitung ulang.",
    }  # fmt: skip
    first, _second = json.loads(streamed(f"/indicators/{CODE}.json?revisions=all"))["values"]
    assert (first["origin"], first["source"], first["correctedBy"]) == ("published", "SIKESAL 2022", "")


@pytest.mark.parametrize("page", ["", "rows/15.71/2022/"])
def test_the_pages_mark_it_as_corrected(runtime: Any, corrected: Value, page: str) -> None:
    text = Client().get(f"/indicators/{CODE}/{page}").content.decode()
    assert 'data-origin="corrected"' in text and 'data-origin="published"' not in text
    assert "user-7" in text and "SIKESAL 2022" not in text
