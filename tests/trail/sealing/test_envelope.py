"""AES-256-GCM as it is used here: published vectors open, and nothing but the right blob in the right place does."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.sealing.envelope import OVERHEAD, DoesNotOpen, bound_to, new_key, seal, unseal

#: Test cases 13, 14 and 16 for AES-256 of "The Galois/Counter Mode of Operation" (McGrew and Viega, submitted to
#: NIST; the mode of SP 800-38D): key, nonce, plain text, what is authenticated besides, cipher text, tag.
VECTORS = [
    ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    (
        "00" * 32, "00" * 12, "00" * 16, "",
        "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919",
    ),
    (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]  # fmt: skip

KEY = bytes(range(32))
PERSON = uuid.UUID("6f1c6a44-1f0a-4a44-9d8c-6a7d0c7c0001")


@pytest.mark.parametrize("vector", VECTORS)
def test_published_vectors_open(vector: tuple[str, ...]) -> None:
    key, nonce, plain, bound, cipher, tag = (bytes.fromhex(part) for part in vector)
    assert unseal(key, b"\x01" + nonce + cipher + tag, bound) == plain


@given(st.binary(max_size=300), st.uuids(), st.text(min_size=1, max_size=40).filter(str.isprintable))
def test_what_is_sealed_opens_and_is_so_much_longer(plain: bytes, subject: uuid.UUID, context: str) -> None:
    blob = seal(KEY, plain, bound_to(subject, context))
    assert unseal(KEY, blob, bound_to(subject, context)) == plain
    assert len(blob) == len(plain) + OVERHEAD
    assert seal(KEY, plain, bound_to(subject, context)) != blob


@given(st.binary(max_size=60), st.data())
def test_a_single_changed_bit_does_not_open(plain: bytes, data: st.DataObject) -> None:
    bound = bound_to(PERSON, "test")
    blob = bytearray(seal(KEY, plain, bound))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DoesNotOpen):
        unseal(KEY, bytes(blob), bound)


@given(st.binary(max_size=60), st.data())
def test_a_shortened_blob_does_not_open(plain: bytes, data: st.DataObject) -> None:
    bound = bound_to(PERSON, "test")
    blob = seal(KEY, plain, bound)
    with pytest.raises(DoesNotOpen):
        unseal(KEY, blob[: data.draw(st.integers(0, len(blob) - 1))], bound)


@pytest.mark.parametrize(
    ("key", "bound"),
    [
        (new_key(), bound_to(PERSON, "identity.person.nik")),
        (KEY, bound_to(PERSON, "identity.person.phone")),
        (KEY, bound_to(uuid.uuid4(), "identity.person.nik")),
    ],
    ids=["another key", "another column", "another person"],
)
def test_a_blob_opens_only_where_it_belongs(key: bytes, bound: bytes) -> None:
    blob = seal(KEY, b"1571", bound_to(PERSON, "identity.person.nik"))
    with pytest.raises(DoesNotOpen, match="moved from another place"):
        unseal(key, blob, bound)


def test_an_unknown_version_is_named() -> None:
    blob = seal(KEY, b"", b"x")
    with pytest.raises(DoesNotOpen, match="version 2 is not known"):
        unseal(KEY, b"\x02" + blob[1:], b"x")


def test_what_is_sealed_must_be_named() -> None:
    with pytest.raises(ValueError, match="context is empty"):
        bound_to(PERSON, "")
