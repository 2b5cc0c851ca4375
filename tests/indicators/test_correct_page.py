"""The page of a correction says each refusal at its field, in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from indicators.laid_out import declared, places
from jcoc.indicators.declaration import Entered
from jcoc.indicators.forms import CorrectionForm, written
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
        ({"value": "9" * 30, "reason": "x"}, "value", "Angkanya terlalu besar."),
        ({"value": "1e300", "reason": "x"}, "value", "Isi dengan angka."),
        ({"value": "1.234", "reason": "x"}, "value",
         "“1.234” dapat dibaca dengan dua cara. Tulis 1234 jika bilangan bulat, jika tidak 1.2340."),
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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.205", 0.205),
        ("0,205", 0.205),
        ("5,5", 5.5),
        ("5.5", 5.5),
        ("1.2340", 1.234),
        ("1,2340", 1.234),
        ("5", 5.0),
    ],
)
def test_a_number_is_read_as_a_spreadsheets_is(client: Client, text: str, number: float) -> None:
    answer = client.post(PAGE, {"value": text, "reason": "x", "version": "1", "anyway": "on"})
    assert answer.status_code == 302
    assert Value.objects.current().get().value == number


@pytest.mark.parametrize("value", [4.0, 1.234, 123.456, 1234.0, 145.46854838709677, -0.205, 1e-7, 1e14])
@pytest.mark.parametrize("language", ["id", "en"])
def test_what_stands_in_the_field_is_read_as_what_it_was(value: float, language: str) -> None:
    with override(language):
        form = CorrectionForm({"value": written(value), "reason": "x"})
        assert form.is_valid() and form.cleaned_data["value"] == value


@pytest.mark.parametrize("number", ["400", "0,01"])
def test_a_doubtful_number_is_asked_about_and_kept_all_the_same(client: Client, number: str) -> None:
    given = {"value": number, "reason": "x", "version": "1"}
    answer = client.post(PAGE, given)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["anyway"]
    assert answer.context["form"].errors["anyway"] == [
        "Nilai yang berlaku sekarang 4: yang satu sepuluh kali lipat yang lain, atau lebih.",
        "Betulkan nilainya, atau centang kotak ini.",
    ]
    assert 'type="checkbox" name="anyway"' in answer.content.decode()
    assert Value.objects.count() == 1
    assert client.post(PAGE, given | {"anyway": "on"}).status_code == 302
    assert Value.objects.current().get().value == float(number.replace(",", "."))
