"""The leader's page and sheet, with few and with many indicators."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from pypdf import PdfReader

from jcoc.city.models import Place
from jcoc.indicators.declaration import Direction, Entered, Indicator, Target
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.models import Cause, Origin
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType, containing, following
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
from jcoc.people.services import add_account
from jcoc.trail.audit.guard import unguarded
from support import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Place:
    with unguarded():
        return Place.objects.create(
            code="15.71", name="Kota Uji", level="kota", lon=103.6, lat=-1.6, source="uji"
        )


@pytest.fixture
def client() -> Client:
    add_account("pimpinan", PASSWORD, ["leader"])
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username="pimpinan", password=PASSWORD)
    return client


def declared(number: int, **other: Any) -> Indicator:
    dimension = DIMENSIONS[number % 6]
    fields: dict[str, Any] = {
        "code": f"uji-{number:02}", "name": Words(f"Nama {number:02}", f"Name {number:02}"),
        "method": Words("Cara", "Way"), "unit": "%", "direction": Direction.HIGHER, "period": PeriodType.MONTH,
        "dimension": dimension.code, "sub_dimension": dimension.sub_dimensions[0], "owner": f"Dinas {number:02}",
        "source": Entered(), "targets": (Target("2020-01", 90),), "target_source": "RPJMD",
    }  # fmt: skip
    return Indicator(**(fields | other))


def told(city: Place, code: str, *values: float | None, back: int = 1, **other: Any) -> None:
    """Values of the months that end so many before this one."""
    indicator = Kept.objects.get(code=code)
    last = following(containing(PeriodType(indicator.period_type), timezone.localdate()), -back)
    fields = {"origin": Origin.ENTERED, "cause": Cause.IMPORTED} | other
    keep(
        [
            NewValue(
                indicator=indicator,
                place=city,
                period=following(last, i + 1 - len(values)),
                value=value,
                note="" if value is not None else "Nothing to divide by",
                **fields,
            )
            for i, value in enumerate(values)
        ]
    )


def many(city: Place, count: int, name: str = "", months: int = 6) -> None:
    words = {} if not name else {"name": Words(name, name)}
    declare("uji", [declared(n, **words) for n in range(count)], today=timezone.localdate())
    for n in range(count):
        values = [50.0 + (n * 7 + k * k) % 13 for k in range(months)]
        told(city, f"uji-{n:02}", *values, back=1 if n % 3 else 6, source_name=f"Source {n:02} " + name)


def text_of(pdf: bytes) -> tuple[int, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return len(reader.pages), "\n".join(page.extract_text() for page in reader.pages)


def test_a_new_city_is_told_what_will_stand_here(client: Client) -> None:
    page = client.get("/leader/").content.decode()
    assert "No indicators of the whole city yet" in page
    assert all(dimension.name_en in page for dimension in DIMENSIONS)
    assert text_of(client.get("/leader.pdf").content)[0] == 1


def test_figures_stand_with_unit_period_target_and_marks(client: Client, city: Place) -> None:
    declare(
        "uji", [declared(0), declared(1, direction=Direction.LOWER, targets=())], today=timezone.localdate()
    )
    told(city, "uji-00", 70.0, 75.5, origin=Origin.SIMULATED, provisional=True)
    told(city, "uji-01", 8.0, 9.0, None, origin=Origin.PUBLISHED)
    page = client.get("/leader/").content.decode()
    for words in (
        "75.5\N{NO-BREAK SPACE}%",
        "14.5 points too low",
        "target 90.0",
        "simulated",
        "provisional",
        "published",
    ):
        assert words in page, words
    assert "/indicators/uji-00/" in page
    assert "up 1.0 points, worse" in strip_tags(page)
    assert "up 5.5 points, better" in strip_tags(page)
    count, text = text_of(client.get("/leader.pdf").content)
    assert count == 1
    for words in (
        "Name 00",
        "75.5",
        "14.5 points too low",
        "90.0",
        "simulated",
        "provisional",
        "published",
        "WIB",
        "Dinas 00",
    ):
        assert words in text, words


def test_the_sheet_speaks_the_readers_language(client: Client, city: Place) -> None:
    many(city, 3)
    answer = client.get("/leader.pdf", headers={"Accept-Language": "id"})
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert reader.trailer["/Root"]["/Lang"] == "id"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = reader.pages[0].extract_text()
    assert "Paling tertinggal dari target" in text
    assert re.search(r"kurang \d+,\d poin", text)
    assert "Nama 01" in text


def test_the_sheet_is_one_page_also_with_sixty_indicators_and_long_names(client: Client, city: Place) -> None:
    many(city, 60, "Waktu WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW tanggap dan penyelesaian " * 3)
    for query in ("", "?since=year"):
        count, text = text_of(client.get(f"/leader.pdf{query}").content)
        assert count == 1
        assert "more, on the page of jcoc" in text
        assert "Old, or without a value" in text
        assert "Sources" in text


def test_text_of_people_is_never_source_of_the_sheet(client: Client, city: Place) -> None:
    hostile = '#panic("x") *b* $ \\ " ] #read("/etc/passwd") <script>'
    many(city, 2, hostile)
    count, text = text_of(client.get("/leader.pdf").content)
    assert count == 1
    assert '#read("/etc/passwd")' in text.replace("\n", " ")
    assert "<script>" not in client.get("/leader/").content.decode().split("<main")[1].split("</main")[0]


def test_what_is_usual_is_said_to_be_so(client: Client, city: Place) -> None:
    declare("uji", [declared(0, unit="t"), declared(1, unit="t")], today=timezone.localdate())
    told(city, "uji-00", 50.0, 52.0, 50.0, 52.0, 50.0, 52.0)
    told(city, "uji-01", 50.0, 52.0, 50.0, 52.0, 50.0, 60.0)
    page = client.get("/leader/").content.decode()
    moved = strip_tags(page.split("moved-title")[2])
    assert "1 unusual" in moved
    assert re.search(r"up 10\.0\s+t, better\s*5\.0 × its usual change", moved)
    assert re.search(r"up 2\.0\s+t, better\s*as usual", moved)
    assert "as usual" in text_of(client.get("/leader.pdf").content)[1]


def test_a_move_that_no_digit_shows_is_not_told(client: Client, city: Place) -> None:
    declare("uji", [declared(0), declared(1)], today=timezone.localdate())
    told(city, "uji-00", 50.0, 51.0, 50.0, 51.0, 50.0, 50.04)
    told(city, "uji-01", 50.0, 50.06)
    page = client.get("/leader/?show=moved").content.decode()
    assert "Name 00" not in page
    assert "up 0.1 points" in page


def test_a_list_alone_has_all_its_rows(client: Client, city: Place) -> None:
    declare("uji", [declared(n) for n in range(20)], today=timezone.localdate())
    for n in range(20):
        told(city, f"uji-{n:02}", 40.5 + n, 50.0)
    page = client.get("/leader/").content.decode()
    assert page.count('<li class="leader-row') == 32
    assert 'href="?show=moved"' in page
    assert ">all 20</a>" in page
    page = client.get("/leader/?show=moved").content.decode()
    assert page.count('<li class="leader-row') == 20
    assert "behind-title" not in page
    assert "What moved most" in page
    assert client.get("/leader/?show=nonsense").content.decode().count('<li class="leader-row') == 32


def test_a_period_under_way_is_not_compared(client: Client, city: Place) -> None:
    declare("uji", [declared(0), declared(1)], today=timezone.localdate())
    told(city, "uji-00", 50.0, 51.0)
    told(city, "uji-00", 2.0, back=0, provisional=True)
    told(city, "uji-01", 2.0, back=0, provisional=True)
    page = client.get("/leader/").content.decode()
    assert "51.0\N{NO-BREAK SPACE}%" in page
    assert "its first period is still under way" in page


def test_since_a_year_compares_with_the_same_month(client: Client, city: Place) -> None:
    declare("uji", [declared(0)], today=timezone.localdate())
    told(city, "uji-00", 40.0, *[45.0 + n for n in range(12)])
    assert "from 40.0" in client.get("/leader/?since=year").content.decode()
    assert "from 55.0" in client.get("/leader/?since=period").content.decode()
    assert client.get("/leader/?since=nonsense").status_code == 200


@pytest.mark.parametrize("path", ["/leader/", "/leader/?since=year", "/leader.pdf"])
def test_statements_do_not_grow_with_indicators_and_values(client: Client, city: Place, path: str) -> None:
    many(city, 3, months=14)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    declare("uji-2", [declared(n) for n in range(50, 62)], today=timezone.localdate() - timedelta(days=1))
    for n in range(50, 62):
        told(city, f"uji-{n}", *[float(k) for k in range(20)])
    with CaptureQueriesContext(connection) as more:
        client.get(path)
    assert len(more) == len(few)
