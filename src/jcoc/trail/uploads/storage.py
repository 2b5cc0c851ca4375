"""Where the bytes lie: ``files/uploads/ab/<SHA-256 of the bytes>`` in the data folder, each written once, mode 0600.

A name that is the content's digest can be neither guessed from outside nor changed unseen: reading checks it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Damaged(RuntimeError):
    """The bytes are gone, or no longer those that were written."""


class Storage:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "uploads"

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no SHA-256.")
        return self._folder / digest[:2] / digest

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While a file and its row come or go: what one row lets go another may just be about to name."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def put(self, data: bytes) -> str:
        """Write bytes and give their digest; on the disk when this returns. Twice the same is kept once."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{secrets.token_hex(8)}.new")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        for folder in (path.parent, self._folder):
            _sync(folder)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of that digest; :class:`Damaged` where they are not, or are others."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise Damaged(f"The file {digest} is gone.") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(f"The file {digest} was changed.")
        return data

    def delete(self, digest: str) -> None:
        path = self._path(digest)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync(path.parent)

    def digests(self) -> Iterator[str]:
        """What lies there by name, whether or not the content still is what the name says."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def leftovers(self) -> Iterator[Path]:
        """What a crash left half-written."""
        yield from self._folder.glob("[0-9a-f][0-9a-f]/.*.new")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
