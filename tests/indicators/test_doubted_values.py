"""A value that a recomputation disagrees with says so where it is read: list, page and downloads."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.test_pages import city as city  # noqa: PLC0414 (a fixture)
from indicators.test_pages import doubt, logged_in, told
from jcoc.city.models import Place
from jcoc.indicators.models import Cause, Value

MARK = re.compile(r'<(span|a) class="doubted"[^>]*>.*?</\1>', re.S)


def values(**where: Any) -> list[Value]:
    return list(Value.objects.filter(**where).order_by("start", "place__code"))


def marks(client: Client, address: str) -> list[str]:
    text = client.get(address).content.decode()
    return [found.group(0) for found in MARK.finditer(text)]


@pytest.mark.parametrize(
    ("role", "where", "count"),
    [
        ("administrator", {}, 2),
        ("agency_officer", {"programme": "uji"}, 2),
        ("agency_officer", {"programme": "lain"}, 0),
        ("auditor", {}, 0),
    ],
)
def test_the_list_tells_how_many_wait_for_the_readers_answer(
    city: Place, role: str, where: dict[str, str], count: int
) -> None:
    told("satu", [city], 2022, 2024)
    told("tertutup", [city], 2024, 2024)
    closed, first, _other = values(indicator__code="satu")
    doubt(closed, closed=True)
    doubt(first)
    doubt(values(indicator__code="tertutup")[0])
    page = logged_in(role, **where).get("/indicators/")
    assert page.context["to_answer"] == count
    assert (f"{count} open" in page.content.decode()) is bool(count)


def test_who_is_not_logged_in_is_told_of_none_and_asks_nothing_for_it(city: Place) -> None:
    told("satu", [city], 2024, 2024)
    page = Client()
    page.get("/indicators/")
    doubt(values()[0])
    with CaptureQueriesContext(connection) as seen:
        assert page.get("/indicators/").context["to_answer"] == 0
    assert not [query for query in seen if "indicators_flag" in query["sql"]]


def test_head_course_and_places_mark_what_is_doubted(city: Place) -> None:
    kelurahan = list(Place.objects.filter(level="kelurahan"))[:2]
    told("satu", [city, *kelurahan], 2023, 2024)
    address, client = "/indicators/satu/?period=2024", Client(headers={"Accept-Language": "en"})
    assert marks(client, address) == []
    doubt(values(place=city, start__year=2023)[0], closed=True)
    assert marks(client, address) == [], "it was answered"
    doubt(values(place=city, start__year=2024)[0])
    assert len(marks(client, address)) == 2, "the head and the course"
    doubt(values(place=kelurahan[0], start__year=2024)[0])
    found = marks(client, address)
    assert len(found) == 3
    assert all("<svg" in mark and "doubted</span>" in mark and "href" not in mark for mark in found)
    assert all("diragukan" in mark for mark in marks(Client(headers={"Accept-Language": "id"}), address))
    assert len(marks(client, "/indicators/satu/?period=2024&sort=value")) == 3, "also without groups"


@pytest.mark.parametrize(("role", "leads"), [("administrator", True), ("auditor", True), ("operator", False)])
def test_the_mark_leads_to_the_flag_of_that_value(city: Place, role: str, leads: bool) -> None:
    told("satu", [city], 2021, 2024)
    for value in values():
        doubt(value)
    newest = values()[-1]
    client = logged_in(role)
    head, *course = marks(client, "/indicators/satu/")
    assert len(course) == 4
    to = f'href="/indicators/flags/?value={newest.pk}"'
    assert (to in head, to in course[0]) == (leads, leads)
    if leads:
        shown = client.get(f"/indicators/flags/?value={newest.pk}")
        assert [flag.value_id for flag in shown.context["page_obj"]] == [newest.pk]
        assert 'href="/indicators/flags/"' in shown.content.decode(), "the way back to all"


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "²"])
def test_of_no_value_there_are_no_flags(city: Place, asked: str) -> None:
    told("satu", [city], 2024, 2024)
    doubt(values()[0])
    page = logged_in("administrator").get("/indicators/flags/", {"value": asked})
    assert page.status_code == 200 and not page.context["page_obj"].object_list


@pytest.mark.parametrize("query", ["", "?revisions=all"])
def test_the_downloads_say_which_values_are_flagged(city: Place, query: str) -> None:
    told("satu", [city], 2022, 2024)
    told("satu", [city], 2022, 2022, 71, follows=1, reason="Salah ketik.", cause=Cause.CORRECTED)
    closed, flagged = values(start__year__gte=2023)
    doubt(closed, closed=True)
    doubt(flagged)

    def body(form: str) -> str:
        return b"".join(Client().get(f"/indicators/satu.{form}{query}").streaming_content).decode()  # type: ignore[attr-defined]

    lines = list(csv.DictReader(io.StringIO(body("csv"))))
    assert {line["flagged"] for line in lines if line["period"] != "2024"} == {"false"}
    assert [line["flagged"] for line in lines if line["period"] == "2024"] == ["true"]
    told_so = json.loads(body("json"))["values"]
    assert [row["flagged"] for row in told_so] == [line["flagged"] == "true" for line in lines]
    columns = Client().get("/indicators/satu.csv-metadata.json").json()["tableSchema"]["columns"]
    assert {"name": "flagged", "titles": "flagged", "datatype": "boolean"} in columns
    assert [each["name"] for each in columns] == list(lines[0])
