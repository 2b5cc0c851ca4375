"""Bytes on the disk: written once, checked at each reading, nobody else's to read."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from jcoc.trail.uploads.storage import Damaged, Storage


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage(tmp_path)


def test_bytes_come_back_by_their_digest(store: Storage, tmp_path: Path) -> None:
    digest = store.put(b"abc")
    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert store.get(digest) == b"abc"
    path = tmp_path / "uploads" / digest[:2] / digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_is_written_once(store: Storage, tmp_path: Path) -> None:
    digest = store.put(b"abc")
    written = (tmp_path / "uploads" / digest[:2] / digest).stat().st_ino
    assert store.put(b"abc") == digest
    assert (tmp_path / "uploads" / digest[:2] / digest).stat().st_ino == written
    assert list(store.digests()) == [digest]


@pytest.mark.parametrize("name", ["../../secrets.json", "/etc/passwd", "", "A" * 64, "a" * 63])
def test_a_name_that_is_no_digest_leads_nowhere(store: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        store.get(name)


def test_what_was_changed_or_is_gone_is_not_given(store: Storage, tmp_path: Path) -> None:
    digest = store.put(b"abc")
    (tmp_path / "uploads" / digest[:2] / digest).write_bytes(b"abd")
    with pytest.raises(Damaged, match="was changed"):
        store.get(digest)
    store.delete(digest)
    with pytest.raises(Damaged, match="is gone"):
        store.get(digest)
    store.delete(digest)


def test_a_write_that_fails_leaves_nothing(
    store: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"abc")
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]


def test_one_at_a_time_comes_or_goes(store: Storage) -> None:
    inside = threading.Event()
    order: list[str] = []

    def other() -> None:
        inside.wait()
        with store.alone():
            order.append("other")

    thread = threading.Thread(target=other)
    thread.start()
    with store.alone():
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "other"]


def test_leftovers_of_a_crash_are_found(store: Storage, tmp_path: Path) -> None:
    digest = store.put(b"abc")
    left = tmp_path / "uploads" / digest[:2] / ".0123.new"
    left.write_bytes(b"half")
    assert list(store.leftovers()) == [left]
    assert list(store.digests()) == [digest]
    assert hashlib.sha256(store.get(digest)).hexdigest() == digest
