"""POST /ingest as an ASGI callable over a store in memory; through a real server in test_server.py."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcoc.telemetry.directory import Directory
from jcoc.telemetry.ingest import http, pipeline
from jcoc.telemetry.ingest.decode import too_large
from jcoc.telemetry.runtime import Runtime
from jcoc.telemetry.services import issue_token, revoke_token
from jcoc.telemetry.stores.contract import StoreError, StoreFull
from telemetry.small_city import Answer, City, post

T = "2026-01-31T08:00:00+07:00"


def reading(datastream: Any = "level", time: str = T, result: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"datastream": datastream, "phenomenonTime": time, "result": result} | more


def counts(stored: int = 0, repeated: int = 0, corrected: int = 0, refused: int = 0) -> dict[str, int]:
    return {"stored": stored, "repeated": repeated, "corrected": corrected, "refused": refused}


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.json["status"] == answer.status
    assert answer.json["title"] and answer.json["detail"]
    return answer.status, answer.json["type"].removeprefix("urn:jcoc:problem:")


def test_a_reading_is_kept(city: City) -> None:
    answer = city.post(reading())
    assert (answer.status, answer.json) == (201, counts(1))
    (row,) = city.store.rows.values()
    assert row["datastream"] == city.level.pk
    assert row["phenomenon_time"].isoformat() == "2026-01-31T01:00:00+00:00"
    assert (row["result"], row["result_json"], row["quality"]) == (1.5, None, 0)


def test_every_column_reaches_the_store(city: City) -> None:
    plain = [reading(time=f"2026-01-31T00:{minute:02}:00Z", result=minute / 10) for minute in range(20)]
    whole = reading(
        city.word.pk,
        f"{T}/2026-01-31T09:00:00+07:00",
        "buka",
        resultTime="2026-01-31T03:00:00Z",
        resultQuality={"nilai": 1},
        parameters={"petugas": "Siti"},
    )
    assert city.post([*plain, whole, reading(result=9)]).json == counts(22)
    by_time = sorted(city.store.rows.values(), key=lambda row: (row["phenomenon_time"], row["datastream"]))
    assert [row["result"] for row in by_time[:20]] == [minute / 10 for minute in range(20)]
    number, word = by_time[20:]
    assert (number["result"], number["quality"], number["result_time"]) == (9, 1, None)
    assert word["result"] is None
    assert (word["result_json"], word["result_quality"], word["parameters"]) == (
        '"buka"',
        '{"nilai":1}',
        '{"petugas":"Siti"}',
    )
    assert word["phenomenon_end"].isoformat() == "2026-01-31T02:00:00+00:00"
    assert word["result_time"].isoformat() == "2026-01-31T03:00:00+00:00"


def test_a_repeat_counts_once_and_another_result_is_a_correction(city: City) -> None:
    async def act(_: Runtime) -> list[tuple[int, Any]]:
        answers = [
            await post(body, secret=city.secret)
            for body in (reading(), reading(), reading(result=2), [reading(result=2), reading("rain")])
        ]
        return [(answer.status, answer.json) for answer in answers]

    assert city.run(act) == [
        (201, counts(1)),
        (200, counts(repeated=1)),
        (201, counts(corrected=1)),
        (201, counts(1, repeated=1)),
    ]
    assert len(city.store.rows) == 2


def test_requests_that_come_together_are_one_append_and_each_gets_its_counts(city: City) -> None:
    async def act(_: Runtime) -> list[dict[str, int]]:
        requests = [
            reading(time="2026-01-01T00:00:00Z"),
            [reading(time=f"2026-01-02T00:00:{second:02}Z") for second in range(30)],
            [reading(time="2026-01-01T00:00:00Z"), reading(time="2026-01-03T00:00:00Z")],
            reading(time="2026-01-03T00:00:00Z", result=7),
        ]
        answers = await asyncio.gather(*(post(body, secret=city.secret) for body in requests))
        return [answer.json for answer in answers]

    assert city.run(act) == [counts(1), counts(30), counts(1, repeated=1), counts(corrected=1)]
    assert [batch.num_rows for batch in city.store.batches] == [34]


@pytest.mark.parametrize(("readings", "appends"), [(10, [1, 30]), (40, [1, 40, 80])])
def test_what_comes_while_a_commit_is_under_way_goes_together_unless_it_is_much(
    city: City, monkeypatch: pytest.MonkeyPatch, readings: int, appends: list[int]
) -> None:
    monkeypatch.setattr(pipeline, "WORTH_A_COMMIT", 35)
    city.store.held = []

    async def act(runtime: Runtime) -> None:
        requests = [asyncio.create_task(post(reading(), secret=city.secret))]
        while not city.store.held:
            await asyncio.sleep(0.001)
        for minute in range(3):
            body = [reading(time=f"2026-01-01T00:{minute:02}:{second:02}Z") for second in range(readings)]
            requests.append(asyncio.create_task(post(body, secret=city.secret)))
            while runtime.pipeline.waiting < 1 + (minute + 1) * readings:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)
        city.store.release()
        assert [(await request).status for request in requests] == [201] * 4

    city.run(act)
    assert [batch.num_rows for batch in city.store.batches] == appends


def test_nothing_is_answered_before_the_store_says_on_disk(city: City) -> None:
    city.store.held = []

    async def act(_: Runtime) -> Answer:
        request = asyncio.create_task(post(reading(), secret=city.secret))
        while not city.store.held:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        assert not request.done()
        city.store.release()
        return await request

    assert city.run(act).status == 201


# Faulty readings: none of the request is kept, or the good ones where the client asked for that.


def test_a_faulty_reading_refuses_its_request(city: City) -> None:
    answer = city.post([reading(), reading(result="tinggi"), reading("nowhere")])
    assert problem(answer) == (422, "readings")
    assert answer.json["errors"] == [
        {"index": 1, "field": "result", "reason": "This datastream takes numbers, not “tinggi”."},
        {"index": 2, "field": "datastream", "reason": "There is no datastream “nowhere”."},
    ]
    assert answer.json["detail"] == "2 of 3 readings are faulty; nothing was kept. See errors."
    assert not city.store.rows


@pytest.mark.parametrize(
    "how", [{"headers": {"prefer": "respond-async, handling=lenient"}}, {"query": "keep=good"}]
)
def test_good_readings_are_kept_where_asked_for(city: City, how: dict[str, Any]) -> None:
    answer = city.post([reading(), reading(result="tinggi"), reading("foreign")], **how)
    assert answer.status == 201
    assert answer.json == counts(1, refused=2) | {
        "errors": [
            {"index": 1, "field": "result", "reason": "This datastream takes numbers, not “tinggi”."},
            {
                "index": 2,
                "field": "datastream",
                "reason": "This token may not send readings of datastream “foreign”.",
            },
        ]
    }
    assert len(city.store.rows) == 1
    assert problem(city.post([reading(result="tinggi")], **how)) == (422, "readings")


def test_sentences_are_indonesian_unless_english_is_asked_for(city: City) -> None:
    for asked, expected in {
        "": "Datastream ini menerima angka, bukan “tinggi”.",
        "id-ID,en;q=0.5": "Datastream ini menerima angka, bukan “tinggi”.",
        "fr, en;q=0.3": "This datastream takes numbers, not “tinggi”.",
        "en-GB;q=0.9, id;q=0.8": "This datastream takes numbers, not “tinggi”.",
    }.items():
        answer = city.post(reading(result="tinggi"), headers={"accept-language": asked})
        assert answer.json["errors"][0]["reason"] == expected
        assert answer.headers["content-language"] == ("en" if "takes" in expected else "id")


def test_many_faults_are_counted_and_the_first_hundred_listed(city: City) -> None:
    answer = city.post([reading(result=None)] * 250)
    assert "250 of 250 readings" in answer.json["detail"]
    assert [error["index"] for error in answer.json["errors"]] == list(range(100))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_not_a_number_is_refused_by_index_field_and_reason(city: City, value: str) -> None:
    body = f'[{{"datastream":"level","phenomenonTime":"{T}","result":{value}}}]'.encode()
    answer = city.post(body)
    assert problem(answer) == (422, "readings")
    assert answer.json["errors"][0]["field"] == "result"
    assert "NaN, Infinity and numbers beyond" in answer.json["errors"][0]["reason"]


def test_far_future_and_past(city: City) -> None:
    soon = (timezone.now() + timedelta(minutes=4)).isoformat()
    late = (timezone.now() + timedelta(minutes=6)).isoformat()
    assert city.post(reading(time=soon)).status == 201
    for time, words in (
        (late, "more than 5 minutes in the future"),
        ("1969-12-31T00:00Z", "before 1970-01-01"),
    ):
        answer = city.post(reading(time=time))
        assert problem(answer) == (422, "readings")
        assert words in answer.json["errors"][0]["reason"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=30)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["datastream", "phenomenonTime", "result", "dataArray"]), inner)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_body_is_an_error_of_the_server(city: City, body: bytes) -> None:
    assert problem(city.post(body))[0] in (400, 422)


# Bodies that are refused whole.


def test_broken_json_and_wrong_encoding(city: City) -> None:
    answer = city.post(b'{"datastream": "level",')
    assert problem(answer) == (400, "json")
    assert answer.json["detail"].startswith("The body cannot be read as JSON: ")
    assert problem(city.post('{"datastream":"sungaí"}'.encode("latin-1"))) == (400, "utf8")
    assert problem(city.post(b"[]")) == (400, "empty")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("application/json; charset=utf-16", 415),
        ("text/csv", 415),
        ("", 415),
    ],
)
def test_content_types(city: City, content_type: str, status: int) -> None:
    answer = city.post(reading(), headers={"content-type": content_type})
    assert answer.status == status


def test_a_body_of_fifty_megabytes_is_refused_before_it_is_read(city: City) -> None:
    pulled: list[int] = []

    class Parts(list[bytes]):
        def pop(self, index: int = -1) -> bytes:  # type: ignore[override]
            pulled.append(len(self))
            return super().pop(index)

    parts = Parts([bytes(65536)] * 800)
    announced = city.post(b"", parts=parts, headers={"content-length": str(50 * 1024 * 1024)})
    assert problem(announced) == (413, "too_large")
    assert announced.headers["connection"] == "close"
    assert announced.json["detail"].startswith(
        "A request may hold 8 MB (also once expanded) and 100000 readings."
    )


def test_a_body_that_grows_without_end_is_cut_off(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunked, no length announced. What is kept of it in memory is bounded and given back."""
    seen = []
    monkeypatch.setattr(http, "too_large", lambda: seen.append(http._arriving.total()) or too_large())

    answer = city.post(b"", parts=[bytes(1024 * 1024)] * 50)
    assert problem(answer) == (413, "too_large")
    assert seen == [8 * 1024 * 1024]
    assert not http._arriving


