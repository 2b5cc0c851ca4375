"""The database refuses what the audit trail does not allow, also past Django's models."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from jcoc.trail.audit import triggers
from jcoc.trail.audit.models import Entry, Note
from jcoc.trail.audit.recording import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

FORBIDDEN = [
    "UPDATE audit_entry SET actor = 'user-1' WHERE seq = 1",
    "DELETE FROM audit_entry WHERE seq = 2",
    "DELETE FROM audit_entry",
    "UPDATE audit_head SET seq = 1 WHERE id = 1",
    "UPDATE audit_head SET hash = 'x' WHERE id = 1",
    "DELETE FROM audit_head",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_past_stays(statement: str) -> None:
    record("test.look", "test.thing", [1, 2])
    before = list(Entry.objects.values_list())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Entry.objects.values_list()) == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("table", ["audit_entry", "audit_head"])
def test_nor_can_it_be_emptied(table: str) -> None:
    record("test.look", "test.thing", [1])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert Entry.objects.count() == 1


def test_words_beside_the_chain_can_be_erased() -> None:
    record("test.look", "test.thing", [1], note="asked by telephone")
    Note.objects.all().delete()
    assert Entry.objects.get().note


def test_a_missing_trigger_is_named_and_set_again() -> None:
    assert triggers.missing(connection) == []
    triggers.drop(connection)
    assert len(triggers.missing(connection)) >= 4
    triggers.create(connection)
    assert triggers.missing(connection) == []
