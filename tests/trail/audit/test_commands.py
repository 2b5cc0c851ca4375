"""`jcoc audit …` with a server and without, on a chain that is whole and on one that is not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from jcoc.trail.audit import heads
from jcoc.trail.audit.triggers import _SQLITE
from support import PASSWORD, Centre, jcoc, set_up

pytestmark = pytest.mark.slow


@pytest.fixture
def centre_data(folder: Path) -> Path:
    data = set_up(folder / "d")
    done = jcoc(data, "people", "add", "sari", "--role", "operator", "--password", PASSWORD)
    assert done.returncode == 0, done.stderr
    return data


def tamper(data: Path, *statements: str) -> None:
    """Past jcoc and past the database's refusal, as who holds the file can."""
    with sqlite3.connect(data / "jcoc.sqlite3") as connection:
        for name in _SQLITE:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_whole_trail_is_verified_signed_and_verified_against_the_head(centre_data: Path) -> None:
    file = centre_data.parent / "head.json"
    with Centre(centre_data).started() as centre:  # through the running server
        exported = centre.jcoc("audit", "head", "export", str(file))
        assert exported.returncode == 0, exported.stderr
        done = centre.jcoc("audit", "verify", "--rows", "--head", str(file))
        assert done.returncode == 0, done.stderr
        assert "The audit trail is whole: " in done.stdout
        assert "Signed heads that lie on it: 1." in done.stdout
    again = jcoc(centre_data, "audit", "head", "export", str(file))
    assert again.returncode == 2
    assert "never overwritten" in again.stderr
    signed = heads.read(file.read_bytes())
    key = signed.public_key
    elsewhere = centre_data.parent / "nowhere"
    checked = jcoc(elsewhere, "audit", "head", "verify", str(file), "--key", key)
    assert checked.returncode == 0, checked.stderr
    assert f"entry {signed.seq}, {signed.hash}" in checked.stdout
    assert not elsewhere.exists()  # it needs no data folder
    assert jcoc(elsewhere, "audit", "head", "verify", str(file), "--key", "00" * 32).returncode == 1


def test_each_fault_is_a_sentence_and_the_exit_is_1(centre_data: Path) -> None:
    tamper(
        centre_data,
        "UPDATE audit_entry SET actor = 'user-9' WHERE seq = 1",
        "UPDATE people_user SET is_active = 0",
    )
    done = jcoc(centre_data, "audit", "verify", "--rows")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert "Entry 1 was changed: its hash does not fit what it holds." in lines
    assert any(line.startswith("people.user 1 was changed past jcoc") for line in lines)
    assert any(line.startswith("The database no longer refuses changes") for line in lines)
    refused = jcoc(centre_data, "audit", "head", "export", str(centre_data.parent / "head.json"))
    assert refused.returncode == 1
    assert "Entry 1 was changed" in refused.stderr
    assert not (centre_data.parent / "head.json").exists()


def test_a_head_of_another_chain_or_another_key_does_not_lie_on_it(centre_data: Path) -> None:
    mine = centre_data.parent / "mine.json"
    assert jcoc(centre_data, "audit", "head", "export", str(mine)).returncode == 0
    signed = heads.read(mine.read_bytes())
    foreign, broken = centre_data.parent / "foreign.json", centre_data.parent / "broken.json"
    other = heads.sign(signed.city, signed.seq, "ab" * 32, signed.time, bytes(32))
    foreign.write_text(json.dumps(other.as_document()))
    broken.write_text(json.dumps(signed.as_document() | {"seq": signed.seq + 1}))
    done = jcoc(centre_data, "audit", "verify", "--head", str(foreign))
    assert done.returncode == 1
    assert "foreign.json: signed with another key than this installation's." in done.stderr
    assert f"Entry {signed.seq} is another one than when its head was signed." in done.stderr
    done = jcoc(centre_data, "audit", "verify", "--head", str(broken))
    assert done.returncode == 1
    assert "The signature does not hold" in done.stderr
