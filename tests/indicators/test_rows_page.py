"""The page and the file of the rows behind a value: bounded, each side of a ratio, to whom they are shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.laid_out import NOW, gauge, kept, places, send
from jcoc.indicators import rows
from jcoc.indicators.declaration import Ratio, Tally
from jcoc.indicators.models import Indicator, Value
from jcoc.indicators.rows import Column, Row, RowSource
from jcoc.indicators.services.computing import recompute
from jcoc.indicators.views import rows as view
from jcoc.indicators.words import Words
from jcoc.people.services import Grant, add_account
from support import PASSWORD

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)
PAGE = "/indicators/level-mean/rows/15.71/2024-05-01/"


def staff() -> Client:
    add_account("operator", PASSWORD, [Grant("operator")])
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username="operator", password=PASSWORD)
    return client


def anybody() -> Client:
    return Client(headers={"Accept-Language": "en"})


def told(answer: Any) -> list[dict[str, str]]:
    body = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(body)))


@pytest.fixture
def levels(runtime: Any) -> Callable[[int], None]:
    places()
    streams = [gauge("a", 103.620), gauge("b", 103.640)]

    def fill(hours: int) -> None:
        for stream in streams:
            send(runtime.store, stream, DAY, [1.0] * hours)
        recompute(runtime.store, Indicator.objects.all(), DAY, DAY, now=NOW)

    kept()
    return fill


def test_pages_follow_one_another_to_the_last_reading(levels: Callable[[int], None]) -> None:
    levels(24 + 12)  # twelve of them the next day
    client, lines, address = anybody(), [], PAGE
    first = client.get(address)
    assert "The rows are the same, and they come to the same number." in first.content.decode()
    for _page in range(3):
        answer = client.get(address)
        lines += [(line["row"].source, line["row"].id) for line in answer.context["lines"]]
        if answer.context["after"] is None:
            break
        address = f"{PAGE}?after={answer.context['after']}"
    assert len(lines) == len(set(lines)) == 48
    view_rows = told(client.get(f"{PAGE}rows.csv"))
    assert [(row["source"], row["id"]) for row in view_rows] == lines


def test_a_page_begins_at_the_day_asked_for_and_at_the_beginning_for_what_is_no_day(
    levels: Callable[[int], None],
) -> None:
    levels(3)
    client = anybody()
    assert len(client.get(f"{PAGE}?from=2024-05-01").context["lines"]) == 6
    assert client.get(f"{PAGE}?from=2024-05-02").context["lines"] == []
    for nonsense in ("from=x", "from=0000-00-00", "after=x", "after=9~99999999", "from=9999-12-31"):
        assert client.get(f"{PAGE}?{nonsense}").status_code == 200


def test_more_rows_than_a_page_compares_are_shown_and_not_compared(
    levels: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    levels(3)
    monkeypatch.setattr(view, "MOST_COMPARED", 5)
    page = anybody().get(PAGE)
    assert "too many to be compared" in page.content.decode()
    assert len(page.context["lines"]) == 6 and "compared" not in page.context


def test_queries_do_not_grow_with_rows_streams_and_revisions(
    runtime: Any, levels: Callable[[int], None]
) -> None:
    addresses = (PAGE, f"{PAGE}rows.csv", PAGE.replace("rows", "revisions"), f"{PAGE}?from=2024-05-01")

    def queries() -> dict[str, int]:
        found = {}
        for address in addresses:
            client = anybody()
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(address)
                assert answer.status_code == 200
                if answer.streaming:
                    assert told(answer)
            found[address] = len(seen)
        return found

    levels(1)
    queries()  # what is made once
    before = queries()
    levels(12)
    for number in range(12):
        send(runtime.store, gauge(f"more-{number}", 103.620 + number % 2 / 50), DAY, [2.0] * 24)
        recompute(runtime.store, Indicator.objects.all(), DAY, DAY, now=NOW)
    assert Value.objects.current().get(place__code="15.71").revision == 14
    assert queries() == before


@pytest.fixture
def ratio(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pupils who came, of whom were asked; of the second there are three pages."""
    places()
    came = [Row(f"c{number}", DAY, "15.71.02.1001", (number,)) for number in range(3)]
    asked = [Row(f"a{number:03}", DAY, "15.71.02.1002", (f"class {number}", 30)) for number in range(120)]
    for code, name, columns, found in (
        ("came", "Came", (Column("pupils", Words("murid", "pupils")),), came),
        (
            "asked",
            "Asked",
            (Column("class", Words("kelas", "class")), Column("seats", Words("kursi", "seats"))),
            asked,
        ),
    ):
        source = RowSource(code, Words(name, name), columns, lambda _first, _last, found=found: found)  # type: ignore[misc]
        monkeypatch.setitem(rows._sources, code, source)
    kept("came", Ratio(numerator=Tally("came", "pupils"), denominator=Tally("asked"), factor=100), unit="%")
    recompute(runtime.store, Indicator.objects.all(), DAY, DAY, now=NOW)


