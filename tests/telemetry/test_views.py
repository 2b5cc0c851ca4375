"""The pages and files of sensors: found, shown, drawn, downloaded, refused; and the form of tokens."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jcoc.people.services import add_account
from jcoc.telemetry import download
from jcoc.telemetry.models import Datastream
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.services import NewDatastream, register_thing
from jcoc.telemetry.token_views import TokenForm
from support import PASSWORD
from telemetry.stores.contract_suite import put
from telemetry.stores.model import Row

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)  # 15.00 WIB


@pytest.fixture
def city(runtime: Any) -> dict[str, int]:
    """Three datastreams: public, of the operators, and of the administrators."""
    register_thing(
        "sluice",
        "Sungai Asam sluice",
        [
            NewDatastream("level", "Water level", "Level", unit_symbol="m", dimension="environment",
                          audience="public", origin="simulated", highest=5, gap_after=timedelta(hours=1),
                          topic="secret/river/level"),
            NewDatastream("gate", "Gate", "Gate", observation_type="http://example.org/category"),
            NewDatastream("power", "Power", "Power", audience="administrators"),
        ],
    )  # fmt: skip
    runtime.directory.refresh()
    return dict(Datastream.objects.values_list("code", "pk"))


def logged_in(role: str) -> Client:
    add_account(role, PASSWORD, [role])
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username=role, password=PASSWORD)
    return client


def config_of(answer: Any) -> Any:
    return json.loads(
        answer.content.decode().split('id="config" type="application/json">')[1].split("</script>")[0]
    )


def codes(answer: Any) -> list[str]:
    return [datastream.code for datastream in answer.context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["gate", "level"]),
        ("?q=LEVEL", ["level"]),
        ("?q=sungai+asam", ["gate", "level"]),
        ("?q=nothing", []),
        ("?dimension=environment", ["level"]),
        ("?origin=simulated", ["level"]),
        ("?origin=nonsense", ["gate", "level"]),
        ("?sort=-code", ["level", "gate"]),
        ("?sort=nonsense", ["gate", "level"]),
        ("?page=99", ["gate", "level"]),
        ("?state=silent", ["level"]),
        ("?state=normal", ["gate"]),
        ("?state=check", []),
        ("?state=empty", []),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    runtime: Any, city: dict[str, int], query: str, found: list[str]
) -> None:
    put(runtime.store, Row(city["level"], MORNING, 1.0), Row(city["gate"], MORNING, json='"open"'))
    answer = logged_in("operator").get(f"/sensors/{query}")
    assert (answer.status_code, codes(answer)) == (200, found)


def test_states_follow_the_newest_reading(runtime: Any, city: dict[str, int]) -> None:
    client = logged_in("administrator")
    now = datetime.now(UTC)
    assert codes(client.get("/sensors/?state=empty")) == ["gate", "level", "power"]
    put(runtime.store, Row(city["level"], now, 9.0, quality=int(Flag.RANGE)), Row(city["power"], now, 1.0))
    assert codes(client.get("/sensors/?state=check")) == ["level"]
    assert codes(client.get("/sensors/?state=normal")) == ["power"]
    assert codes(client.get("/sensors/?state=empty")) == ["gate"]


def test_a_sensor_is_shown_to_its_audience_only(city: dict[str, int]) -> None:
    nobody, operator = Client(), logged_in("operator")
    seen = {code: (nobody.get(f"/sensors/{code}/").status_code, operator.get(f"/sensors/{code}/").status_code)
            for code in ("level", "gate", "power", "none")}  # fmt: skip
    assert seen == {"level": (200, 200), "gate": (404, 200), "power": (404, 404), "none": (404, 404)}


def test_the_page_hands_its_script_what_turns_a_sensor_silent(runtime: Any, city: dict[str, int]) -> None:
    put(runtime.store, Row(city["level"], MORNING, 9.0, quality=int(Flag.RANGE)))
    config = config_of(Client().get("/sensors/level/"))
    assert config["datastream"]["gap_s"] == 3600
    assert config["datastream"]["quality"] == 1
    assert abs(config["now"] / 1000 - datetime.now(UTC).timestamp()) < 60
    other = config_of(logged_in("operator").get("/sensors/gate/"))
    assert (other["datastream"]["gap_s"], other["datastream"]["quality"]) == (None, 0)


def test_topics_are_not_for_everybody(city: dict[str, int]) -> None:
    assert b"secret/river/level" not in Client().get("/sensors/level/").content
    assert b"secret/river/level" in logged_in("operator").get("/sensors/level/").content


def test_the_way_back_to_the_list_is_for_who_may_open_it(city: dict[str, int]) -> None:
    for client, shown in ((logged_in("operator"), True), (logged_in("teacher"), False), (Client(), False)):
        page = client.get("/sensors/level/").content
        assert (b'href="/sensors/"' in page) == shown


# The course


def test_a_day_shows_each_reading_and_its_flags(runtime: Any, city: dict[str, int]) -> None:
    put(runtime.store, Row(city["level"], MORNING, 1.0), Row(city["level"], MORNING + timedelta(hours=1), 9.0,
        quality=1), Row(city["level"], MORNING + timedelta(hours=9), 2.0))  # fmt: skip
    course = Client().get("/sensors/level/series.json?range=day&end=2026-03-01").json()
    assert (course["bucket"], course["unit"]) == ("raw", "m")
    assert (course["avg"], course["quality"], course["count"]) == ([1.0, 9.0], [0, 1], [1, 1])
    assert course["t"][0] == MORNING.timestamp() * 1000
    assert (course["end"] - course["start"]) / 3_600_000 == 24


def test_a_day_that_is_not_named_is_the_last_24_hours(runtime: Any, city: dict[str, int]) -> None:
    hour = timedelta(hours=1)

    def course() -> Any:
        return Client().get("/sensors/level/series.json").json()

    empty = course()
    assert (empty["latest"], empty["t"]) == (None, [])
    put(
        runtime.store,
        Row(city["level"], MORNING - 20 * hour, 1.0),
        Row(city["level"], MORNING, 2.0, quality=1),
    )
    old = course()
    assert (old["avg"], old["latest"]) == ([1.0, 2.0], [MORNING.timestamp() * 1000, 2.0, 1])
    assert old["end"] == MORNING.timestamp() * 1000
    now = datetime.now(UTC)
    put(runtime.store, Row(city["level"], now - hour, 3.0))
    fresh = course()
    assert fresh["avg"] == [3.0]
    assert abs(fresh["end"] / 1000 - now.timestamp()) < 60
    assert fresh["end"] - fresh["start"] == 24 * 3_600_000
    week = Client().get("/sensors/level/series.json?range=week").json()
    assert week["end"] % 86_400_000 == 17 * 3_600_000  # midnight, WIB


def test_the_newest_reading_beside_a_course_may_be_of_any_type(runtime: Any, city: dict[str, int]) -> None:
    put(runtime.store, Row(city["gate"], MORNING, json='{"open":true}'))
    assert logged_in("operator").get("/sensors/gate/series.json").json()["latest"][1] == {"open": True}


def test_a_crowded_day_is_shown_by_the_minute(runtime: Any, city: dict[str, int]) -> None:
    put(
        runtime.store,
        *[Row(city["level"], MORNING + timedelta(seconds=n), float(n % 60)) for n in range(3060)],
    )
    course = Client().get("/sensors/level/series.json?range=day&end=2026-03-01").json()
    assert course["bucket"] == "minute"
    assert course["count"] == [60] * 51
    assert (course["avg"][0], course["min"][0], course["max"][0]) == (29.5, 0.0, 59.0)


@pytest.mark.parametrize(("range_", "bucket"), [("week", "hour"), ("year", "day")])
def test_longer_ranges_are_shown_in_local_buckets(
    runtime: Any, city: dict[str, int], range_: str, bucket: str
) -> None:
    evening = datetime(2026, 2, 28, 17, 30, tzinfo=UTC)  # 00.30 WIB of 1 March
    put(
        runtime.store,
        Row(city["level"], evening, 1.0),
        Row(city["level"], evening + timedelta(minutes=10), 3.0),
    )
    course = Client().get(f"/sensors/level/series.json?range={range_}&end=2026-03-01").json()
    assert (course["bucket"], course["avg"], course["count"]) == (bucket, [2.0], [2])
    assert course["t"] == [datetime(2026, 2, 28, 17, tzinfo=UTC).timestamp() * 1000]


@pytest.mark.parametrize(
    ("query", "field"),
    [("range=month", "range"), ("end=tomorrow", "end"), ("end=2026-02-30", "end"), ("end=0001-01-01", "end"),
     ("end=9999-12-31&range=year", "end")],
)  # fmt: skip
def test_a_course_that_cannot_be_drawn_is_refused(city: dict[str, int], query: str, field: str) -> None:
    answer = Client().get(f"/sensors/level/series.json?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(f"{field}: ")


def test_a_fault_of_the_store_is_not_blamed_on_the_question(
    runtime: Any, city: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(runtime.store, "window", fail)
    with pytest.raises(ValueError, match="a bug"):
        Client().get("/sensors/level/series.json?end=2026-03-01")


# Downloads


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def table_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(answer))))


def test_a_csv_has_every_reading_and_says_where_its_method_stands(runtime: Any, city: dict[str, int]) -> None:
    end = MORNING + timedelta(minutes=5)
    put(runtime.store, Row(city["level"], MORNING, -1.5, quality=int(Flag.RANGE | Flag.LATE)),
        Row(city["level"], MORNING, 2.0, end))  # fmt: skip
    answer = Client().get("/sensors/level/download.csv?from=2026-03-01&to=2026-03-01")
    assert answer["Content-Disposition"] == 'attachment; filename="level_2026-03-01_2026-03-01.csv"'
    table = table_of(answer)
    received = [row.pop("received") for row in table]
    assert all(received)
    same = {
        "datastream": "level",
        "phenomenonTime": "2026-03-01T15:00:00+07:00",
        "unit": "m",
        "origin": "simulated",
    }
    assert table == [
        same | {"phenomenonEnd": "", "result": "-1.5", "quality": "range|late"},
        same | {"phenomenonEnd": "2026-03-01T15:05:00+07:00", "result": "2.0", "quality": ""},
    ]
    link = answer["Link"]
    assert 'rel="describedby"' in link
    described = Client().get(link.split(">")[0].lstrip("<"))
    assert described["Content-Type"] == "application/csvm+json"
    document = described.json()
    assert document["url"] == "/sensors/level/download.csv?from=2026-03-01&to=2026-03-01"
    assert [column["name"] for column in document["tableSchema"]["columns"]] == list(download.FIELDS)
    assert document["notes"][0]["origin"] == "simulated"


def test_a_text_that_looks_like_a_formula_does_not_run_in_a_spreadsheet(
    runtime: Any, city: dict[str, int]
) -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "open"]
    put(runtime.store, *[Row(city["gate"], MORNING + timedelta(minutes=n), json=json.dumps(text))
        for n, text in enumerate(texts)], Row(city["gate"], MORNING + timedelta(hours=1), json="true"),
        Row(city["gate"], MORNING + timedelta(hours=2), json='{"a":[1]}'))  # fmt: skip
    client = logged_in("operator")
    results = [row["result"] for row in table_of(client.get("/sensors/gate/download.csv?to=2026-03-01"))]
    assert results == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "open", "true", '{"a": [1]}']
    whole = json.loads(text_of(client.get("/sensors/gate/download.json?to=2026-03-01")))
    assert [each["result"] for each in whole["observations"]] == [*texts, True, {"a": [1]}]


@pytest.mark.parametrize(("language", "word"), [("en", "flags mark doubt"), ("id", "keraguan")])
def test_the_method_is_told_in_the_readers_language(city: dict[str, int], language: str, word: str) -> None:
    reader = Client(headers={"Accept-Language": language})
    whole = json.loads(text_of(reader.get("/sensors/level/download.json?from=2026-03-01&to=2026-03-02")))
    assert (whole["from"], whole["to"], whole["observations"]) == ("2026-03-01", "2026-03-02", [])
    assert word in whole["method"]
    assert word in reader.get("/sensors/level/download.csv-metadata.json").json()["notes"][0]["method"]


@pytest.mark.parametrize("page", [1, 2, 3, 7, 100])
def test_pages_lose_and_double_nothing(
    runtime: Any, city: dict[str, int], monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(download, "PAGE", page)
    rows = [Row(city["level"], MORNING + timedelta(days=n), float(n)) for n in range(20)]
    rows += [Row(city["level"], MORNING + timedelta(days=3), -float(n), MORNING + timedelta(days=3, hours=n))
             for n in range(1, 6)]  # fmt: skip
    put(runtime.store, *rows)
    table = table_of(Client().get("/sensors/level/download.csv?from=2026-03-01&to=2026-03-31"))
    assert sorted(float(row["result"]) for row in table) == sorted(row.result or 0 for row in rows)
    assert [row["phenomenonTime"] for row in table] == sorted(row["phenomenonTime"] for row in table)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=yesterday", "from, to: days such as"),
        ("from=0001-01-01", "from, to: days such as"),
        ("to=9999-12-31", "from, to: days such as"),
        ("from=2026-03-02&to=2026-03-01", "from must not lie after to"),
        ("from=2020-01-01&to=2026-03-01", "at most 400 days"),
    ],
)
def test_a_download_that_cannot_be_made_is_refused(city: dict[str, int], query: str, sentence: str) -> None:
    answer = Client().get(f"/sensors/level/download.csv?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


def test_a_form_that_there_is_not_is_not_found(city: dict[str, int]) -> None:
    assert Client().get("/sensors/level/download.xlsx").status_code == 404
    assert Client().get("/sensors/power/download.csv").status_code == 404


# Tokens


def form(**changed: Any) -> TokenForm:
    return TokenForm(
        {"name": "gateway", "codes": "level", "readings_per_second": "10", "expires": ""} | changed
    )


@pytest.mark.postgres
def test_codes_of_a_token_are_exact_also_with_a_star(city: dict[str, int]) -> None:
    more = ("river-a", "River-b", "rivers", "river_c")
    register_thing("river", "River", [NewDatastream(code, code, "Level") for code in more])
    for codes_, meant in {"river-*": ["river-a"], "river*": ["river-a", "river_c", "rivers"],
                          "level\nRiver-b": ["River-b", "level"]}.items():  # fmt: skip
        filled = form(codes=codes_)
        assert filled.is_valid(), filled.errors
        assert filled.cleaned_data["codes"] == sorted(meant)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("codes", ""), ("codes", "level nosuch"), ("codes", "nosuch*"), ("readings_per_second", "0"),
     ("expires", "2020-01-01"), ("expires", "soon")],
)  # fmt: skip
def test_a_token_that_cannot_be_is_refused_by_field(city: dict[str, int], field: str, value: str) -> None:
    assert list(form(**{field: value}).errors) == [field]


def test_a_token_is_shown_once_and_can_be_revoked(city: dict[str, int]) -> None:
    administrator = logged_in("administrator")
    fields = {"name": "gateway", "codes": "level", "readings_per_second": "10", "expires": "2999-01-01"}
    made = administrator.post("/tokens/", fields)
    assert made.status_code == 201
    secret = made.context["secret"]
    token = made.context["tokens"][0]
    assert secret in made.content.decode()
    assert secret not in administrator.get("/tokens/").content.decode()
    assert token.expires.astimezone(UTC).isoformat().startswith("2999-01-01T16:59:59")
    assert administrator.post("/tokens/", fields | {"codes": "nosuch"}).status_code == 422
    assert administrator.post(f"/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked
