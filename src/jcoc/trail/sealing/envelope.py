"""How a value is sealed: AES-256-GCM under one key, bound to whose and which value it is.

A blob is one byte of version (1), a random nonce of 12 bytes, then the ciphertext with its tag of 16 bytes
(NIST SP 800-38D). What is authenticated besides the value itself: the person and the column, so that a blob which
somebody moves to another person or another column does not open.
"""

from __future__ import annotations

import os
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
#: How much longer a blob is than what it holds.
OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES


class DoesNotOpen(ValueError):
    """A blob was changed, belongs elsewhere, or was sealed under another key."""


def new_key() -> bytes:
    """256 random bits."""
    return AESGCM.generate_key(256)


def bound_to(subject: uuid.UUID, context: str) -> bytes:
    """What a blob is bound to: the 16 bytes of the person's id, then the context in UTF-8."""
    if not context:
        raise ValueError("Say what is sealed: the context is empty.")
    return subject.bytes + context.encode()


def seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Seal `plain` under a key of 32 bytes. Two seals of the same value differ."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes([VERSION]) + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def unseal(key: bytes, blob: bytes, bound: bytes) -> bytes:
    """What :func:`seal` was given, or :class:`DoesNotOpen`."""
    if len(blob) < OVERHEAD:
        raise DoesNotOpen(f"A sealed value has at least {OVERHEAD} bytes; this one has {len(blob)}.")
    if blob[0] != VERSION:
        raise DoesNotOpen(
            f"A sealed value of version {blob[0]} is not known here; this is version {VERSION}."
        )
    try:
        return AESGCM(key).decrypt(blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], bound)
    except InvalidTag:
        raise DoesNotOpen(
            "A sealed value does not open: it was changed, moved from another place, or sealed under another key."
        ) from None
