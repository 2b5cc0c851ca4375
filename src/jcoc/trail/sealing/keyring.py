"""The master keys, in a folder that is not backed up with the data: without it what is sealed stays sealed.

One file, `sealing.json`, holds several master keys by id (the newest is the active one, under which person keys are
wrapped) and the keys of the blind indexes (two only while one is being replaced). Each process notices by the
file's time and size that it changed. An id is drawn from its key's SHA-256, so that a wrong key is not taken for a
right one.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from jcoc.trail.sealing.envelope import KEY_BYTES, new_key

FILE = "sealing.json"


class KeysUnusable(RuntimeError):
    """The keys are missing, damaged or not the right ones; the text says which and what to do."""


def _id(secret: bytes) -> str:
    return hashlib.sha256(b"jcoc sealing key\0" + secret).hexdigest()[:12]


@dataclass(frozen=True)
class Key:
    id: str
    secret: bytes = field(repr=False)
    made: str  # UTC, ISO 8601


def _make() -> Key:
    secret = new_key()
    return Key(_id(secret), secret, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True)
class Keyring:
    """Keys in the order in which they were made; the last of each kind is the active one."""

    path: Path
    master: tuple[Key, ...]
    index: tuple[Key, ...]

    @property
    def active(self) -> Key:
        return self.master[-1]

    def master_key(self, key_id: str) -> bytes:
        for key in self.master:
            if key.id == key_id:
                return key.secret
        raise KeysUnusable(
            f"The master key {key_id} is not in {self.path}. Put the file back that belongs to this database."
        )


class KeyFile:
    """The keyring of one folder, read again whenever its file changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._lock = Lock()
        self._seen: tuple[int, ...] | None = None
        self._keyring: Keyring | None = None

    def read(self) -> Keyring:
        """The keyring as it stands now. :class:`KeysUnusable` says what is wrong with it."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise KeysUnusable(
                f"The sealing keys are not at {self.path} ({os.strerror(error.errno or 0)}). Put the keys folder "
                "back that belongs to this database, or name it in JCOC_KEYS."
            ) from None
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size, stat.st_mode)
        with self._lock:
            if seen != self._seen or self._keyring is None:
                if stat.st_mode & 0o077:
                    raise KeysUnusable(
                        f"The sealing keys in {self.path} are open to other accounts: chmod 600 it."
                    )
                self._keyring = self._load()
                self._seen = seen
            return self._keyring

    def _load(self) -> Keyring:
        try:
            kept = json.loads(self.path.read_text())
            rings = {
                kind: tuple(Key(one["id"], base64.b64decode(one["key"]), one["made"]) for one in kept[kind])
                for kind in ("master", "index")
            }
        except OSError as error:
            raise KeysUnusable(
                f"The sealing keys in {self.path} cannot be read: {os.strerror(error.errno or 0)}."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise KeysUnusable(
                f"The sealing keys in {self.path} are damaged: it is not a key file."
            ) from None
        for key in (*rings["master"], *rings["index"]):
            if len(key.secret) != KEY_BYTES or _id(key.secret) != key.id:
                raise KeysUnusable(f"The sealing key {key.id} in {self.path} is damaged.")
        if not rings["master"] or not rings["index"]:
            raise KeysUnusable(f"The sealing keys in {self.path} are incomplete.")
        return Keyring(self.path, **rings)

    def exists(self) -> bool:
        return self.path.exists()

    def create(self) -> Keyring:
        """Make the folder and its first keys; an existing file is left as it is."""
        with self._alone():
            if not self.path.exists():
                self._write(Keyring(self.path, (_make(),), (_make(),)))
        return self.read()

    def add_master(self) -> Keyring:
        """A new master key, from now on the active one."""
        return self._change(lambda ring: replace(ring, master=(*ring.master, _make())))

    def remove_master(self, key_id: str) -> Keyring:
        """Forget a master key. What is wrapped under it never opens again: the caller has seen that nothing is."""
        return self._change(
            lambda ring: replace(ring, master=tuple(k for k in ring.master if k.id != key_id))
        )

    def add_index(self) -> Keyring:
        """A new key of the blind indexes; the one before stays until the indexes are recomputed."""
        return self._change(lambda ring: replace(ring, index=(ring.index[-1], _make())))

    def drop_old_index(self) -> Keyring:
        return self._change(lambda ring: replace(ring, index=ring.index[-1:]))

    def _change(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        with self._alone():
            self._write(change(self.read()))
        return self.read()

    def _alone(self) -> _Alone:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.folder.stat().st_mode & 0o077:
                raise KeysUnusable(f"The keys folder {self.folder} is open to other accounts: chmod 700 it.")
            return _Alone(self.folder / "sealing.lock")
        except OSError as error:
            raise KeysUnusable(
                f"The keys folder {self.folder} cannot be written: {os.strerror(error.errno or 0)}."
            ) from None

    def _write(self, ring: Keyring) -> None:
        kept = {
            kind: [
                {"id": key.id, "key": base64.b64encode(key.secret).decode(), "made": key.made} for key in keys
            ]
            for kind, keys in (("master", ring.master), ("index", ring.index))
        }
        # Written beside and renamed: a crash in between must not lose the keys.
        beside = self.path.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Alone:
    """Holds the key file alone among processes and threads."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def __enter__(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)
