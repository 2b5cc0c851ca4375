"""After an upgrade the rows stand as the chain says, and what was changed past jcoc before stays found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db.migrations import AddField, Migration, RunPython
from django.db.models import TextField

from jcoc.people import services as people
from jcoc.people.models import KioskLink
from jcoc.trail.audit import upgrades
from jcoc.trail.audit.digests import columns_of
from jcoc.trail.audit.guard import unguarded
from jcoc.trail.audit.models import Entry
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.rowcheck import RowFault, check_rows
from support import PASSWORD, jcoc, set_up

pytestmark = pytest.mark.django_db


class Data(Migration):
    operations = [RunPython(RunPython.noop)]


class Shape(Migration):
    operations = [AddField("kiosklink", "more", TextField())]


DATA = [(Data("0099_data", "people"), False)]
SHAPE = [(Shape("0099_shape", "people"), False)]


@pytest.fixture
def links() -> list[KioskLink]:
    return [people.make_kiosk_link(name)[0] for name in ("lobi", "rapat")]


def migrated() -> list[tuple[str, bool, bool]]:
    rows = Entry.objects.filter(action=upgrades.MIGRATED, kind="people.kiosklink").order_by("seq")
    return [(row.object, bool(row.before), bool(row.after)) for row in rows]


@pytest.mark.postgres
def test_rows_that_a_migration_writes_are_entered(links: list[KioskLink]) -> None:
    upgrades.before(using="default", plan=DATA)
    with unguarded():
        KioskLink.objects.filter(pk=links[0].pk).update(name="x")
        KioskLink.objects.filter(pk=links[1].pk).delete()
        made = KioskLink.objects.create(name="baru", digest="0" * 64)
    assert len(check_rows().faults) == 3
    upgrades.after(using="default", plan=DATA)
    assert migrated() == [
        (str(links[0].pk), True, True), (str(made.pk), False, True), (str(links[1].pk), True, False),
    ]  # fmt: skip
    assert Entry.objects.filter(action=upgrades.MIGRATED)[0].detail == '{"migrations":["people.0099_data"]}'
    assert check_rows().faults == []
    assert verify_chain().whole


@pytest.mark.postgres
def test_rows_changed_past_jcoc_before_it_stay_found(links: list[KioskLink]) -> None:
    with unguarded():
        KioskLink.objects.filter(pk=links[0].pk).update(name="x")
    upgrades.before(using="default", plan=DATA)
    upgrades.after(using="default", plan=DATA)
    assert migrated() == []
    assert [fault.what for fault in check_rows().faults] == ["changed"]


@pytest.mark.postgres
def test_a_new_column_changes_every_digest_of_its_table_and_no_other(
    links: list[KioskLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrades.before(using="default", plan=SHAPE)
    # As if the model had one column less until now.
    monkeypatch.setitem(upgrades._columns, "people_kiosklink", frozenset({"id"}))
    monkeypatch.setattr(KioskLink, "audit_exempt_fields", frozenset({"name", "last_opened"}))
    columns_of.cache_clear()
    upgrades.after(using="default", plan=SHAPE)
    assert migrated() == [(str(link.pk), True, True) for link in links]
    assert not Entry.objects.filter(action=upgrades.MIGRATED).exclude(kind="people.kiosklink").exists()
    assert check_rows().faults == []
    monkeypatch.undo()
    columns_of.cache_clear()
    assert (
        RowFault("people.kiosklink", "changed", str(links[0].pk), check_rows().faults[0].seq)
        in check_rows().faults
    )


def test_without_migrations_nothing_is_entered(links: list[KioskLink]) -> None:
    before = Entry.objects.count()
    upgrades.before(using="default", plan=[])
    with unguarded():
        KioskLink.objects.update(name="x")
    upgrades.after(using="default", plan=[])
    assert Entry.objects.count() == before


def test_rows_from_before_there_was_a_trail_are_entered_by_the_upgrade(folder: Path) -> None:
    data = set_up(folder / "d")
    done = jcoc(data, "people", "add", "sari", "--role", "operator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(data / "jcoc.sqlite3") as file:  # as an installation of the first release has it
        named = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = [name for (name,) in named if name.startswith("audit_")]
        for table in tables:
            file.execute(f"DROP TABLE {table}")
        file.execute("DELETE FROM django_migrations WHERE app = 'audit'")
        declared = sum(
            file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("contract_enrolment", "indicators_indicator", "indicators_target")
        )
    file.close()
    assert len(tables) == 4
    assert jcoc(data, "setup").returncode == 0
    done = jcoc(data, "audit", "verify", "--rows")
    assert done.returncode == 0, done.stderr
    # The account, its role, the texts of consent in two languages, and what the programmes declare.
    assert f"whole: {4 + declared} entries" in done.stdout
