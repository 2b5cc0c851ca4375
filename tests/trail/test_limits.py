"""Who asks too often is told to wait, others are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.views.decorators.csrf import csrf_exempt
from hypothesis import given
from hypothesis import strategies as st

from jcoc.people.services import add_account
from jcoc.trail import limits
from jcoc.trail.limits import ANONYMOUS_POST, USUAL_BODY, Buckets, Rate, Rule, most_bytes
from support import PASSWORD


def test_a_bucket_holds_so_many_and_fills_again() -> None:
    buckets, rate = Buckets(), Rate(3, 6)  # one more each two seconds
    assert [buckets.take("a", rate, 0.0) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.take("a", rate, 1.0) == 1
    assert buckets.take("a", rate, 2.0) == 0
    assert buckets.take("a", rate, 2.0) == 2
    assert [buckets.take("a", rate, 1000.0) for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.take("b", rate, 1000.0) == 0


def test_a_refused_request_costs_nothing() -> None:
    buckets, rate = Buckets(), Rate(1, 1)
    buckets.take("a", rate, 0.0)
    for tenth in range(1, 10):
        assert buckets.take("a", rate, tenth / 10) > 0
    assert buckets.take("a", rate, 1.0) == 0


@given(st.lists(st.floats(0, 2), max_size=60), st.integers(1, 5), st.floats(0.5, 10))
def test_over_any_time_no_more_go_through_than_promised(
    pauses: list[float], count: int, seconds: float
) -> None:
    buckets, rate, now, through = Buckets(), Rate(count, seconds), 0.0, []
    for pause in pauses:
        now += pause
        if buckets.take("a", rate, now) == 0:
            through.append(now)
    for first, began in enumerate(through):
        for last, ended in enumerate(through[first:], 1):
            assert last <= count + (ended - began) * count / seconds + 1e-6


def test_what_is_remembered_is_bounded_and_who_asks_is_not_forgotten() -> None:
    buckets, rate = Buckets(most=100), Rate(1, 1000)
    buckets.take("steady", rate, 0.0)
    for number in range(10_000):
        buckets.take(number, rate, 0.0)
        if number % 50 == 0:
            assert buckets.take("steady", rate, 0.0) > 0
    assert len(buckets) == 100


def _posts(client: Client, count: int, **headers: str) -> list[int]:
    return [client.post("/language/", {"language": "id"}, headers=headers).status_code for _ in range(count)]


@pytest.fixture
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "ANONYMOUS_POST", Rule("anonymous.post", Rate(3, 3600)))
    limits.buckets.clear()
    yield
    limits.buckets.clear()


@pytest.mark.django_db
def test_posts_without_a_log_in_are_counted_by_address(few: None) -> None:
    assert _posts(Client(REMOTE_ADDR="203.0.113.7"), 5) == [302, 302, 302, 429, 429]
    assert _posts(Client(REMOTE_ADDR="203.0.113.8"), 1) == [302]


@pytest.mark.django_db
def test_a_whole_ipv6_network_counts_as_one(few: None) -> None:
    met = [_posts(Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}"), 1)[0] for n in range(1, 5)]
    assert met == [302, 302, 302, 429]
    assert _posts(Client(REMOTE_ADDR="2001:db8:1:3::1"), 1) == [302]


@pytest.mark.django_db
def test_a_header_does_not_make_somebody_another(few: None) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    met = [
        client.post(
            "/language/", {"language": "id"}, headers={"X-Forwarded-For": f"198.51.100.{n}"}
        ).status_code
        for n in range(4)
    ]
    assert met == [302, 302, 302, 429]


@pytest.mark.django_db
def test_somebody_who_is_logged_in_is_not_held_up_by_the_neighbours(few: None) -> None:
    add_account("operator", PASSWORD, ["operator"])
    _posts(Client(), 4)
    client = Client()
    from jcoc.people.models import User

    client.force_login(User.objects.get(username="operator"))
    assert _posts(client, 4) == [302] * 4


@pytest.mark.django_db
def test_the_answer_says_how_long_to_wait(few: None) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    _posts(client, 3)
    problem = client.post("/language/", {"language": "id"})
    assert (problem.status_code, problem["Content-Type"]) == (429, "application/problem+json")
    assert 1100 < int(problem["Retry-After"]) <= 1200
    assert problem.json()["status"] == 429
    page = client.post("/language/", headers={"Accept": "text/html", "Accept-Language": "id"})
    assert page.status_code == 429
    assert "Terlalu sering meminta" in page.content.decode()
    assert page["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_reading_is_free_but_where_a_view_says_otherwise(
    few: None, rf: RequestFactory, settings: Any
) -> None:
    middleware = limits.LimitMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]

    @limits.limited("test.download", Rate(2, 60))
    def download(request: object) -> None: ...

    def plain(request: object) -> None: ...

    def met(view: Any) -> list[bool]:
        return [middleware.process_view(rf.get("/"), view, (), {}) is not None for _ in range(4)]

    assert met(plain) == [False] * 4

    def posted(view: Any) -> list[bool]:
        return [middleware.process_view(rf.post("/"), view, (), {}) is not None for _ in range(4)]

    @csrf_exempt
    def called_by_a_gateway(request: object) -> None: ...

    assert posted(called_by_a_gateway) == [False] * 4
    assert posted(plain) == [False, False, False, True]
    assert met(download) == [False, False, True, True]
    settings.RATE_LIMITS = False
    assert met(download) == [False] * 4


def test_downloads_are_limited_and_a_form_without_files_is_small() -> None:
    from django.urls import resolve

    rule = resolve("/sensors/x/download.csv").func.limit  # type: ignore[attr-defined]
    assert rule.rate.burst >= 10
    assert ANONYMOUS_POST.rate.burst >= 100  # a school behind one address
    assert most_bytes("/login/") == most_bytes("/nowhere") == USUAL_BODY


def test_a_view_may_take_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    @limits.takes(7)
    def form(request: object) -> None: ...

    monkeypatch.setattr(limits, "resolve", lambda path: SimpleNamespace(func=form))
    assert most_bytes("/form/") == 7
