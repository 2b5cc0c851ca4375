"""The pages of indicators: found, shown, taken away, corrected; as many queries for many as for few."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from jcoc.city.facts import read_city
from jcoc.city.models import Place
from jcoc.city.services import load_city
from jcoc.indicators.declaration import Direction, Entered, Indicator, Target
from jcoc.indicators.models import Cause, Flag, Origin, Value
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.periods import PeriodType, between
from jcoc.indicators.said import say
from jcoc.indicators.services.declaring import declare
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.words import Words
from jcoc.people.services import Grant, add_account
from jcoc.trail.audit.guard import unguarded
from support import PASSWORD, ROOT

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def declared(code: str, **other: Any) -> Indicator:
    fields: dict[str, Any] = {
        "code": code, "name": Words(f"Nama {code}", f"Name {code}"), "method": Words("Cara", "Way"), "unit": "%",
        "direction": Direction.HIGHER, "period": PeriodType.YEAR, "dimension": "living", "sub_dimension": "health",
        "owner": "Dinas Uji", "source": Entered(), "targets": (Target("2021", 50), Target("2025", 90)),
        "target_source": "Rencana uji",
    }  # fmt: skip
    return Indicator(**(fields | other))


def told(
    code: str, places: Sequence[Place], first: int, last: int, value: float = 60.0, **other: Any
) -> None:
    indicator = Kept.objects.get(code=code)
    fields = {"origin": Origin.ENTERED, "cause": Cause.IMPORTED} | other
    keep(
        [
            NewValue(indicator=indicator, place=place, period=period, value=value, **fields)
            for period in between(PeriodType.YEAR, date(first, 1, 1), date(last, 1, 1))
            for place in places
            if (place.valid_from or date.min) <= period.end <= (place.valid_to or date.max)
        ]
    )


@pytest.fixture
def city(runtime: Any) -> Place:
    load_city(read_city(ROOT / "src/jcoc/city/data/kota_jambi"))
    declare("uji", [declared("satu"), declared("tertutup", public=False)], today=TODAY)
    return Place.objects.get(level="kota")


def doubt(value: Value, *, closed: bool = False) -> None:
    settled = {"closed": NOON, "closed_why": "Sumber dihapus."} if closed else {}
    with unguarded():
        Flag.objects.create(value=value, kept="60.0", recomputed="61.0", **settled)


def logged_in(role: str, **where: Any) -> Client:
    add_account(role, PASSWORD, [Grant(role, **where)])
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username=role, password=PASSWORD)
    return client


def queries(url: str) -> int:
    client = Client()
    assert client.get(url).status_code == 200  # what is made once: the map
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_finds_and_filters(city: Place) -> None:
    told("satu", [city], 2024, 2024, 70)  # asked: 80
    client = Client(headers={"Accept-Language": "en"})
    for query, found in (
        ("", True), ("?q=SATU", True), ("?q=nothing", False), ("?dimension=economy", False),
        ("?standing=behind", True), ("?standing=reached", False), ("?origin=entered", True),
        ("?origin=measured", False), ("?retired=1", False), ("?page=9", True),
    ):  # fmt: skip
        text = client.get(f"/indicators/{query}").content.decode()
        assert ("Name satu" in text) is found, query
        assert "tertutup" not in text
    declare("uji", [], today=TODAY)
    assert "Name satu" in client.get("/indicators/?retired=1").content.decode()


def test_what_has_a_target_stands_first_and_a_long_row_without_one_is_folded(city: Place) -> None:
    free = [declared(f"bebas-{n}", targets=(), target_source="") for n in range(4)]
    declare("uji", [declared("satu"), *free], today=TODAY)
    client = Client(headers={"Accept-Language": "en"})

    def groups(query: str = "") -> list[tuple[list[str], list[str]]]:
        (section,) = client.get(f"/indicators/{query}").context["sections"]
        return [
            ([line.indicator.code for line in each.lines], [line.indicator.code for line in each.folded])
            for each in section.groups
        ]

    assert groups() == [(["satu"], [each.code for each in free])]
    assert 'indicator-fold" open' not in client.get("/indicators/").content.decode()
    assert 'indicator-fold" open' in client.get("/indicators/?q=bebas").content.decode()
    assert groups("?q=bebas-2") == [(["bebas-2"], [])]
    declare("uji", [declared("satu"), *free[:3]], today=TODAY)
    assert groups() == [(["satu", "bebas-0", "bebas-1", "bebas-2"], [])]


def test_who_is_staff_sees_what_is_not_public(city: Place) -> None:
    operator = logged_in("operator")
    for address in ("tertutup/", "tertutup.csv", "tertutup.json", "tertutup.csv-metadata.json"):
        assert Client().get(f"/indicators/{address}").status_code == 404
        assert operator.get(f"/indicators/{address}").status_code == 200


def test_a_year_is_shown_on_the_places_of_that_year(city: Place) -> None:
    told("satu", list(Place.objects.filter(level="kelurahan")), 2021, 2024)
    client = Client(headers={"Accept-Language": "en"})
    old = client.get("/indicators/satu/?period=2021")
    assert (old.context["within"]["all"], old.context["within"]["told"]) == (62, 62)
    assert "Aur Kenali" not in [row.place.name for row in old.context["within"]["rows"]]
    assert client.get("/indicators/satu/").context["within"]["all"] == 68


def test_the_places_open_at_the_period_of_the_head(city: Place) -> None:
    some = list(Place.objects.filter(level="kelurahan"))[:3]
    told("satu", [city], 2021, 2023)
    told("satu", some, 2021, 2022)
    client = Client()
    without = client.get("/indicators/satu/").context
    assert (without["newest"].period.code, without["within"]["period"].code) == ("2023", "2022")
    told("satu", some, 2023, 2024)
    page = client.get("/indicators/satu/").context
    assert (page["newest"].period.code, page["within"]["period"].code) == ("2023", "2023")
    assert page["within"]["choice"].later.code == "2024"
    assert client.get("/indicators/satu/?year=2024").context["within"]["period"].code == "2024"
    own = client.get(f"/indicators/satu/?place={some[0].code}").context
    assert (own["newest"].period.code, own["within"]["period"].code) == ("2024", "2024")


def test_a_place_says_its_level(city: Place) -> None:
    """A kecamatan and one of its kelurahan may have one name."""
    twins = list(Place.objects.filter(name="Telanaipura", valid_to=None))
    assert sorted(place.level for place in twins) == ["kecamatan", "kelurahan"]
    told("satu", twins, 2024, 2024)
    for query in ("", "?sort=name"):
        page = Client().get(f"/indicators/satu/{query}").content.decode()
        assert '<span class="muted" title="kecamatan">Kec.</span> <strong>Telanaipura</strong>' in page
        assert '<span class="muted" title="kelurahan">Kel.</span> <strong>Telanaipura</strong>' in page


def test_places_are_searched_and_sorted(city: Place) -> None:
    first, second = Place.objects.filter(level="kelurahan")[:2]
    told("satu", [first], 2024, 2024, 10)
    told("satu", [second], 2024, 2024, 20)
    rows = Client().get("/indicators/satu/?sort=-value").context["within"]["rows"]
    assert [row.place for row in rows[:2]] == [second, first]
    rows = Client().get(f"/indicators/satu/?q={first.name.upper()}").context["within"]["rows"]
    assert first in [row.place for row in rows] and len(rows) < 10


def test_of_ten_years_of_days_one_is_asked_for_by_its_date(city: Place) -> None:
    declare("uji", [declared("harian", period=PeriodType.DAY, targets=())], today=TODAY)
    kelurahan = Place.objects.filter(level="kelurahan")[0]
    some = [date(2024, 12, 31), date(2024, 12, 30), date(2020, 2, 29), date(2015, 1, 1)]
    daily(kelurahan, *some)
    client = Client(headers={"Accept-Language": "en"})
    page = client.get("/indicators/harian/")
    choice = page.context["within"]["choice"]
    assert (choice.period.start, choice.earlier.start, choice.later) == (some[0], some[1], None)
    assert (
        'type="date"' in page.content.decode()
        and "<option" not in page.content.decode().split("places-title")[2]
    )
    choice = client.get("/indicators/harian/?period=2020-02-29").context["within"]["choice"]
    assert (choice.period.start, choice.earlier.start, choice.later.start) == (some[2], some[3], some[1])
    between_two = client.get("/indicators/harian/?period=2019-07-01").context["within"]
    assert (between_two["told"], between_two["choice"].earlier.start) == (0, some[3])
    for wrong in ("2031-01-01", "1999-01-01", "nonsense", "2020-02-30"):
        assert client.get(f"/indicators/harian/?period={wrong}").context["within"]["period"].start == some[0]


def test_of_ten_years_of_weeks_the_year_is_chosen_first(city: Place) -> None:
    declare("uji", [declared("mingguan", period=PeriodType.WEEK, targets=())], today=TODAY)
    kelurahan = Place.objects.filter(level="kelurahan")[0]
    daily(kelurahan, date(2024, 3, 4), date(2024, 2, 26), date(2019, 5, 6), date(2015, 1, 5), code="mingguan")
    client = Client(headers={"Accept-Language": "en"})
    choice = client.get("/indicators/mingguan/").context["within"]["choice"]
    assert ([each.start for each in choice.periods], choice.years) == (
        [date(2024, 3, 4), date(2024, 2, 26)], tuple(range(2024, 2014, -1)),
    )  # fmt: skip
    choice = client.get("/indicators/mingguan/?period=2024-W10&year=2019").context["within"]["choice"]
    assert (choice.period.start, choice.later.start) == (date(2019, 5, 6), date(2024, 2, 26))
    # A year of which nothing is told leads to the newest.
    assert client.get("/indicators/mingguan/?year=2017").context["within"]["period"].start == date(2024, 3, 4)


def daily(place: Place, *days: date, code: str = "harian") -> None:
    indicator = Kept.objects.get(code=code)
    keep(
        [
            NewValue(
                indicator=indicator, place=place, period=indicator.period_of(day), value=60.0,
                origin=Origin.ENTERED, cause=Cause.IMPORTED,
            )
            for day in days
        ]
    )  # fmt: skip


def test_places_that_are_not_told_are_folded_by_their_kecamatan(city: Place) -> None:
    first = Place.objects.filter(level="kelurahan").select_related("parent")[0]
    told("satu", [first], 2024, 2024)
    page = Client(headers={"Accept-Language": "en"}).get("/indicators/satu/")
    within = page.context["within"]
    assert [row.place for row in within["rows"]] == [first]
    assert [[row.place for row in rows] for _head, rows in within["groups"]] == [[first]]
    names = dict(within["untold"])
    assert within["silent"] == 11 + 67
    assert len(names[""]) == 11
    assert first.parent and first.name not in names[first.parent.name]
    assert "78 places are not told" in page.content.decode()
    searched = Client(headers={"Accept-Language": "en"}).get("/indicators/satu/?q=Aur+Kenali")
    assert [names for _kecamatan, names in searched.context["within"]["untold"]] == [["Aur Kenali"]]
    assert "No place is called so" not in searched.content.decode()


def test_queries_do_not_grow_with_indicators_values_and_places(city: Place) -> None:
    few_places = list(Place.objects.filter(level="kelurahan")[:1])
    told("satu", [city, *few_places], 2023, 2024)
    before = {url: queries(url) for url in ("/indicators/", "/indicators/satu/", "/indicators/satu.csv")}
    told("satu", [city, *few_places], 1930, 2022)
    told(
        "satu",
        list(Place.objects.filter(level__in=["kelurahan", "kecamatan"]).exclude(pk=few_places[0].pk)),
        2024,
        2024,
    )
    many = [declared("satu"), *(declared(f"banyak-{n}") for n in range(25))]
    declare("uji", many, today=TODAY)
    for each in many[1:]:
        told(each.code, [city], 2015, 2024)
    for value in Value.objects.filter(indicator__code="satu", start__year=2024):
        doubt(value)
    assert {url: queries(url) for url in before} == before


def test_days_take_no_more_queries_than_years(city: Place) -> None:
    kelurahan = Place.objects.filter(level="kelurahan")[0]
    declare("uji", [declared("satu"), declared("harian", period=PeriodType.DAY, targets=())], today=TODAY)
    told("satu", [city, kelurahan], 2015, 2024)
    days = [date(2015, 1, 1) + timedelta(days=n) for n in range(0, 3_650, 5)]
    for place in (city, kelurahan):
        daily(place, *days)
    assert queries("/indicators/harian/") <= queries("/indicators/satu/")


def test_revisions_show_each_step(city: Place) -> None:
    told("satu", [city], 2024, 2024, 70)
    told("satu", [city], 2024, 2024, 71.5, follows=1, reason="Dua baris datang.", cause=Cause.LATE)
    page = Client(headers={"Accept-Language": "en"}).get("/indicators/satu/revisions/15.71/2024/")
    text = page.content.decode()
    assert "Dua baris datang." in text and "71.5" in text and "70.0" in text
    assert [step["after"].revision for step in page.context["steps"]] == [2, 1]


def test_the_download_has_method_licence_and_revision(city: Place) -> None:
    told("satu", [city], 2024, 2024, 70, source_name="=1+1")
    told("satu", [city], 2024, 2024, 71, follows=1, reason="Salah ketik.", cause=Cause.CORRECTED)
    body = b"".join(Client().get("/indicators/satu.csv").streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["value"], row["revision"], row["licence"], row["unit"]) == ("71.0", "2", "CC-BY-4.0", "%")
    assert float(row["target"]) == pytest.approx(80, abs=0.1) and row["method"].endswith("/indicators/satu/")
    every = b"".join(Client().get("/indicators/satu.csv?revisions=all").streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(every.decode())))
    assert [row["revision"] for row in rows] == ["1", "2"] and rows[0]["source"] == "'=1+1"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_streamed_speaks_the_language_of_its_request(city: Place, form: str) -> None:
    told("satu", [city], 2024, 2024, 70)
    told("satu", [city], 2024, 2024, 71, follows=1, reason=say("settled"), cause=Cause.COMPUTED)
    answer = Client(headers={"Accept-Language": "en"}).get(f"/indicators/satu.{form}")
    with override("id"):  # what the next request in this thread asks for
        assert "the value is final" in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address", ["rows/15.71/2023/", "rows/15.71/2024-03/", "revisions/15.99/2024/", "rows/15.71/x/"]
)
def test_what_is_not_there_is_not_found(city: Place, address: str) -> None:
    told("satu", [city], 2024, 2024)
    assert Client().get(f"/indicators/satu/{address}").status_code == 404


def test_rows_of_a_value_that_was_handed_in_say_that_there_are_none(city: Place) -> None:
    told("satu", [city], 2024, 2024, source_name="Buku tahunan")
    text = Client(headers={"Accept-Language": "en"}).get("/indicators/satu/rows/15.71/2024/").content.decode()
    assert "no rows behind this value" in text and "Buku tahunan" in text


CORRECT = "/indicators/satu/correct/15.71/2024/"


def test_a_correction_is_a_revision_with_a_reason(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    client = logged_in("administrator")
    assert client.post(CORRECT, {"value": "61.5", "version": "1"}).status_code == 422
    assert client.post(CORRECT, {"value": "", "reason": "x", "version": "1"}).status_code == 422
    assert client.post(CORRECT, {"value": "60", "reason": "x", "version": "1"}).status_code == 422
    assert client.post(CORRECT, {"value": "nan", "reason": "x", "version": "1"}).status_code == 422
    assert Value.objects.count() == 1
    assert (
        client.post(CORRECT, {"value": "61.5", "reason": "Salah jumlah", "version": "1"}).status_code == 302
    )
    now = Value.objects.current().get()
    assert (now.value, now.revision, now.reason, now.cause) == (61.5, 2, "Salah jumlah", Cause.CORRECTED)


def test_who_comes_second_sees_what_the_first_wrote_and_loses_nothing(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    client = logged_in("administrator")
    client.post(CORRECT, {"value": "61.5", "reason": "Kata yang pertama", "version": "1"})
    second = {"value": "63.25", "reason": "Kata yang kedua", "version": "1"}
    page = client.post(CORRECT, second)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Kata yang pertama" in text and "61.5" in text and "Kata yang kedua" in text and "63.25" in text
    assert Value.objects.current().get().revision == 2
    assert client.post(CORRECT, second | {"version": "2"}).status_code == 302
    assert Value.objects.current().get().value == 63.25


def test_an_officer_corrects_the_own_programme_alone(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    assert logged_in("agency_officer", programme="lain").get(CORRECT).status_code == 403


def test_an_officer_of_the_programme_may(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    assert logged_in("agency_officer", programme="uji").get(CORRECT).status_code == 200


def test_a_flag_is_closed_with_a_reason(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    with unguarded():
        flag = Flag.objects.create(value=Value.objects.get(), kept="60.0", recomputed="61.0")
    client = logged_in("administrator")
    assert "61.0" in client.get("/indicators/flags/").content.decode()
    assert client.post(f"/indicators/flags/{flag.pk}/close/", {"why": " "}).status_code == 422
    assert client.post(f"/indicators/flags/{flag.pk}/close/", {"why": "Sumber dihapus."}).status_code == 302
    assert "Sumber dihapus." in client.get("/indicators/flags/?closed=1").content.decode()
    assert client.get("/indicators/flags/").context["page_obj"].paginator.count == 0
