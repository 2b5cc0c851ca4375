"""The built files of the browser side, found by their plain names in the manifest that the build writes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from jcoc import __version__

DIST = Path(__file__).resolve().parent / "static" / "dist"


@dataclass(frozen=True)
class Build:
    """What one build made."""

    names: dict[str, str]  # plain name → hashed name
    shell: tuple[str, ...]  # the hashed names of what pages need that open without a connection


@cache
def build() -> Build:
    """The build that this process began with.

    A later one is not taken up: the server knows only the files that lay there when it started.
    """
    try:
        names = json.loads((DIST / "manifest.json").read_text())
        shell = json.loads((DIST / "shell.json").read_text())
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "The browser assets are not built. Run: cd src/jcoc/web/frontend && npm ci && npm run build"
        ) from None
    return Build(names, tuple(shell))


def manifest() -> dict[str, str]:
    """Plain name → hashed name."""
    return build().names


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
    """Another one after an upgrade: a page that stays open for months asks for it."""
    made = json.dumps([__version__, manifest()], sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()[:12]