def test_gzip(city: City) -> None:
    packed = {"content-encoding": "gzip"}

    body = gzip.compress(msgspec.json.encode([reading(), reading("rain")]))
    assert city.post(body, headers=packed).json == counts(2)
    assert problem(city.post(b"plain", headers=packed)) == (400, "gzip")
    assert problem(city.post(body[:-9], headers=packed)) == (400, "gzip")
    assert problem(city.post(body + b"more", headers=packed)) == (400, "gzip")
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert problem(city.post(bomb, headers=packed)) == (413, "too_large")
    assert problem(city.post(body, headers={"content-encoding": "br"})) == (415, "content_encoding")


def test_a_body_in_parts(city: City) -> None:

    body = msgspec.json.encode(reading())
    assert city.post(b"", parts=[body[:10], body[10:40], body[40:]]).json == counts(1)


def test_a_client_that_goes_away_leaves_nothing(city: City) -> None:
    async def act(_: Runtime) -> Answer:
        return await post(b"", secret=city.secret, parts=[])

    assert city.run(act).status == 0
    assert not city.store.rows


def test_a_body_that_does_not_come_ends_in_time_and_leaves_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.05)
    for parts in ([b"["], []):
        answer = city.post(b"", parts=parts, then_silent=True)
        assert problem(answer) == (408, "slow")
        assert answer.headers["connection"] == "close"
    assert not http._arriving


