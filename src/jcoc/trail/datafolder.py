"""The data folder: where one installation keeps everything, who may open it, and its secrets."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class DataFolderBusy(RuntimeError):
    """Another process of jcoc has the data folder open."""


class DataFolderOpen(RuntimeError):
    """Others could read what the data folder would hold."""


@dataclass(frozen=True)
class DataFolder:
    path: Path

    @property
    def observations(self) -> Path:
        return self.path / "observations.duckdb"

    @property
    def socket(self) -> Path:
        return self.path / "jcoc.sock"

    @property
    def files(self) -> Path:
        return self.path / "files"

    def create(self) -> None:
        """Make the folder where it does not stand yet, and close it to all but its owner.

        :class:`DataFolderOpen` where it holds something else, which is not ours to close.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.path.stat().st_mode & 0o077:
            ours = (self.path / "secrets.json").exists() or not any(self.path.iterdir())
            try:
                if not ours:
                    raise PermissionError
                self.path.chmod(0o700)
            except PermissionError:
                raise DataFolderOpen(
                    f"The data folder {self.path} is open to other accounts of this machine. "
                    "Close it (chmod 700), or use another JCOC_DATA."
                ) from None
        self.files.mkdir(exist_ok=True, mode=0o700)

    def secret(self, name: str) -> str:
        """The secret of that name: 43 random URL-safe characters, made at the first call and kept, mode 0600."""
        path = self.path / "secrets.json"
        with os.fdopen(os.open(self.path / "secrets.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
            if name not in kept:
                kept[name] = secrets.token_urlsafe(32)
                # Written beside and renamed: a crash in between must not lose the keys.
                beside = path.with_suffix(".new")
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                    json.dump(kept, file, indent=2, sort_keys=True)
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(path)
            return kept[name]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone until the block ends; :class:`DataFolderBusy` where another process has it."""
        handle = os.open(self.path / "jcoc.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
                raise DataFolderBusy(
                    f"The data folder {self.path} is in use by process {holder}. "
                    "Stop it first, or use another JCOC_DATA."
                ) from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(handle)
