"""What the copy of the database leaves out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from jcoc.trail.backup.moment import copy_database

LIVE, ENDED = "k" * 32, "e" * 32


def test_a_copy_holds_no_session_neither_live_nor_ended(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "d.sqlite3", isolation_level=None)
    base.execute("CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text)")
    base.execute("CREATE TABLE authentication_opensession (id integer PRIMARY KEY, session_id varchar(40))")
    base.execute("CREATE TABLE kept (id integer PRIMARY KEY, word text)")
    base.execute("INSERT INTO kept VALUES (1, 'stays')")
    base.executemany("INSERT INTO django_session VALUES (?, 'x')", [(LIVE,), (ENDED,)])
    base.execute("INSERT INTO authentication_opensession VALUES (1, ?)", [LIVE])
    base.execute("DELETE FROM django_session WHERE session_key = ?", [ENDED])
    base.execute("BEGIN")
    into = tmp_path / "copy.sqlite3"
    copy_database(base, into, lambda: None)
    base.close()
    data = into.read_bytes()
    assert LIVE.encode() not in data
    assert ENDED.encode() not in data
    copy = sqlite3.connect(into)
    assert copy.execute("SELECT word FROM kept").fetchall() == [("stays",)]
    assert copy.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    copy.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite3", "d.sqlite3"]
