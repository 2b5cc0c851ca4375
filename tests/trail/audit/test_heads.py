"""A signed head holds under Ed25519 as RFC 8032 has it, and not once anything of it was changed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from jcoc.trail.audit import heads
from jcoc.trail.audit.heads import BadHead

#: RFC 8032, 7.1, test 1: secret and public key.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
HEAD = heads.sign("Kota Jambi", 12, "ab" * 32, "2026-11-24T17:00:00.000000Z", SECRET)


def text(**changes: object) -> str:
    return json.dumps(HEAD.as_document() | changes)


def test_the_key_is_the_one_of_the_standard() -> None:
    assert heads.public_key_of(SECRET) == PUBLIC == HEAD.public_key


def test_a_head_comes_back_whole_and_its_signature_holds() -> None:
    again = heads.read(text())
    assert again == HEAD
    heads.check(again)
    heads.check(again, PUBLIC.upper())


def test_openssl_finds_the_signature_good(tmp_path: Path) -> None:
    """Another implementation, on the bytes that the documentation describes."""
    signed = f'["jcoc audit head 1","Kota Jambi",12,"{"ab" * 32}","2026-11-24T17:00:00.000000Z","{PUBLIC}"]'
    spki = bytes.fromhex("302a300506032b6570032100" + PUBLIC)  # RFC 8410
    (tmp_path / "key.der").write_bytes(spki)
    (tmp_path / "data").write_text(signed)
    (tmp_path / "signature").write_bytes(bytes.fromhex(HEAD.signature))
    command = (
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin",
        "-in", "data", "-sigfile", "signature",
    )  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    "change",
    [{"city": "Kota Lain"}, {"seq": 13}, {"hash": "cd" * 32}, {"time": "2026-11-25T17:00:00.000000Z"}],
)
def test_a_changed_head_does_not_hold(change: dict[str, object]) -> None:
    with pytest.raises(BadHead, match="does not hold"):
        heads.check(replace(HEAD, **change))  # type: ignore[arg-type]


def test_another_key_is_another_key() -> None:
    other = heads.sign("Kota Jambi", 12, "cd" * 32, HEAD.time, bytes(32))
    heads.check(other)
    with pytest.raises(BadHead, match="another key"):
        heads.check(other, PUBLIC)
    with pytest.raises(BadHead, match="does not hold"):
        heads.check(replace(other, public_key=PUBLIC))


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("no", "not JSON"),
        ("[]", "exactly"),
        ("{}", "exactly"),
        (text(more=1), "exactly"),
        (text(form="jcoc audit head 2"), "form"),
        (text(seq="12"), "seq"),
        (text(seq=True), "seq"),
        (text(seq=0), "seq"),
        (text(hash="AB" * 32), "hash"),
        (text(time="today"), "time"),
        (text(public_key="00"), "public_key"),
        (text(signature=7), "signature"),
        (text(city="\n"), "city"),
    ],
)
def test_what_is_no_head_is_refused_with_the_member(document: str, sentence: str) -> None:
    with pytest.raises(BadHead, match=sentence):
        heads.read(document)
