"""The chain in the database, walked as it is stored; what is done to it past jcoc is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from jcoc.people import services as people
from jcoc.people.models import KioskLink
from jcoc.trail.audit import services, triggers
from jcoc.trail.audit.models import Entry, SignedHead
from jcoc.trail.audit.reading import rows, verify_chain
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.audit.rowcheck import RowFault, check_rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def chain() -> Iterator[None]:
    """A chain of eight entries whose database lets everything be done to it."""
    for number in range(8):
        record("test.look", "test.thing", [number], note="sebab" if number == 3 else "", detail={"n": number})
    assert verify_chain().whole
    with triggers.lifted(connection):
        yield


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def told() -> list[tuple[str, int]]:
    return [(fault.kind, fault.seq) for fault in verify_chain().faults]


def test_instants_come_back_as_they_were_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    for microsecond in (0, 5, 120_000):
        at = datetime(2026, 11, 24, 17, 0, 0, microsecond, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        record("test.look", "test.thing", [1])
    assert [link.at for link, _hash in rows()] == [
        "2026-11-24T17:00:00.000000Z", "2026-11-24T17:00:00.000005Z", "2026-11-24T17:00:00.120000Z",
    ]  # fmt: skip
    assert verify_chain().whole


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("UPDATE audit_entry SET actor = 'user-9' WHERE seq = 4", [("changed", 4)]),
        ("UPDATE audit_entry SET detail = '' WHERE seq = 1", [("changed", 1)]),
        ("DELETE FROM audit_entry WHERE seq = 5", [("missing", 5)]),
        ("DELETE FROM audit_entry WHERE seq > 6", [("cut", 7)]),
        ("DELETE FROM audit_entry", [("cut", 1)]),
        ("UPDATE audit_head SET seq = 6 WHERE id = 1", [("head", 6), ("beyond", 7)]),
        ("UPDATE audit_head SET hash = 'x' WHERE id = 1", [("head", 8)]),
        ("DELETE FROM audit_head", [("beyond", 1)]),
        ("UPDATE audit_entry SET note = '' WHERE seq = 4", [("changed", 4)]),
    ],
)
@pytest.mark.usefixtures("chain")
def test_what_is_done_to_the_table_is_found(statement: str, faults: list[tuple[str, int]]) -> None:
    sql("DELETE FROM audit_note")
    sql(statement)
    assert told() == faults


@pytest.mark.usefixtures("chain")
def test_two_entries_that_changed_places_are_found() -> None:
    sql("UPDATE audit_entry SET seq = 99 WHERE seq = 2")
    sql("UPDATE audit_entry SET seq = 2 WHERE seq = 6")
    sql("UPDATE audit_entry SET seq = 6 WHERE seq = 99")
    assert told() == [("moved", 2), ("moved", 6)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps instants, not their text")
@pytest.mark.usefixtures("chain")
def test_an_instant_written_in_another_way_is_found() -> None:
    sql("UPDATE audit_entry SET at = at || '7' WHERE seq = 3")
    assert told() == [("changed", 3)]


def test_progress_goes_up_to_the_end() -> None:
    record("test.look", "test.thing", range(12_000))
    heard: list[float] = []
    verify_chain(lambda fraction, _text: heard.append(fraction))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 3


def test_a_signed_head_is_kept_and_what_comes_after_it_is_verified_next_time() -> None:
    record("test.look", "test.thing", range(3))
    first = services.sign_head()
    assert (first.seq, SignedHead.objects.get().document) == (3, first.as_document())
    second = services.sign_head()
    assert second.seq == 4  # the entry that tells of the first
    assert verify_chain().whole


@pytest.mark.usefixtures("chain")
def test_a_chain_made_anew_does_not_bear_its_signed_head() -> None:
    services.sign_head()
    sql("UPDATE audit_entry SET actor = 'user-9' WHERE seq = 8")
    remade = list(rows())
    from jcoc.trail.audit.chain import link_hash

    previous = remade[6][1]
    for link, _stored in remade[7:]:
        link = link._replace(previous=previous)
        previous = link_hash(link)
        sql(
            f"UPDATE audit_entry SET previous = '{link.previous}', hash = '{previous}' WHERE seq = {link.seq}"
        )
    sql(f"UPDATE audit_head SET hash = '{previous}' WHERE id = 1")
    assert told() == [("signed", 8)]


@pytest.mark.usefixtures("chain")
def test_a_chain_that_is_not_whole_is_not_signed_and_that_is_entered() -> None:
    sql("UPDATE audit_entry SET actor = 'user-9' WHERE seq = 4")
    with pytest.raises(services.NotSigned, match="Entry 4 was changed"):
        services.sign_head()
    assert json.loads(Entry.objects.get(action=services.NOT_SIGNED).detail) == {"faults": [["changed", 4, 0]]}
    assert not SignedHead.objects.exists()


def test_there_is_nothing_to_sign_at_first() -> None:
    with pytest.raises(services.NotSigned, match="nothing to sign"):
        services.sign_head()


def test_a_verification_that_is_kept_says_what_it_found() -> None:
    record("test.look", "test.thing", range(3))
    assert services.state()["verified"] is None
    services.verify_and_keep()
    state = services.state()
    assert (state["verified_entries"], state["faults"], state["triggers"]) == (3, 0, [])
    with triggers.lifted(connection):
        sql("UPDATE audit_entry SET actor = 'user-9' WHERE seq = 2")
        services.verify_and_keep()
    state = services.state()
    assert (state["faults"], state["first"]) == (1, [["changed", 2, 0]])
    assert len(state["triggers"]) >= 4


@pytest.fixture
def links() -> list[KioskLink]:
    made = [people.make_kiosk_link(name)[0] for name in ("lobi", "rapat", "ruang kendali")]
    assert check_rows().faults == []
    return made


def test_rows_that_stand_as_the_chain_says_are_counted(links: list[KioskLink]) -> None:
    with writing("people.remove"):
        links[0].delete()
    verdict = check_rows()
    assert verdict.faults == []
    assert verdict.rows >= 2


def test_rows_changed_past_jcoc_are_named(links: list[KioskLink]) -> None:
    with writing("people.remove"):
        links[2].delete()
    with triggers.lifted(connection):
        sql(f"UPDATE people_kiosklink SET name = 'x' WHERE id = {links[0].pk}")
        sql(f"DELETE FROM people_kiosklink WHERE id = {links[1].pk}")
        links[2].pk = 900
        links[2].save(force_insert=True)
    entry = dict(Entry.objects.filter(kind="people.kiosklink").values_list("object", "seq"))
    kind = "people.kiosklink"
    assert check_rows().faults == [
        RowFault(kind, "changed", str(links[0].pk), entry[str(links[0].pk)]),
        RowFault(kind, "removed", str(links[1].pk), entry[str(links[1].pk)]),
        RowFault(kind, "unknown", "900"),
    ]
    assert str(check_rows().faults[2]) == "people.kiosklink 900 was put in past jcoc: no entry tells of it."


def test_bookkeeping_is_no_change(links: list[KioskLink]) -> None:
    _link, secret = people.make_kiosk_link("lobi 2")
    people.open_kiosk_link(secret)
    assert check_rows().faults == []


def test_a_look_at_a_row_is_no_deletion_of_it(links: list[KioskLink]) -> None:
    record("people.look", "people.kiosklink", [links[0].pk])
    assert check_rows().faults == []
