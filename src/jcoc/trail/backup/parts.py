"""What rings above add to a backup, in their ``backed_up.py``: something that is held still for one moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

from jcoc.trail.datafolder import DataFolder


class Held(Protocol):
    """The state of one moment; it stays readable until release()."""

    def copy(self, into: Path, tick: Callable[[int], None]) -> tuple[list[str], dict[str, Any]]:
        """Copy it below `into`: the names, as they lie in the data folder, and what the manifest says of it."""

    def size(self) -> int:
        """About how many bytes the copy takes."""

    def release(self) -> None: ...


class Part(Protocol):
    name: str

    def ready(self) -> AbstractContextManager[Callable[[], Held] | None]:
        """Wait until it can be held still at once; gives what does that. None: there is nothing to back up.

        All other writers of the installation wait while it is called, so it must take no longer than a few
        milliseconds.
        """

    def facts(self, folder: DataFolder) -> dict[str, Any]:
        """What the part of a data folder that nobody has open holds, to be compared with the manifest."""


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    _parts[part.name] = part


def registered() -> list[Part]:
    # Only here, not when Django starts: what they open is heavy to import, and most processes make no backup.
    autodiscover_modules("backed_up")
    return list(_parts.values())
