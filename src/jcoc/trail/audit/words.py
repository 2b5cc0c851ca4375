"""What codes of the audit trail are called, and whom ids mean today: looked up when a page shows them, never stored.

Each app says it in a module ``audit_words.py``: ``ACTIONS`` and ``KINDS`` (code → text, lazily translated) and
``NAMES`` (the first part of an actor's id, or a kind, → a function from ids to the names of those that it knows), and
``FINDERS``, where a name may be looked for (the same → a function from a part of a name, and how many at most, to ids).
What nobody names is shown by its code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.trail.actor import LOCAL, SYSTEM

Words = Mapping[str, str | Promise]
Resolver = Callable[[Collection[str]], Mapping[str, str]]
Finder = Callable[[str, int], list[str]]

_OF_THEMSELVES: Words = {
    SYSTEM: gettext_lazy("the centre itself"),
    LOCAL: gettext_lazy("the command line"),
    "nobody": gettext_lazy("somebody not logged in"),
}


@dataclass
class _Named:
    actions: dict[str, str | Promise] = field(default_factory=dict)
    kinds: dict[str, str | Promise] = field(default_factory=dict)
    names: dict[str, Resolver] = field(default_factory=dict)
    finders: dict[str, Finder] = field(default_factory=dict)


@cache
def _named() -> _Named:
    named = _Named()
    for app in apps.get_app_configs():
        if app.name.startswith("jcoc.") and find_spec(f"{app.name}.audit_words"):
            module = import_module(f"{app.name}.audit_words")
            named.actions |= getattr(module, "ACTIONS", {})
            named.kinds |= getattr(module, "KINDS", {})
            named.names |= getattr(module, "NAMES", {})
            named.finders |= getattr(module, "FINDERS", {})
    return named


def actions() -> dict[str, str]:
    """Every action that has a name, by its code."""
    return {code: str(text) for code, text in _named().actions.items()}


def action_word(action: str) -> str:
    """What an action is called; a library's row that stands alone says what became of it."""
    if (text := _named().actions.get(action)) is not None:
        return str(text)
    kind, _dot, verb = action.rpartition(".")
    verbs = {
        "added": _("%(kind)s: added"),
        "changed": _("%(kind)s: changed"),
        "deleted": _("%(kind)s: deleted"),
    }
    if kind in _named().kinds and verb in verbs:
        return verbs[verb] % {"kind": kind_word(kind)}
    return action


def kinds() -> dict[str, str]:
    """Every kind that has a name, by its code."""
    return {code: str(text) for code, text in _named().kinds.items()}


def kind_word(kind: str) -> str:
    return str(_named().kinds.get(kind, kind))


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """The names of those actors that somebody knows today; the others are left out."""
    wanted = set(actors)
    found = {actor: str(text) for actor, text in _OF_THEMSELVES.items() if actor in wanted}
    by_kind: dict[str, list[str]] = {}
    for actor in wanted:
        kind, dash, key = actor.partition("-")
        if dash:
            by_kind.setdefault(kind, []).append(key)
    for kind, keys in by_kind.items():
        if resolver := _named().names.get(kind):
            found |= {f"{kind}-{key}": name for key, name in resolver(keys).items()}
    return found


def object_names(objects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of objects (kind, id) that somebody knows today."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in set(objects):
        by_kind.setdefault(kind, []).append(key)
    return {
        (kind, key): name
        for kind, keys in by_kind.items()
        if (resolver := _named().names.get(kind))
        for key, name in resolver(keys).items()
    }


def is_actor(text: str) -> bool:
    """Whether a text is an actor as the chain has them: one of a known sort, by its id."""
    kind, dash, key = text.partition("-")
    return text in _OF_THEMSELVES or bool(dash and key.isdigit() and kind in _named().names)


def actors_called(text: str, most: int) -> list[str]:
    """The actors whose name holds a text, of the sorts that may be looked for by name."""
    found = [
        f"{kind}-{key}"
        for kind, finder in _named().finders.items()
        if "." not in kind
        for key in finder(text, most)
    ]
    return found[:most]


def objects_called(kind: str, text: str, most: int) -> list[str]:
    """The ids of objects of a kind whose name holds a text, where they may be looked for by name."""
    finder = _named().finders.get(kind)
    return finder(text, most) if finder else []
