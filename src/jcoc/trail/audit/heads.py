"""Signed heads: number and hash of the newest entry under the installation's signature. Pure, and works anywhere.

A head that is kept elsewhere (printed, sent to the inspectorate, published) binds every entry up to its number: the
chain cannot be made anew without the head lying beside it, not even by who administers the machine.

The document is a JSON object of seven members, all strings but `seq`: ``form`` ("jcoc audit head 1"), ``city``,
``seq``, ``hash``, ``time`` (UTC, as in the chain), ``public_key`` and ``signature``. The signature is Ed25519
(RFC 8032) over the UTF-8 JSON array, without spaces and without escaping of non-ASCII characters, of the first six in
this order. Key and signature are in hexadecimal: 32 and 64 bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORM = "jcoc audit head 1"
_SIGNED = ("form", "city", "seq", "hash", "time", "public_key")
_MEMBERS = (*_SIGNED, "signature")


class BadHead(ValueError):
    """A document that is no signed head, or whose signature does not hold; the text is a sentence."""


@dataclass(frozen=True)
class SignedHead:
    city: str
    seq: int
    hash: str
    time: str
    public_key: str
    signature: str
    form: str = FORM

    def as_document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _MEMBERS}


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """The bytes under the signature."""
    values = [document[name] for name in _SIGNED]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def public_key_of(secret: bytes) -> str:
    """The public key, in hexadecimal, of a secret of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def sign(city: str, seq: int, hash_: str, time: str, secret: bytes) -> SignedHead:
    """The head under the signature of a secret of 32 bytes."""
    public = public_key_of(secret)
    document = {
        "form": FORM, "city": city, "seq": seq, "hash": hash_, "time": time, "public_key": public,
    }  # fmt: skip
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(signed_bytes(document)).hex()
    return SignedHead(city, seq, hash_, time, public, signature)


def read(text: str | bytes) -> SignedHead:
    """The head in a document. :class:`BadHead` says which member cannot be; the signature is :func:`check`'s."""
    try:
        document = json.loads(text)
    except ValueError:
        raise BadHead("This is no signed head: it is not JSON.") from None
    if not isinstance(document, dict) or set(document) != set(_MEMBERS):
        raise BadHead(f"This is no signed head: it needs exactly {', '.join(_MEMBERS)}.")
    if document["form"] != FORM:
        raise BadHead(f"form: “{FORM}” is the one known form of a signed head.")
    if type(document["seq"]) is not int or document["seq"] < 1:
        raise BadHead("seq: a whole number from 1 on.")
    for name, pattern in _PATTERNS.items():
        if not isinstance(document[name], str) or not re.fullmatch(pattern, document[name]):
            raise BadHead(f"{name}: not in the form that a signed head has.")
    return SignedHead(**document)


_PATTERNS = {
    "city": r"[^\x00-\x1f]{1,200}",
    "hash": r"[0-9a-f]{64}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "public_key": r"[0-9a-f]{64}",
    "signature": r"[0-9a-f]{128}",
}


def check(head: SignedHead, public_key: str = "") -> None:
    """:class:`BadHead` where the signature does not hold, or is not of the key that is known.

    Without a known key it only says that the document is whole: anybody can make a key.
    """
    if public_key and public_key.lower() != head.public_key:
        raise BadHead("The head is signed with another key than the one given.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.public_key)).verify(
            bytes.fromhex(head.signature), signed_bytes(head.as_document())
        )
    except (InvalidSignature, ValueError):
        raise BadHead("The signature does not hold: the head was changed after it was signed.") from None
