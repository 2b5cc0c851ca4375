"""Writers at once, and writers that are killed: the chain has no gap, and no entry is there by half."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import close_old_connections, connection, connections

from jcoc.people.models import KioskLink
from jcoc.trail.actor import acting
from jcoc.trail.audit.models import Entry, Head
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.recording import record, writing
from jcoc.trail.audit.rowcheck import check_rows
from support import environment, jcoc, set_up, until

pytestmark = pytest.mark.slow

WRITERS, TIMES = 8, 25


def write_at_once(work: object) -> None:
    """Run `work(writer)` in threads with a connection each."""
    failed: list[BaseException] = []
    together = threading.Barrier(WRITERS)

    def run(writer: int) -> None:
        try:
            together.wait()
            work(writer)  # type: ignore[operator]
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failed, failed
    close_old_connections()


def append(writer: int) -> None:
    for number in range(TIMES):
        with acting(f"user-{writer}"):
            if number % 5:
                with writing("test.write"):
                    KioskLink.objects.create(name="x", digest=f"{writer}-{number}")
            else:
                record("test.look", "test.thing", [1, 2])


def check(total: int, before: int = 0) -> None:
    verdict = verify_chain()
    assert verdict.faults == []
    assert verdict.entries == verdict.seq == before + total
    per_actor = {
        actor: Entry.objects.filter(actor=actor).count() for actor in (f"user-{w}" for w in range(WRITERS))
    }
    assert set(per_actor.values()) == {total // WRITERS}


EXPECTED = WRITERS * (TIMES + TIMES // 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite lies in memory; below, in a file"
)
def test_writers_at_once_on_postgresql_leave_one_chain() -> None:
    write_at_once(append)
    check(EXPECTED)
    assert check_rows().faults == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite lies in memory")
def test_the_very_first_writers_meet() -> None:
    assert not Head.objects.exists()
    write_at_once(lambda writer: record("test.look", "test.thing", [writer]))
    assert verify_chain().faults == []
    assert Entry.objects.count() == WRITERS


IN_A_FILE = """
import sys; sys.path[:0] = {path!r}
import django; django.setup()
from django.db import connection
from jcoc.trail.audit.models import Entry
from trail_audit_parallel import EXPECTED, append, check, write_at_once
before = Entry.objects.count()
write_at_once(append)
check(EXPECTED, before)
print("WHOLE")
"""


def test_writers_at_once_on_an_sqlite_file_leave_one_chain(folder: Path) -> None:
    set_up(folder / "d")
    (folder / "trail_audit_parallel.py").write_text(Path(__file__).read_text())
    code = IN_A_FILE.format(path=[str(folder), str(Path(__file__).parents[2])])
    env = environment(folder / "d") | {"DJANGO_SETTINGS_MODULE": "jcoc.settings"}
    env.pop("JCOC_DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=200)
    assert "WHOLE" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]


def test_killed_writers_leave_whole_entries_and_every_one_that_was_said(folder: Path) -> None:
    data = set_up(folder / "d")
    env = environment(data) | {"DJANGO_SETTINGS_MODULE": "jcoc.settings"}
    before = verified(data)
    said = 0
    for round_ in range(4):
        command = [sys.executable, str(Path(__file__).with_name("appender.py")), str(round_)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines: list[str] = []
        reader = threading.Thread(target=lambda out=process.stdout, to=lines: to.extend(out), daemon=True)
        reader.start()
        until(lambda lines=lines, enough=10 + 7 * round_: len(lines) > enough, what="some entries")
        process.kill()
        process.wait(10)
        reader.join(10)
        process.stdout.close()
        said += int(lines[-1]) * 3
    entries = verified(data)
    assert (
        said + before <= entries <= said + before + 4 * 3
    )  # one that was on disk, but not said yet, a round
    assert (entries - before) % 3 == 0


def verified(data: Path) -> int:
    """How many entries there are, and that the chain is whole and each row stands as its entry says."""
    done = jcoc(data, "audit", "verify", "--rows")
    assert done.returncode == 0, done.stderr
    entries = int(done.stdout.split("whole: ")[1].split()[0])
    assert f"Rows that stand as it says: {entries}." in done.stdout
    return entries
