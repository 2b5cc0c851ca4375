"""The auditor's pages: what they find, what they refuse, and that a search stays short on a long chain."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jcoc.people import services as people
from jcoc.trail.actor import acting
from jcoc.trail.audit import background, heads, services, triggers
from jcoc.trail.audit.models import Entry, Note, SignedHead
from jcoc.trail.audit.recording import record
from jcoc.trail.audit.search import PAGE, SearchForm, entries
from jcoc.trail.tasks import queue
from jcoc.trail.tasks.models import State, Task
from support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def auditor() -> Client:
    user = people.add_account("auditor", PASSWORD, ["auditor"], full_name="Bu Auditor")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def administrator() -> Client:
    user = people.add_account("kepala", PASSWORD, ["administrator"])
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def numbers(answer: Any) -> list[int]:
    return [row["entry"].seq for row in answer.context["rows"]]


def test_entries_are_found_by_who_what_and_when(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        # 24 November 2026 in Jambi begins at 17.00 UTC the day before.
        for hour, day in ((16, 23), (17, 23), (16, 24), (17, 24)):
            patch.setattr(timezone, "now", lambda h=hour, d=day: datetime(2026, 11, d, h, 59, tzinfo=UTC))
            with acting(f"user-{hour}"):
                record("test.look", "test.thing", [f"{day}-{hour}"])
    first = Entry.objects.filter(action="test.look").order_by("seq")[0].seq
    by_day = auditor.get("/audit/", {"since": "2026-11-24", "until": "2026-11-24", "action": "test.look"})
    assert numbers(by_day) == [first + 2, first + 1]
    assert numbers(auditor.get("/audit/", {"actor": "user-16"})) == [first + 2, first]
    assert numbers(auditor.get("/audit/", {"kind": "test.thing", "object": "23-17"})) == [first + 1]
    assert numbers(auditor.get("/audit/", {"action": "test.look", "until": "2026-11-23"})) == [first]
    nothing = auditor.get("/audit/", {"actor": "user-99999"})
    assert b"No entry fits this search" in nothing.content


@pytest.mark.parametrize("name", ["sari.uji", "SARI", "Sari Melati", "melati"])
def test_an_account_is_found_by_its_names_as_who_did_and_as_what_was_done_to(
    auditor: Client, name: str
) -> None:
    sari = people.add_account("sari.uji", PASSWORD, ["operator"], full_name="Sari Melati")
    with acting(f"user-{sari.pk}"):
        record("test.look", "test.thing", [1])
    (did,) = auditor.get("/audit/", {"actor": name}).context["rows"]
    assert (did["entry"].action, did["actor"]) == ("test.look", "Sari Melati")
    (done,) = auditor.get("/audit/", {"kind": "people.user", "object": name}).context["rows"]
    assert (done["entry"].action, done["entry"].object) == ("people.account_add", str(sari.pk))


def test_of_two_of_one_name_both_are_found_and_no_name_goes_into_the_chain(auditor: Client) -> None:
    two = [people.add_account(f"budi-{n}", PASSWORD, ["operator"], full_name="Budi Uji") for n in (1, 2)]
    for account in two:
        with acting(f"user-{account.pk}"):
            record("test.look", "test.thing", [account.pk])
    rows = auditor.get("/audit/", {"actor": "budi uji"}).context["rows"]
    assert {row["entry"].actor for row in rows} == {f"user-{account.pk}" for account in two}
    downloaded = auditor.get("/audit/entries.csv", {"actor": "Budi Uji"})
    assert len(b"".join(downloaded).splitlines()) == 3
    kept = Entry.objects.get(action=services.EXPORTED).detail
    assert json.loads(kept)["actor"] == ", ".join(f"user-{account.pk}" for account in two)


def test_a_name_of_very_many_is_asked_for_more_closely(auditor: Client) -> None:
    for number in range(21):
        people.add_account(f"massal-{number}", PASSWORD, ["operator"])
    answer = auditor.get("/audit/", {"actor": "massal"})
    assert answer.status_code == 422
    assert "More than 20 accounts" in answer.content.decode()
    assert auditor.get("/audit/", {"actor": "massal-20"}).status_code == 200


def test_actors_are_shown_with_the_name_they_have_now(auditor: Client) -> None:
    with acting("local"):
        record("audit.export", "audit.chain", [1])
    page = auditor.get("/audit/").content.decode()
    assert "the command line" in page
    assert "Audit entries downloaded" in page


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ({"since": "kemarin"}, "since", "valid date"),
        ({"since": "2026-11-24", "until": "2026-11-23"}, "until", "before the first"),
        ({"actor": "Pak Tiada"}, "actor", "No account is called so"),
        ({"actor": "1571071204870001"}, "actor", "number of a person"),
        ({"actor": "1571 0712 0487 0001"}, "actor", "number of a person"),
        ({"kind": "people.user", "object": "Pak Tiada"}, "object", "No account is called so"),
        ({"kind": "identity.person", "object": "Bu Auditor"}, "object", "found by its id"),
        ({"kind": "bu auditor"}, "kind", "letters, digits"),
        ({"kind": "people.user", "object": "1571071204870001"}, "object", "number of a person"),
        ({"object": "7"}, "kind", "which kind"),
        ({"action": "x" * 81}, "action", "at most 80"),
    ],
)
def test_a_search_that_cannot_be_is_refused_by_field(
    auditor: Client, asked: dict[str, str], field: str, sentence: str
) -> None:
    answer = auditor.get("/audit/", asked)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    refused = auditor.get("/audit/entries.csv", asked)
    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert not Entry.objects.filter(action=services.EXPORTED).exists()


def test_pages_go_back_and_forth_without_a_gap(auditor: Client) -> None:
    record("test.look", "test.thing", range(PAGE * 2 + 7))
    asked = {"action": "test.look"}
    first = auditor.get("/audit/", asked)
    assert first.context["page"].newer is None
    second = auditor.get("/audit/", asked | {"before": first.context["page"].older})
    third = auditor.get("/audit/", asked | {"before": second.context["page"].older})
    assert third.context["page"].older is None
    seen = numbers(first) + numbers(second) + numbers(third)
    assert seen == list(Entry.objects.filter(action="test.look").values_list("seq", flat=True))
    assert numbers(auditor.get("/audit/", asked | {"after": third.context["page"].newer})) == numbers(second)
    assert numbers(auditor.get("/audit/", asked | {"after": second.context["page"].newer})) == numbers(first)
    assert auditor.get("/audit/", {"before": "x"}).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"actor": "system"},
        {"action": "test.look"},
        {"kind": "test.thing", "object": "7"},
        {"before": "500"},
    ],
)
def test_a_page_costs_the_same_however_long_the_chain(
    auditor: Client, asked: dict[str, str], django_assert_max_num_queries: Any
) -> None:
    record("test.look", "test.thing", range(1_000))
    with django_assert_max_num_queries(22):
        assert auditor.get("/audit/", asked).status_code == 200
    if connection.vendor == "sqlite" and asked.keys() & {"actor", "action", "object"}:
        form = SearchForm(asked)
        assert form.is_valid()
        plan = entries(form.cleaned_data)[:51].explain()
        assert "USING INDEX" in plan
        assert "TEMP B-TREE" not in plan  # nothing is sorted


def test_an_entry_says_all_it_holds_and_its_reason_to_the_auditor_alone(
    auditor: Client, administrator: Client
) -> None:
    record("test.look", "test.thing", [5], note="Diminta inspektorat", detail={"why": "inspection"})
    record("test.touch", "test.thing", [5])
    seq = Entry.objects.get(action="test.look").seq
    seen = auditor.get(f"/audit/entries/{seq}/")
    text = seen.content.decode()
    assert "Diminta inspektorat" in text
    assert "inspection" in text
    assert "Its hash fits" in text
    assert [row["entry"].seq for row in seen.context["history"]] == [seq + 1, seq]
    assert (seen.context["earlier"], seen.context["later"]) == (seq - 1, seq + 1)
    hidden = administrator.get(f"/audit/entries/{seq}/").content.decode()
    assert "Diminta inspektorat" not in hidden
    assert "the auditor can read it" in hidden
    Note.objects.all().delete()
    assert "it has been erased" in auditor.get(f"/audit/entries/{seq}/").content.decode()
    assert auditor.get("/audit/entries/99999/").status_code == 404


def test_an_entry_that_was_changed_says_so(auditor: Client) -> None:
    record("test.look", "test.thing", [5, 6])
    seq = Entry.objects.filter(action="test.look").order_by("seq")[0].seq
    with triggers.lifted(connection):
        Entry.objects.filter(seq=seq).update(object="7")
    assert "This entry was changed" in auditor.get(f"/audit/entries/{seq}/").content.decode()


def test_a_search_is_downloaded_whole_and_that_is_entered(auditor: Client) -> None:
    record("test.look", "test.thing", range(30), detail={"note": 'a "quoted", word'})
    answer = auditor.get("/audit/entries.csv", {"action": "test.look"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert [row["object"] for row in rows] == [str(number) for number in range(29, -1, -1)]
    assert json.loads(rows[0]["detail"]) == {"note": 'a "quoted", word'}
    entry = Entry.objects.get(action=services.EXPORTED)
    assert json.loads(entry.detail) == {"action": "test.look", "until_entry": entry.seq - 1}
    assert entry.actor.startswith("user-")


def test_a_verification_runs_in_the_background_once(auditor: Client) -> None:
    for _ in range(2):
        assert auditor.post("/audit/verify/").status_code == 302
    task = Task.objects.get(name="audit.verify")
    page = auditor.get("/audit/").content.decode()
    assert "Being verified" in page
    assert 'data-refresh="2"' in page
    claimed = queue.claim(["audit.verify"])
    assert claimed == task
    queue.report(claimed, 0.4, [])
    assert 'value="40"' in auditor.get("/audit/").content.decode()
    queue.finish(claimed, None)
    with acting(task.asked_by):
        services.verify_and_keep()
    page = auditor.get("/audit/").content.decode()
    assert "Being verified" not in page
    assert "whole, " in page
    background.start_verification()
    assert Task.objects.filter(name="audit.verify", state=State.WAITING).count() == 1


def test_a_chain_that_is_not_whole_is_said_on_the_page_with_each_fault(auditor: Client) -> None:
    record("test.look", "test.thing", [1, 2, 3])
    seq = Entry.objects.filter(object="2", kind="test.thing").get().seq
    with triggers.lifted(connection):
        Entry.objects.filter(seq=seq).update(actor="user-9")
    services.verify_and_keep()
    page = auditor.get("/audit/").content.decode()
    assert "The audit trail is not whole: 1 fault." in page
    assert f"Entry {seq} was changed" in page
    indonesian = auditor.get("/audit/", headers={"Accept-Language": "id"}).content.decode()
    assert f"Catatan {seq} telah diubah" in indonesian


def test_heads_are_listed_and_downloaded_as_they_were_signed(auditor: Client) -> None:
    assert b"No signed heads yet" in auditor.get("/audit/heads/").content
    signed = services.sign_head()
    page = auditor.get("/audit/heads/")
    assert services.public_key() in page.content.decode()
    answer = auditor.get(f"/audit/heads/{SignedHead.objects.get().pk}/")
    assert f"audit-head-{signed.seq}.json" in answer["Content-Disposition"]
    read = heads.read(answer.content)
    assert read == signed
    heads.check(read, services.public_key())
    assert auditor.post("/audit/heads/sign/").status_code == 302
    assert Task.objects.filter(name="audit.sign_head").count() == 1


def test_the_daily_head_is_due_each_night_and_a_broken_chain_fails_it_for_good() -> None:
    from jcoc.trail.tasks import registry
    from jcoc.trail.tasks.api import GiveUp
    from jcoc.trail.tasks.job import Job

    schedule = registry.schedules()["audit.sign_head"]
    due = schedule.following(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert due == datetime(2026, 11, 24, 17, 5, tzinfo=UTC)
    assert schedule.following(due) - due == timedelta(days=1)
    record("test.look", "test.thing", [1, 2])
    job = Job(1, 1, "system")
    background.sign_head(job)
    assert SignedHead.objects.get().seq == 2
    with triggers.lifted(connection):
        Entry.objects.filter(seq=3).update(actor="user-9")
    with pytest.raises(GiveUp, match="Entry 3 was changed"):
        background.sign_head(job)
