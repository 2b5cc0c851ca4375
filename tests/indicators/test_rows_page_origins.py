"""Of a value that no rows are behind, the page says in words how it came here, and shows what is kept nowhere raw."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.laid_out import NOW, declared, gauge, places, send
from indicators.laid_out import kept as kept_indicator
from indicators.spreadsheet.handing_in import client_of, draft_of
from indicators.spreadsheet.sheets import saved, workbook
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.models import Place
from jcoc.city.services import load_city
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, parse
from jcoc.indicators.services.computing import recompute
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.spreadsheet import services
from jcoc.indicators.spreadsheet.models import Import
from jcoc.trail.actor import LOCAL, acting

pytestmark = pytest.mark.django_db


def shown(address: str, client: Client | None = None, language: str = "en") -> dict[str, str]:
    """What the list of the page says, without markup."""
    client = client or Client(headers={"Accept-Language": language})
    text = client.get(address).content.decode()
    assert "{&quot;" not in text and '{"file"' not in text
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text)
    return {name: re.sub(r"<.*?>", "", words).strip() for name, words in found}


@pytest.fixture
def waste(runtime: Any) -> Indicator:
    load_city(read_city(KOTA_JAMBI))
    declare(
        "uji", [declared("sampah", Entered(), unit="t", period=PeriodType.MONTH)], today=date(2026, 11, 24)
    )
    return Indicator.objects.get(code="sampah")


@cache
def file_with(number: float) -> bytes:
    """The same bytes each time: a workbook holds the moment at which it was saved."""
    return saved(workbook(["Kelurahan", "2025-01"], ["Legok", number]))


def hand_in(waste: Indicator, number: float, actor: str = "user-7", reason: str = "") -> Import:
    with acting(actor):
        draft = draft_of(waste, file_with(number))
        return services.keep(draft, services.look(draft).seal, reason)


def page_of(part: str = "rows") -> str:
    return f"/indicators/sampah/{part}/{Value.objects.current().get().place.code}/2025-01/"


def test_of_a_spreadsheet_it_says_sheet_cell_who_and_when(waste: Indicator) -> None:
    made = hand_in(waste, 3)
    told = shown(page_of())
    assert (told["Sheet"], told["Cell"]) == ("Data", "B2")
    assert re.fullmatch(r"by user-7, .*\d{4}.*\d\d[:.]\d\d.* WIB", told["Handed in"])
    assert told["SHA-256 of the file"].replace(" ", "") == made.sha256
    assert "File" not in told, "a file's name is shown to those who may see its import"
    told = shown(page_of(), language="id")
    assert told["Lembar"] == "Data" and told["Diserahkan"].startswith("oleh user-7, ")


def test_whoever_may_see_the_import_finds_its_page(waste: Indicator) -> None:
    first, admin = hand_in(waste, 3), client_of("admin-uji", "administrator")
    hand_in(waste, 4, "user-8", "Salah ketik.")
    second = hand_in(waste, 3, "user-9", "Ternyata benar.")  # the first file again
    assert second.sha256 == first.sha256
    text = admin.get(page_of()).content.decode()
    assert f'<a href="/indicators/import/{second.pk}/">data.xlsx</a>' in text and str(first.pk) not in text
    told = shown(page_of(), admin)
    assert told["Handed in"].startswith("by user-9, ") and told["Reason"] == "Ternyata benar."
    assert told["Stood before"].startswith("4.0\u00a0t (handed in by the agency)")
    operator = client_of("operator-uji", "operator").get(page_of()).content.decode()
    assert "/indicators/import/" not in operator and "data.xlsx" not in operator


def test_of_a_corrected_one_it_says_who_why_and_what_stood_before(waste: Indicator) -> None:
    hand_in(waste, 3)
    with acting("user-8"):
        correct(Value.objects.get().pk, follows=1, value=5.0, reason="Ditimbang ulang.")
    told = shown(page_of())
    assert told["Corrected"].startswith("by user-8, ") and told["Reason"] == "Ditimbang ulang."
    assert told["Stood before"].startswith("3.0\u00a0t (handed in by the agency)")
    assert told["Handed in"].startswith("by user-7, ") and told["Cell"] == "B2"
    assert f'href="{page_of("revisions")}"' in Client().get(page_of()).content.decode()


def test_of_a_published_one_it_says_source_address_and_note(waste: Indicator) -> None:
    new = NewValue(
        indicator=waste, place=Place.objects.get(code="15.71"), period=parse(PeriodType.MONTH, "2025-01"),
        value=835.0, origin=Origin.PUBLISHED, cause=Cause.PUBLISHED, source_name="Buku tahunan",
        source_url="https://example.org/buku", note="Angka sementara.",
    )  # fmt: skip
    with acting(LOCAL):
        keep([new])
    told = shown(page_of())
    names = ("Source", "Address of the source", "Note")
    assert [told[name] for name in names] == ["Buku tahunan", "https://example.org/buku", "Angka sementara."]
    assert told["Entered here"].startswith("from the command line, ")
    assert shown(page_of("revisions"))["By"] == "from the command line"
    assert shown(page_of("revisions"), language="id")["Oleh"] == "dari baris perintah"


def test_what_was_asked_names_the_place_and_days(runtime: Any) -> None:
    places()
    send(runtime.store, gauge("a", 103.620), date(2024, 5, 1), [1.0] * 3)
    kept_indicator()
    recompute(runtime.store, Indicator.objects.all(), date(2024, 5, 1), date(2024, 5, 1), now=NOW)
    told = shown("/indicators/level-mean/rows/15.71/2024-05-01/")
    assert (told["From"], told["To"]) == ("1 May 2024", "1 May 2024, to the end of the day")
    assert "T24:00" not in "".join(told.values())


def test_as_many_queries_after_many_files_and_revisions(waste: Indicator) -> None:
    admin = client_of("admin-uji", "administrator")

    def queries() -> int:
        assert admin.get(page_of()).status_code == 200  # what is made once
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(page_of()).status_code == 200
        return len(seen)

    hand_in(waste, 3)
    with acting("user-8"):
        correct(Value.objects.get().pk, follows=1, value=5.0, reason="x")
    before = queries()
    for number in range(6, 12):
        hand_in(waste, number, f"user-{number}", "x")
    value = Value.objects.current().get()
    with acting("user-8"):
        correct(value.pk, follows=value.revision, value=5.0, reason="x")
    assert queries() == before
