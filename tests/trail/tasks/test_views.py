"""The page of background tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jcoc.people import services as people
from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry
from jcoc.trail.tasks import queue
from jcoc.trail.tasks.api import GiveUp, Job, enqueue
from jcoc.trail.tasks.models import Task
from jcoc.trail.tasks.worker import run_due
from support import PASSWORD

pytestmark = pytest.mark.django_db


def _client(role: str) -> tuple[Client, str]:
    user = people.add_account(role, PASSWORD, [role], full_name=f"Nama {role}")
    client = Client(headers={"Accept-Language": "en"})
    assert client.login(username=role, password=PASSWORD)
    return client, f"user-{user.pk}"


@pytest.fixture
def broken(declared: Callable[..., Any]) -> Callable[..., Any]:
    def never(job: Job) -> None:
        raise GiveUp("There is no such address.")

    function: Callable[..., Any] = declared("test.never", never, title="Send to nobody")
    return function


def test_an_empty_page_says_so_and_what_the_clock_does() -> None:
    client, _actor = _client("administrator")
    page = client.get("/tasks/").content.decode()
    assert "No tasks yet" in page
    assert "every day at 02.20 WIB" in page
    assert "data-refresh" in page


def test_a_failed_task_shows_its_reason_and_is_repeated(broken: Callable[..., Any]) -> None:
    client, actor = _client("administrator")
    with acting(actor):
        pk = enqueue(broken)
    run_due()
    page = client.get("/tasks/").content.decode()
    assert "There is no such address." in page
    assert "Nama administrator" in page
    assert "0 running, 0 waiting, 1 failed" in page
    answer = client.post(f"/tasks/{pk}/repeat/", follow=True)
    assert "is in the queue again" in answer.content.decode()
    entry = Entry.objects.first()
    assert entry
    assert (entry.actor, entry.action, entry.object) == (actor, "tasks.repeat", str(pk))
    row = Task.objects.get(pk=pk)
    assert (row.state, row.attempt, row.error) == ("waiting", 0, [])
    assert "nothing to repeat" in client.post(f"/tasks/{pk}/repeat/", follow=True).content.decode()


def test_cancelling_what_waits_and_what_runs(broken: Callable[..., Any]) -> None:
    client, _actor = _client("administrator")
    first, second = enqueue(broken), enqueue(broken)
    assert queue.claim(["test.never"])
    for pk in (first, second):
        said = client.post(f"/tasks/{pk}/cancel/", follow=True).content.decode()
        assert "is being cancelled" in said
        assert "what comes out is thrown away" in said
    rows = {row.pk: row for row in Task.objects.all()}
    assert (rows[first].state, rows[first].cancel_asked) == ("running", True)
    assert rows[second].state == "cancelled"
    assert "is over already" in client.post(f"/tasks/{second}/cancel/", follow=True).content.decode()
    assert [entry.object for entry in Entry.objects.filter(action="tasks.cancel")] == [
        str(second),
        str(first),
    ]


def test_others_see_and_touch_only_their_own(broken: Callable[..., Any]) -> None:
    client, actor = _client("shift_lead")
    with acting(actor):
        own = enqueue(broken)
    foreign = enqueue(broken)
    page = client.get("/tasks/").content.decode()
    assert f"/tasks/{own}/cancel/" in page
    assert f"/tasks/{foreign}/cancel/" not in page
    assert "By the clock" not in page
    answer = client.post(f"/tasks/{foreign}/cancel/", follow=True)
    assert "somebody else" in answer.content.decode()
    assert Task.objects.get(pk=foreign).state == "waiting"


def test_the_list_is_filtered_and_turned_over(
    broken: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    client, _actor = _client("administrator")
    for _ in range(60):
        enqueue(broken)
    run_due(5)
    assert client.get("/tasks/?state=failed").content.decode().count("/repeat/") == 5
    assert "No such tasks" in client.get("/tasks/?state=done").content.decode()
    with django_assert_max_num_queries(12):
        page = client.get("/tasks/?page=3").content.decode()
    assert page.count("/repeat/") + page.count("/cancel/") == 10
    assert client.get("/tasks/?state=wrong&page=none").status_code == 200


def test_a_task_of_a_newer_version_shows_its_bare_name() -> None:
    client, _actor = _client("administrator")
    from django.utils import timezone

    Task.objects.create(name="newer.task", asked_by="system", run_after=timezone.now())
    assert "newer.task" in client.get("/tasks/").content.decode()
