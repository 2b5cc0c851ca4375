"""The page of a correction says each refusal at its field, in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from indicators.laid_out import declared, places
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.people.services import Grant, add_account
from support import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/indicators/air/correct/15.71/2024/"


@pytest.fixture
def client() -> Client:
    declare("uji", [declared("air", Entered(), period=PeriodType.YEAR)], today=date(2026, 11, 24))
    new = NewValue(
        indicator=Indicator.objects.get(code="air"), place=places()["15.71"], period=parse(PeriodType.YEAR, "2024"),
        value=4.0, origin=Origin.ENTERED, cause=Cause.IMPORTED,
    )  # fmt: skip
    keep([new])
    add_account("administrator", PASSWORD, [Grant("administrator")])
    found = Client(headers={"Accept-Language": "id"})
    assert found.login(username="administrator", password=PASSWORD)
    return found


#: A reason as long as the form takes that grows when it is told apart from the machine's sentences.
GROWS = '{"say":' + "x" * 493


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"value": "4", "reason": "x"}, "value", "Angka itu sudah tercatat."),
        ({"value": "1e300", "reason": "x"}, "value", "Angkanya terlalu besar."),
        ({"value": "5", "reason": GROWS}, "reason", "Isian alasan terlalu panjang; paling banyak 500 huruf."),
        ({"value": "", "reason": "x", "note": GROWS[:300]}, "note",
         "Isian catatan terlalu panjang; paling banyak 300 huruf."),
    ],
)  # fmt: skip
def test_each_refusal_stands_at_its_field(
    client: Client, given: dict[str, str], field: str, sentence: str
) -> None:
    answer = client.post(PAGE, given | {"version": "1"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field] == [sentence]
    assert Value.objects.count() == 1
