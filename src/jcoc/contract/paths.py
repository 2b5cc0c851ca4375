"""Dotted paths, ``package.module:name``, as declarations write them for code that they must not import."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class BadPath(LookupError):
    """There is nothing at a dotted path; the text is a sentence's end."""


def at(path: str) -> Any:
    """What stands there. Whatever importing the module raises goes through."""
    module_name, colon, name = path.partition(":")
    if not (module_name and colon and name):
        raise BadPath(f"“{path}” is not of the form package.module:name")
    module = import_module(module_name)
    try:
        return getattr(module, name)
    except AttributeError:
        raise BadPath(f"{module_name} has no {name}") from None