RATIO = PAGE.replace("level-mean", "came")


def test_each_side_of_a_ratio_is_shown_with_its_own_columns(ratio: None) -> None:
    client = staff()
    counted, divided = client.get(RATIO), client.get(f"{RATIO}?of=denominator")
    assert counted.context["columns"] == ["pupils"]
    assert counted.context["asked"][:2] == [
        ("Counted", "sum of pupils in Came"),
        ("Divided by", "rows of Asked"),
    ]
    assert "<strong>1 May 2024</strong>" in counted.content.decode()
    assert [line["row"].id for line in counted.context["lines"]] == ["c0", "c1", "c2"]
    assert divided.context["columns"] == ["class", "seats"]
    assert len(divided.context["lines"]) == 50
    last = client.get(f"{RATIO}?of=denominator&page=3")
    assert [line["cells"] for line in last.context["lines"]][-1] == ["class 119", 30]
    for page in (counted, divided):
        assert "The rows are the same, and they come to the same number." in page.content.decode()
        assert (
            "Counted: Came (3)" in page.content.decode()
            and "Divided by: Asked (120)" in page.content.decode()
        )
    assert [row["pupils"] for row in told(client.get(f"{RATIO}rows.csv"))] == ["0", "1", "2"]
    file = told(client.get(f"{RATIO}rows.csv?of=denominator"))
    assert len(file) == 120 and file[7]["class"] == "class 7"
    assert 'rows.csv?of=denominator"' in divided.content.decode()


def test_a_side_that_there_is_not_is_not_found(ratio: None) -> None:
    client = staff()
    assert client.get(f"{RATIO}?of=both").status_code == 404
    assert client.get(f"{RATIO}rows.csv?of=both").status_code == 404


def test_records_of_a_programme_are_shown_to_staff_alone(ratio: None) -> None:
    page = anybody().get(RATIO)
    assert page.context["hidden"] == 123 and page.context["lines"] == []
    assert "123 rows are shown to the city" in page.content.decode()
    file = anybody().get(f"{RATIO}rows.csv")
    assert file.status_code == 403, "an empty file would say that there are none"
    assert "shown to the city's staff only. Log in" in file.content.decode()


def test_a_source_that_fails_is_said_on_the_page(ratio: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(_first: date, _last: date) -> list[Row]:
        raise LookupError

    monkeypatch.setitem(rows._sources, "came", replace(rows._sources["came"], fetch=fetch))
    page = staff().get(RATIO)
    assert page.status_code == 200 and "came failed: LookupError" in page.content.decode()
    assert Client().get(f"{RATIO}rows.csv").status_code == 409


def test_whoever_has_no_account_asks_less_often(levels: Callable[[int], None]) -> None:
    levels(1)
    client = anybody()
    answers = [client.get(PAGE).status_code for _ in range(view._ANONYMOUS.burst + 1)]
    assert answers == [200] * view._ANONYMOUS.burst + [429]
    operator = staff()
    assert {operator.get(PAGE).status_code for _ in range(view._ANONYMOUS.burst + 1)} == {200}
