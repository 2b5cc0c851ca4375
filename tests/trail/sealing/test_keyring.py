"""The key file: who may read it, what is wrong with it in a sentence, and that a change is noticed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from jcoc.trail.sealing.keyring import KeyFile, KeysUnusable


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "keys")
    made.create()
    return made


def test_the_folder_and_the_file_are_their_owners_alone(file: KeyFile) -> None:
    assert stat.S_IMODE(file.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_creating_again_changes_nothing(file: KeyFile) -> None:
    assert KeyFile(file.folder).create().master == file.read().master


def test_another_process_notices_a_new_key(file: KeyFile) -> None:
    other = KeyFile(file.folder)
    before = other.read().active
    after = file.add_master().active
    assert other.read().active == after != before
    assert other.read().master_key(before.id) == before.secret


def test_a_key_is_not_shown(file: KeyFile) -> None:
    ring = file.read()
    assert str(ring.active.secret) not in repr(ring)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ('{"master": [], "index": []}', "incomplete"),
        ('{"master": [{"id": "a", "key": "AAAA", "made": ""}], "index": []}', "key a in"),
    ],
)
def test_a_damaged_file_is_named(file: KeyFile, text: str, sentence: str) -> None:
    file.path.write_text(text)
    with pytest.raises(KeysUnusable, match=sentence) as refused:
        file.read()
    assert str(file.path) in str(refused.value)


def test_a_wrong_key_is_not_taken_for_the_right_one(file: KeyFile) -> None:
    kept = json.loads(file.path.read_text())
    kept["master"][0]["key"] = kept["index"][0]["key"]
    file.path.write_text(json.dumps(kept))
    with pytest.raises(KeysUnusable, match="is damaged"):
        file.read()


def test_a_missing_file_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match=r"sealing\.json .*JCOC_KEYS"):
        KeyFile(tmp_path / "nowhere").read()


def test_a_file_that_others_can_read_is_refused(file: KeyFile) -> None:
    file.path.chmod(0o640)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        file.read()
    file.path.chmod(0o600)
    file.folder.chmod(0o755)
    with pytest.raises(KeysUnusable, match="chmod 700"):
        file.add_master()


def test_a_master_key_that_is_not_there_is_named(file: KeyFile) -> None:
    with pytest.raises(KeysUnusable, match="The master key 0123456789ab is not in"):
        file.read().master_key("0123456789ab")


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysUnusable, match="cannot be written"):
        KeyFile(tmp_path / "file" / "keys").create()
