"""Every write enters the chain as it commits, whichever way it takes, or is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jcoc.city.models import Place, Succession
from jcoc.people.models import KioskLink, User
from jcoc.telemetry.models import Datastream, Location, Thing
from jcoc.telemetry.services import NewDatastream, issue_token, register_thing
from jcoc.trail.actor import acting
from jcoc.trail.audit.chain import GENESIS, Link, instant, link_hash
from jcoc.trail.audit.digests import digests_of
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry, Head, Note
from jcoc.trail.audit.recording import UnauditedWrite, create_many, record, watching, writing

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def link(name: str = "lobi", digest: str = "") -> KioskLink:
    return KioskLink(name=name, digest=digest or f"{name:0>64}")


def entries(**fields: Any) -> list[Entry]:
    return list(Entry.objects.filter(**fields).order_by("seq"))


def test_an_entry_says_who_what_when_and_what_the_row_was_before_and_after() -> None:
    with acting("user-7"):
        with writing("people.kiosk_link_make", detail={"rows": 1}):
            made = link()
            made.save()
        with writing("people.kiosk_link_change"):
            made.name = "ruang rapat"
            made.save()
        with writing("people.kiosk_link_remove"):
            key = made.pk
            made.delete()
    first, second, third = entries(kind="people.kiosklink")
    assert {entry.actor for entry in (first, second, third)} == {"user-7"}
    assert [entry.action for entry in (first, second, third)] == [
        "people.kiosk_link_make", "people.kiosk_link_change", "people.kiosk_link_remove",
    ]  # fmt: skip
    assert {entry.object for entry in (first, second, third)} == {str(key)}
    assert json.loads(first.detail) == {"rows": 1}
    assert first.before == "" and first.after == second.before
    assert second.after == third.before != first.after
    assert third.after == ""


def test_each_entry_carries_the_hash_of_the_one_before_and_the_head_that_of_the_last() -> None:
    record("test.look", "test.thing", ["a", "b"], note="asked", detail={"n": 1})
    record("test.look", "test.thing", ["c"])
    previous = GENESIS
    for number, entry in enumerate(entries(), 1):
        assert entry.seq == number
        assert entry.previous == previous
        fields = {name: getattr(entry, name) for name in Link._fields}
        assert entry.hash == link_hash(Link(**fields | {"at": instant(entry.at)}))
        previous = entry.hash
    assert Head.objects.values_list("seq", "hash").get() == (3, previous)


def test_words_of_a_person_lie_beside_the_chain_not_in_it() -> None:
    record("test.look", "test.thing", [1], note="Diminta lewat telepon")
    entry = Entry.objects.get()
    assert Note.objects.get(entry=entry).text == "Diminta lewat telepon"
    assert len(entry.note) == 64
    assert "telepon" not in json.dumps([getattr(entry, name) for name in Link._fields if name != "at"])


def test_nothing_changed_is_no_entry() -> None:
    with writing("people.kiosk_link_make"):
        made = link()
        made.save()
    with writing("people.kiosk_link_change"):
        made.save()
    assert len(entries()) == 1


def test_a_block_that_fails_leaves_neither_row_nor_entry() -> None:
    with pytest.raises(ZeroDivisionError), writing("people.kiosk_link_make"):
        link().save()
        _ = 1 // 0
    assert not KioskLink.objects.exists()
    assert not entries()


def test_a_block_within_another_joins_it_under_its_own_action() -> None:
    with writing("outer.do"):
        link("a").save()
        with writing("inner.do"):
            link("b").save()
        assert not entries()  # nothing before the outer one is done
    assert [entry.action for entry in entries()] == ["outer.do", "inner.do"]


def test_what_was_undone_within_a_block_has_no_entry() -> None:
    with writing("outer.do"):
        link("a").save()
        with pytest.raises(IntegrityError), transaction.atomic():
            link("b").save()
            link("c", digest=f"{'a':0>64}").save()  # the digest of "a": refused by the database
        with pytest.raises(ZeroDivisionError), writing("inner.do"):
            link("d").save()
            _ = 1 // 0
        link("e").save()
    assert sorted(KioskLink.objects.values_list("name", flat=True)) == ["a", "e"]
    assert [entry.object for entry in entries()] == [
        str(pk) for pk in KioskLink.objects.order_by("name").values_list("pk", flat=True)
    ]


def test_a_block_that_joined_and_was_undone_later_has_no_entry() -> None:
    with writing("outer.do"):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with writing("inner.do"):
                link("a").save()
            _ = 1 // 0
        link("b").save()
    assert [entry.action for entry in entries()] == ["outer.do"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people_kiosklink (name, digest, created) VALUES ('x', 'y', '2026-01-01')",
        "UPDATE people_kiosklink SET name = 'x'",
        "UPDATE \"people_kiosklink\" SET name = 'x'",
        "update people_kiosklink set name = 'x'",
        "  DELETE FROM people_kiosklink",
        "DELETE FROM main.people_kiosklink",
        "REPLACE INTO people_kiosklink (name) VALUES ('x')",
        "TRUNCATE TABLE people_kiosklink",
        "COPY people_kiosklink FROM stdin",
    ],
)
def test_the_guard_refuses_a_statement_that_nobody_notes(statement: str) -> None:
    with pytest.raises(UnauditedWrite, match="people_kiosklink"), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(UnauditedWrite), writing("test.do"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_save_that_failed_leaves_no_leave_to_write() -> None:
    with writing("people.kiosk_link_make"):
        link("a").save()
    with pytest.raises(IntegrityError), writing("people.kiosk_link_make"):
        link("a").save()
    with pytest.raises(UnauditedWrite), transaction.atomic():
        KioskLink.objects.update(name="b")


def test_no_way_around_signals_goes_unseen() -> None:
    with writing("people.kiosk_link_make"):
        link("a").save()
    with pytest.raises(UnauditedWrite), transaction.atomic():
        link("b").save()
    with pytest.raises(UnauditedWrite), transaction.atomic():
        KioskLink.objects.update(name="b")
    with pytest.raises(UnauditedWrite), writing("test.do"):
        KioskLink.objects.bulk_create([link("c")])
    with pytest.raises(UnauditedWrite, match="watching"), writing("test.do"):
        changed = KioskLink.objects.get()
        changed.name = "x"
        changed.save()  # that this row is noted is no leave for the others
        KioskLink.objects.update(name="b")
    with pytest.raises(UnauditedWrite), transaction.atomic():
        KioskLink.objects.all().delete()
    with pytest.raises(UnauditedWrite, match="not inside"):
        create_many(KioskLink, [link("d")])
    assert KioskLink.objects.get().name == "a"
    assert len(entries()) == 1


def test_a_save_that_failed_gives_no_leave_to_what_follows() -> None:
    with writing("people.kiosk_link_make"):
        link("a").save()
    with pytest.raises(IntegrityError), writing("test.do"):
        link("b", digest=f"{'a':0>64}").save()
    with pytest.raises(UnauditedWrite), writing("test.do"):
        KioskLink.objects.update(name="b")


def test_watched_rows_are_noted_one_by_one() -> None:
    with writing("people.kiosk_link_make"):
        for name in "abc":
            link(name).save()
    with writing("people.kiosk_links_rename"):
        some = KioskLink.objects.filter(name__in=["a", "b"])
        with watching(some):
            assert some.update(name="z") == 2
    renamed = entries(action="people.kiosk_links_rename")
    now = digests_of(KioskLink, KioskLink.objects.filter(name="z").values_list("pk", flat=True))
    assert {entry.object: entry.after for entry in renamed} == {str(pk): digest for pk, digest in now.items()}
    assert all(entry.before for entry in renamed)


def test_rows_made_in_bulk_have_an_entry_each_and_few_statements(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12), writing("test.bulk"):
        made = create_many(KioskLink, (link(f"{number}") for number in range(40)))
    found = digests_of(KioskLink, [row.pk for row in made])
    assert {entry.object: entry.after for entry in entries()} == {
        str(pk): digest for pk, digest in found.items()
    }


def test_links_between_two_models_are_rows_too() -> None:
    streams = [NewDatastream(f"s-{n}", f"S {n}", "Level") for n in range(3)]
    register_thing("gauge", "Gauge", streams)
    token, _secret = issue_token("gateway", ["s-0", "s-1"])
    kind = "telemetry.devicetoken_datastreams"
    added = entries(kind=kind)
    assert len(added) == 2 and all(entry.after and not entry.before for entry in added)
    third = Datastream.objects.get(code="s-2")
    with writing("test.swap"):
        token.datastreams.set([third])
    assert sorted(bool(entry.after) for entry in entries(kind=kind, action="test.swap")) == [
        False,
        False,
        True,
    ]
    with writing("test.backward"):
        third.device_tokens.clear()
    (gone,) = entries(kind=kind, action="test.backward")
    assert gone.before and not gone.after
    assert {entry.object for entry in added} >= {
        entry.object for entry in entries(kind=kind, action="test.swap") if not entry.after
    }


def test_a_deletion_takes_its_links_along_in_the_account() -> None:
    register_thing("gauge", "Gauge", [NewDatastream("level", "Level", "Level")], point=(103.6, -1.6))
    token, _secret = issue_token("gateway", ["level"])
    with writing("test.remove"):
        token.delete()
    assert {entry.kind for entry in entries(action="test.remove")} == {
        "telemetry.devicetoken", "telemetry.devicetoken_datastreams",
    }  # fmt: skip
    with writing("test.remove_place"):
        Location.objects.get().delete()
    gone = entries(action="test.remove_place")
    assert {"telemetry.location", "telemetry.thing_locations"} <= {entry.kind for entry in gone}
    assert all(entry.before and not entry.after for entry in gone)
    assert Thing.objects.exists()


def test_a_foreign_key_that_a_deletion_empties_is_a_change_of_its_row() -> None:
    with unguarded():
        by = User.objects.create(username="sari")
    with writing("people.kiosk_link_make"):
        made = KioskLink.objects.create(name="lobi", digest="0" * 64, created_by=by)
    with writing("test.remove"):
        by.delete()
    changed = entries(action="test.remove", kind="people.kiosklink")
    assert [entry.object for entry in changed] == [str(made.pk)]
    assert changed[0].after == digests_of(KioskLink, [made.pk])[made.pk]
    assert changed[0].before != changed[0].after


def test_rows_that_go_along_have_their_own_entries() -> None:
    with unguarded():
        place = Place.objects.create(code="15.71", name="Kota", level="kota", lon=103.6, lat=-1.6, source="t")
    with writing("city.succession_save"):
        Succession.objects.create(successor=place, date="2020-01-01", source="t")
    with writing("test.remove"):
        place.delete()
    assert {entry.kind for entry in entries(action="test.remove")} == {"city.place", "city.succession"}


def test_an_account_that_a_library_saves_by_itself_is_noted() -> None:
    user = User.objects.create(username="sari")
    user.first_name = "Sari"
    user.save()
    assert [entry.action for entry in entries()] == ["people.user.added", "people.user.changed"]
    with pytest.raises(UnauditedWrite):
        User.objects.update(first_name="Budi")


def test_bookkeeping_is_left_out_only_where_nothing_else_is_saved() -> None:
    user = User.objects.create(username="sari")
    before = len(entries())
    user.save(update_fields=["last_login"])
    assert len(entries()) == before
    with writing("test.do"):
        user.save(update_fields=["last_login"])
    assert len(entries()) == before
    user.username = "budi"
    user.save(update_fields=["last_login", "username"])
    assert len(entries()) == before + 1


@pytest.mark.parametrize(
    ("action", "kind", "what"),
    [("a" * 81, "k", "o"), ("a", "k" * 81, "o"), ("a", "k", "o" * 81), ("", "k", "o"), ("a", "k", "")],
)
def test_an_entry_that_the_columns_cannot_hold_is_refused(action: str, kind: str, what: str) -> None:
    with pytest.raises(ValueError, match="takes 1 to 80 characters"):
        record(action, kind, [what])
    assert not entries()