def test_one_token_cannot_take_all_the_room_for_arriving_bodies(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ARRIVING_OF_ONE", 1000)
    monkeypatch.setattr(http, "BODY_SECONDS", 0.5)
    _, other = issue_token("other", ["level"])

    async def act(_: Runtime) -> list[Answer]:
        parts = [bytes(600)]
        greedy = asyncio.create_task(post(b"", secret=city.secret, parts=parts, then_silent=True))
        while not http._arriving:
            await asyncio.sleep(0.001)
        body = msgspec.json.encode(reading(parameters={"note": "x" * 600}))
        halves = [body[:550], body[550:]]
        same = await post(b"", secret=city.secret, parts=halves)
        return [same, await post(b"", secret=other, parts=halves), await greedy]

    same, neighbour, greedy = city.run(act)
    assert problem(same) == (503, "busy")
    assert same.headers["retry-after"] == "1"
    assert neighbour.status == 201
    assert problem(greedy) == (408, "slow")
    assert not http._arriving


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_body_is_decoded_beside_the_event_loop(
    city: City, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    where = []
    decode = http.decode

    def watched(*given: Any) -> Any:
        where.append(threading.current_thread().name)
        return decode(*given)

    monkeypatch.setattr(http, "decode", watched)
    small = msgspec.json.encode(reading())
    odd = [reading("gate", f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z", "buka") for n in range(3600)]
    assert city.post(small).json == counts(1)
    large = msgspec.json.encode(odd)
    assert (len(large) > http.DECODED_IN_LOOP) is True
    headers = {"content-encoding": "gzip"} if packed else {}
    assert city.post(gzip.compress(large) if packed else large, headers=headers).json == counts(3600)
    assert where[0] == "MainThread"
    assert where[1].startswith("decode")


def test_faults_are_looked_for_up_to_a_thousand(city: City) -> None:
    bad = [reading(result="x")] * 1500
    answer = city.post(bad)
    assert answer.json["detail"].startswith("≥ 1000 of 1500 readings are faulty")
    lenient = city.post([*bad, reading()], headers={"prefer": "handling=lenient"})
    assert lenient.json | {"errors": []} == counts(1, refused=1500) | {"errors": []}


def test_only_post(city: City) -> None:
    answer = city.post(reading(), method="GET")
    assert problem(answer) == (405, "method")
    assert answer.headers["allow"] == "POST"


# Tokens.


def test_unknown_missing_expired_and_revoked_tokens(city: City) -> None:
    _, expired = issue_token("old", ["level"], expires=timezone.now() - timedelta(seconds=1))
    revoked_token, revoked = issue_token("lost", ["level"])
    revoke_token(revoked_token)
    for secret in (None, "", "jcoc_guess", expired, revoked, city.token.digest):
        answer = city.post(reading(), secret=secret)
        assert problem(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert city.post(reading(), secret=None, headers={"authorization": f"Basic {city.secret}"}).status == 401
    assert not city.store.rows


def test_a_token_that_expires_while_the_server_runs(city: City) -> None:
    _, secret = issue_token("soon", ["level"], expires=timezone.now() + timedelta(seconds=0.5))

    async def act(_: Runtime) -> list[int]:
        first = await post(reading(), secret=secret)
        await asyncio.sleep(0.6)
        return [first.status, (await post(reading(), secret=secret)).status]

    assert city.run(act) == [201, 401]


def test_a_foreign_datastream_is_named_and_nothing_is_kept(city: City) -> None:
    answer = city.post([reading(), reading(city.foreign.pk)])
    assert problem(answer) == (403, "foreign")
    assert answer.json["errors"] == [
        {
            "index": 1,
            "field": "datastream",
            "reason": f"This token may not send readings of datastream “{city.foreign.pk}”.",
        }
    ]
    assert not city.store.rows


def test_the_local_socket_needs_no_token_and_may_write_everything(city: City) -> None:
    assert city.post([reading(), reading("foreign")], secret=None, local=True).json == counts(2)


def test_a_token_that_sends_too_fast(city: City) -> None:
    _, secret = issue_token("slow", ["level"], readings_per_second=10)

    async def act(_: Runtime) -> tuple[Answer, Answer, Answer, Answer]:
        many = [reading(time=f"2026-01-01T00:00:{second:02}Z") for second in range(25)]
        first = await post(many, secret=secret)  # two seconds' worth and some debt
        second = await post(reading(), secret=secret)
        other = await post(reading(), secret=city.secret)
        await asyncio.sleep(0.7)
        return first, second, other, await post(reading(), secret=secret)

    first, second, other, later = city.run(act)
    assert first.json == counts(25)
    assert problem(second) == (429, "rate")
    assert second.headers["retry-after"] == "1"
    assert second.json["detail"] == "This token may send 10 readings a second. Try again in 1 s."
    assert other.status == 201
    assert later.status == 200


@pytest.mark.parametrize("bad", [b"[" * 3000, b'[{"result":"x"}' + b',{"result":"x"}' * 200 + b"]"])
def test_refused_requests_take_from_the_rate_too_and_are_not_decoded_without_any(
    city: City, monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    _, secret = issue_token("hasty", ["level"], readings_per_second=10)
    read = []
    decode = http.decode

    def watched(body: bytes, *given: Any) -> Any:
        read.append(body)
        return decode(body, *given)

    monkeypatch.setattr(http, "decode", watched)

    async def act(_: Runtime) -> list[int]:
        return [(await post(bad, secret=secret)).status for _ in range(2)]

    first, second = city.run(act)
    assert first in (400, 422)
    assert second == 429
    assert read == [bad]


def test_what_the_server_could_not_keep_is_given_back_to_the_rate(city: City) -> None:
    _, secret = issue_token("patient", ["level"], readings_per_second=10)
    many = [reading(time=f"2026-01-01T00:00:{second:02}Z") for second in range(25)]

    async def act(_: Runtime) -> list[int]:
        city.store.fail_with = StoreFull("full")
        statuses = [(await post(many, secret=secret)).status for _ in range(3)]
        city.store.fail_with = None
        return [*statuses, (await post(many, secret=secret)).status, (await post(many, secret=secret)).status]

    assert city.run(act) == [507, 507, 507, 201, 429]


# The store's troubles.


def test_a_full_disk_is_507_and_later_requests_work_again(city: City) -> None:
    async def act(_: Runtime) -> tuple[Answer, Answer]:
        city.store.fail_with = StoreFull("full")
        refused = await post(reading(result=2), secret=city.secret)
        city.store.fail_with = None
        return refused, await post(reading(), secret=city.secret)

    refused, kept = city.run(act)
    assert problem(refused) == (507, "full")
    assert refused.headers["retry-after"] == "60"
    assert kept.json == counts(1)


def test_a_store_that_fails_is_500_by_sentence(city: City, caplog: pytest.LogCaptureFixture) -> None:
    city.store.fail_with = StoreError("torn")
    assert problem(city.post(reading())) == (500, "store")
    assert "refused 1 readings" in caplog.text


def test_when_too_much_waits_senders_are_asked_to_come_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MAX_WAITING", 40)
    city.store.held = []

    async def act(runtime: Runtime) -> Answer:
        requests = [
            asyncio.create_task(
                post([reading(time=f"2026-01-01T00:{n:02}:{s:02}Z") for s in range(20)], secret=city.secret)
            )
            for n in range(3)
        ]
        while runtime.pipeline.waiting < 40:
            await asyncio.sleep(0.001)
        refused = await post(reading(), secret=city.secret)
        while sum(batch.num_rows for batch in city.store.batches) < 40:
            await asyncio.sleep(0.001)
        city.store.release()
        statuses = sorted([(await request).status for request in requests])
        assert statuses == [201, 201, 503]
        assert runtime.pipeline.waiting == 0
        return refused

    refused = city.run(act)
    assert problem(refused) == (503, "busy")
    assert refused.headers["retry-after"] == "1"


def test_totals_are_kept_for_the_operator(city: City) -> None:
    async def act(runtime: Runtime) -> dict[str, int]:
        for body in (reading(), reading(), reading(result=3), reading(result="x")):
            await post(body, secret=city.secret)
        city.store.fail_with = StoreFull("full")
        await post(reading(result=4), secret=city.secret)
        return runtime.pipeline.totals

    assert city.run(act) == {"stored": 1, "repeated": 1, "corrected": 1, "refused": 1, "failed": 1}


def test_quality_goes_on_from_what_the_store_holds(city: City) -> None:
    city.post(reading("rain", "2026-01-01T00:00:00Z"))
    city.post(reading("rain", "2026-01-01T00:30:00Z"))  # another runtime on the same store
    city.post(reading("rain", "2026-01-01T03:00:00Z"))
    city.post(reading("rain", "2026-01-01T02:00:00Z"))
    flags = [row["quality"] for row in city.store.rows.values()]
    assert flags == [0, 0, 8, 16]


def test_a_new_datastream_and_token_are_known_after_a_refresh(city: City) -> None:
    directory = Directory()
    directory.refresh()
    assert directory.refresh() is False
    _, secret = issue_token("new", ["foreign"])
    assert directory.token(secret.encode()) is None
    assert directory.refresh() is True
    token = directory.token(secret.encode())
    assert token is not None and set(token.slots) == {city.foreign.pk, "foreign"}
