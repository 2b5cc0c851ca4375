"""Dotted paths, ``package.module:name``, as declarations write them for code that they must not import."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jcoc.indicators.sentences import Told
from jcoc.trail.marking import gettext_noop


class BadPath(Told, LookupError):
    """There is nothing at a dotted path; what it says is a sentence's end."""


def at(path: str) -> Any:
    """What stands there. Whatever importing the module raises goes through."""
    module_name, colon, name = path.partition(":")
    if not (module_name and colon and name):
        raise BadPath(gettext_noop("“%(path)s” is not of the form package.module:name"), path=path)
    module = import_module(module_name)
    try:
        return getattr(module, name)
    except AttributeError:
        raise BadPath(gettext_noop("%(module)s has no %(name)s"), module=module_name, name=name) from None


def is_function(path: str) -> bool:
    """Whether a function of that name stands in the module's file: told without running the module."""
    module_name, _colon, name = path.partition(":")
    try:
        spec = find_spec(module_name)
        tree = ast.parse(Path(spec.origin).read_bytes()) if spec and spec.origin else None
    except (ImportError, OSError, SyntaxError, ValueError):
        return False
    return (
        any(isinstance(each, ast.FunctionDef) and each.name == name for each in tree.body) if tree else False
    )
