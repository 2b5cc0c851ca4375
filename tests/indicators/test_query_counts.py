"""As many queries for many flags, revisions, files and cells as for few."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.laid_out import declared
from indicators.spreadsheet.sheets import saved, workbook
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.models import Place
from jcoc.city.services import load_city
from jcoc.indicators.declaration import Entered
from jcoc.indicators.models import Cause, Flag, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType, between
from jcoc.indicators.services.correcting import correct
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.spreadsheet import services
from jcoc.people.services import Grant, add_account
from jcoc.trail.actor import acting
from jcoc.trail.audit.guard import unguarded
from support import PASSWORD

pytestmark = pytest.mark.django_db
KELURAHAN = "kelurahan"


@pytest.fixture
def client() -> Client:
    load_city(read_city(KOTA_JAMBI))
    fields = {"unit": "t", "period": PeriodType.MONTH}
    declare("uji", [declared(f"uji-{n}", Entered(), **fields) for n in range(8)], today=date(2026, 11, 24))
    add_account("administrator", PASSWORD, [Grant("administrator")])
    found = Client(headers={"Accept-Language": "id"})
    assert found.login(username="administrator", password=PASSWORD)
    return found


def queries(client: Client, url: str) -> int:
    assert client.get(url).status_code == 200  # what is made once
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def values(code: str, places: int, months: int = 1) -> list[Value]:
    indicator = Indicator.objects.get(code=code)
    return keep(
        [
            NewValue(
                indicator=indicator, place=place, period=period, value=1.0, origin=Origin.ENTERED,
                cause=Cause.IMPORTED,
            )
            for place in Place.objects.filter(level=KELURAHAN, valid_from=None)[:places]
            for period in between(PeriodType.MONTH, date(2024, 1, 1), date(2024, months, 1))
        ]
    )  # fmt: skip


def test_flags_open_and_closed(client: Client) -> None:
    def flagged(code: str, places: int) -> None:
        with unguarded():
            for number, value in enumerate(values(code, places)):
                closed = "2024-06-01T00:00:00Z" if number % 2 else None
                Flag.objects.create(value=value, kept="1.0", recomputed="2.0", closed=closed)

    flagged("uji-0", 2)
    pages = ("/indicators/flags/", "/indicators/flags/?closed=1")
    before = [queries(client, page) for page in pages]
    for number in range(1, 8):
        flagged(f"uji-{number}", 8)
    assert [queries(client, page) for page in pages] == before
    assert len(client.get(pages[0]).context["page_obj"].object_list) == 25, "more than one page of them"


def test_revisions_by_many_people(client: Client) -> None:
    (value,) = values("uji-0", 1)
    page = f"/indicators/uji-0/revisions/{value.place.code}/2024-01/"
    with acting("user-1"):
        value = correct(value.pk, follows=1, value=2.0, reason="x")
    before = queries(client, page)
    for number in range(2, 12):
        add_account(f"petugas-{number}", PASSWORD, [Grant("agency_officer")])
        with acting(f"user-{number}"):
            value = correct(value.pk, follows=number, value=float(number + 1), reason="x")
    assert queries(client, page) == before
    assert len(client.get(page).context["steps"]) == 12


def handed_in(code: str, rows: int, months: int = 1) -> services.Import:
    names = Place.objects.filter(level=KELURAHAN, valid_from=None).values_list("name", flat=True)[:rows]
    heads = [f"2024-{month:02}" for month in range(1, months + 1)]
    book = workbook(["Kelurahan", *heads], *([f"Kel. {name}", *range(1, months + 1)] for name in names))
    return services.draft(ContentFile(saved(book), f"{code}.xlsx"), [Indicator.objects.get(code=code)])


def test_the_page_where_files_are_handed_in(client: Client) -> None:
    with acting("user-0"):
        handed_in("uji-0", 2)
    before = queries(client, "/indicators/import/")
    for number in range(1, 8):
        with acting(f"user-{number}"):
            handed_in(f"uji-{number}", 2)
    assert queries(client, "/indicators/import/") == before
    assert len(client.get("/indicators/import/").context["rows"]) == 8


def test_a_preview_of_two_cells_and_of_seven_hundred(client: Client) -> None:
    values("uji-0", 1)
    few = handed_in("uji-0", 2)
    before = queries(client, f"/indicators/import/{few.pk}/")
    values("uji-1", 60, months=6)
    many = handed_in("uji-1", 60, months=12)
    assert queries(client, f"/indicators/import/{many.pk}/") == before
    found = client.get(f"/indicators/import/{many.pk}/").context["counts"]
    assert sum(found.values()) == 720 and found["new"] == 360
