"""The kinds of messages there are: each app declares its own in ``message_kinds.py``, as ``kinds = (…,)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

#: The purpose of what somebody needs to get: codes, answers to a request, notices the law demands. Nobody can opt out.
SERVICE = "service"


@dataclass(frozen=True)
class MessageKind:
    """What is told to whom and why.

    `template` is where its texts lie: ``<template>.<language>.txt`` (first line: the heading), and where they should
    differ ``.sms.txt``, ``.letter.txt``, ``.html``. `example` names every value the texts take, with one made-up each:
    a message that lacks one is refused. ``code`` and ``link`` among them stand large on a letter. `purpose` groups
    what a reader can opt out of at once, and `purpose_title` says it in words. After `valid_for` it is sent no more.
    """

    code: str
    purpose: str
    template: str
    title: str | Promise
    example: Mapping[str, str] = field(default_factory=dict)
    purpose_title: str | Promise = ""
    valid_for: timedelta | None = None
    programme: str = ""

    @property
    def service(self) -> bool:
        return self.purpose == SERVICE


_kinds: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    for kind in kinds:
        if _kinds.setdefault(kind.code, kind) != kind:
            raise ValueError(f"Two kinds of messages are called {kind.code!r}.")


def autodiscover() -> None:
    """Gather what every app declares; called once, when the applications are ready."""
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "message_kinds"):
            register(*import_module(f"{app.name}.message_kinds").kinds)


def named(code: str) -> MessageKind:
    """``LookupError`` where nobody declared it."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"No kind of message is called {code!r}.") from None


def titled(code: str) -> str:
    """The title for people; the bare code where this version knows the kind no more."""
    return str(_kinds[code].title) if code in _kinds else code


def purpose_titled(purpose: str) -> str:
    found = next((kind for kind in _kinds.values() if kind.purpose == purpose), None)
    return str(found.purpose_title or found.title) if found else purpose


def every() -> list[MessageKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)
