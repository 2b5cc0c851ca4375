"""The chain: the byte form of an entry and its hash. Pure, so that anybody can check it with thirty lines of their own.

An entry's bytes are the UTF-8 JSON array, without spaces and without escaping of non-ASCII characters, of eleven
values in this order: seq (number), at, actor, action, kind, object, before, after, detail, note, previous (all
strings). ``at`` is UTC as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``. The hash is the SHA-256 of these bytes, in lower-case
hexadecimal; ``previous`` is the hash of the entry before, and sixty-four zeros for the first.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

#: What the first entry carries as the hash before it.
GENESIS = "0" * 64

# Writes the same bytes as json.dumps(…, ensure_ascii=False, separators=(",", ":")), in a fifth of its time.
_encode = msgspec.json.Encoder().encode


class Link(NamedTuple):
    """One entry as the chain sees it; the fields stand in the order of the byte form."""

    seq: int
    at: str
    actor: str
    action: str
    kind: str
    object: str
    before: str
    after: str
    detail: str
    note: str
    previous: str


def instant(at: datetime) -> str:
    """The form of ``at`` in the chain; `at` must be aware."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link_hash(link: Link) -> str:
    """SHA-256 of an entry's bytes, hexadecimal."""
    return hashlib.sha256(_encode(link)).hexdigest()
