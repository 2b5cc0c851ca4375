"""The built files of the browser side, found by their plain names in the manifest that the build writes."""

from __future__ import annotations

import hashlib
import json
import threading
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from jcoc import __version__

DIST = Path(__file__).resolve().parent / "static" / "dist"

_lock = threading.Lock()
_read: tuple[int, dict[str, str]] | None = None


def manifest() -> dict[str, str]:
    """Plain name → hashed name; read again when the build has written it anew."""
    global _read  # noqa: PLW0603
    path = DIST / "manifest.json"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "The browser assets are not built. Run: cd src/jcoc/web/frontend && npm ci && npm run build"
        ) from None
    with _lock:
        if _read is None or _read[0] != changed:
            _read = (changed, json.loads(path.read_text()))
        return _read[1]


def asset_url(name: str) -> str:
    """The address of a built file, such as ``wall.js``; its name holds a hash: cache it for ever."""
    names = manifest()
    if name not in names:
        raise ImproperlyConfigured(f"The build made no asset {name!r}; it made {', '.join(sorted(names))}.")
    return built_url(names[name])


def built_url(hashed: str) -> str:
    """The address of a built file by its hashed name."""
    return static(f"dist/{hashed}")


@cache
def revision() -> str:
    """Another one after an upgrade: a page that stays open for months asks for it.

    Of the build this process began with, for it serves no file that was made later.
    """
    made = json.dumps([__version__, manifest()], sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()[:12]
