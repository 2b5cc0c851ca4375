"""A key works once: the answer is kept with the work, a repeat gets it, and two at once do not both work."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.test import RequestFactory
from django.utils import timezone

from jcoc.city.models import Place
from jcoc.people.access import Principal
from jcoc.trail.audit.recording import writing
from jcoc.trail.receipts import services
from jcoc.trail.receipts.models import Receipt
from jcoc.trail.receipts.once import once
from support import a_lock_is_waited_for, until

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY = "0d3e9c0e-9f3a-4a39-8c5e-0f2a6f0b7c11"
ANOTHER = "8f7d2a6e-51ab-4f0e-b0b0-5f1b9a7f5a10"


def place(code: str) -> None:
    with writing("test.place_add"):
        Place.objects.create(code=code, name=code, level="kota", lon=103.6, lat=-1.6, source="test")


@once
def view(request: HttpRequest) -> HttpResponse:
    if "refuse" in request.POST:
        return HttpResponse(status=422)
    place(f"place-{Place.objects.count()}")
    if "break" in request.POST:
        raise OSError("broken on the way")
    if "json" in request.POST:
        return JsonResponse({"made": Place.objects.count()}, status=201)
    return HttpResponseRedirect(f"/place/{Place.objects.count()}/")


def ask(
    fields: dict[str, Any] | None = None,
    *,
    key: str | None = KEY,
    who: str = "user-1",
    json: bool = True,
    path: str = "/add/",
    work: Callable[..., HttpResponse] = view,
) -> HttpResponse:
    headers = {"Accept": "application/json" if json else "text/html"}
    if key:
        headers["Idempotency-Key"] = key
    request = RequestFactory(headers=headers).post(path, fields or {"text": "a"})
    request.principal = Principal(who, "", frozenset({"operator"}))  # type: ignore[attr-defined]
    return work(request)


def test_a_repeat_gets_the_answer_of_the_first() -> None:
    first, repeat = ask(), ask()
    assert Place.objects.count() == 1
    assert first.content == repeat.content == b'{"state": "stored", "location": "/place/1/"}'
    assert "Idempotency-Replayed" not in first.headers
    assert repeat.headers["Idempotency-Replayed"] == "true"


def test_a_browser_is_sent_on_and_a_kept_json_answer_comes_again() -> None:
    assert [ask(json=False)["Location"], ask(json=False)["Location"]] == ["/place/1/"] * 2
    answers = [ask({"json": "1"}, key=ANOTHER) for _ in range(2)]
    assert {(a.status_code, a.content) for a in answers} == {(201, b'{"made": 2}')}


def test_without_a_key_each_is_worked_on() -> None:
    ask(key=None)
    ask(key=None)
    assert (Place.objects.count(), Receipt.objects.count()) == (2, 0)


def test_the_same_key_of_another_account_is_another_key() -> None:
    ask()
    ask(who="user-2")
    assert Place.objects.count() == 2


@pytest.mark.parametrize("other", [{"fields": {"text": "b"}}, {"path": "/elsewhere/"}])
def test_the_same_key_with_another_content_is_refused(other: dict[str, Any]) -> None:
    ask()
    answer = ask(**other)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert Place.objects.count() == 1


def test_the_content_of_a_file_belongs_to_it_and_its_boundary_does_not() -> None:
    def sent(content: bytes) -> int:
        return ask({"text": "a", "photo": SimpleUploadedFile("a.jpg", content)}).status_code

    assert [sent(b"one"), sent(b"one"), sent(b"two")] == [200, 200, 422]
    assert Place.objects.count() == 1


def test_a_key_that_is_no_uuid_is_refused() -> None:
    answer = ask(key="17")
    assert answer.status_code == 400
    assert Place.objects.count() == 0


def test_a_refusal_is_not_kept() -> None:
    assert ask({"refuse": "1"}).status_code == 422
    assert Receipt.objects.count() == 0
    ask({"text": "corrected"})
    assert Place.objects.count() == 1


def test_what_breaks_leaves_neither_work_nor_receipt() -> None:
    with pytest.raises(OSError, match="broken"):
        ask({"break": "1"})
    assert (Place.objects.count(), Receipt.objects.count()) == (0, 0)
    ask()
    assert Place.objects.count() == 1


def test_a_page_cannot_be_kept() -> None:
    with pytest.raises(TypeError, match="redirect or with JSON"):
        ask(work=once(lambda request: HttpResponse("a page")))


def test_a_view_that_claims_itself_must_keep_its_answer() -> None:
    @once(claims=True)
    def keeps(request: HttpRequest) -> HttpResponse:
        with services.claimed(request) as claim:
            place("kept")
            return claim.keep(HttpResponseRedirect("/kept/"))

    assert ask(work=keeps).content == ask(work=keeps).content
    assert Place.objects.count() == 1
    with pytest.raises(TypeError, match="kept no answer"):
        ask(key=ANOTHER, work=once(lambda request: HttpResponseRedirect("/"), claims=True))


def test_a_receipt_holds_nothing_of_what_was_sent() -> None:
    ask({"text": "Ibu Siti, RT 04"})
    row = Receipt.objects.values().get()
    assert "Siti" not in str(row)
    assert row["answer"] == {"location": "/place/1/"}
    assert len(row["digest"]) == 64


def test_old_receipts_are_forgotten() -> None:
    ask()
    ask(key=ANOTHER)
    Receipt.objects.filter(key=KEY).update(at=timezone.now() - timedelta(days=61))
    assert services.forget_old() == 1
    assert [str(key) for key in Receipt.objects.values_list("key", flat=True)] == [ANOTHER]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_work_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "SQLite lies in memory here and lets no second writer wait; tests/cluster runs this on PostgreSQL"
        )
    inside, go_on = threading.Event(), threading.Event()
    answers: list[HttpResponse] = []

    @once
    def slow(request: HttpRequest) -> HttpResponse:
        place(uuid.uuid4().hex[:20])
        inside.set()
        assert go_on.wait(20)
        return HttpResponseRedirect("/done/")

    def run() -> None:
        try:
            answers.append(ask(work=slow))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    if connection.vendor == "postgresql":
        until(a_lock_is_waited_for, what="the second's wait")
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False, True]
    assert Place.objects.count() == 1
