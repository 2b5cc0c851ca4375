"""On whose behalf this thread works: an opaque id, never a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: What works without anybody having asked: the daily round, a start of the server.
SYSTEM = "system"
#: Whoever owns the data folder, at this machine's command line.
LOCAL = "local"

_actor: ContextVar[str | Callable[[], str]] = ContextVar("actor", default=SYSTEM)


def current_actor() -> str:
    """The opaque id of who acts: ``user-7``, ``kiosk-2``, ``person-<uuid>``, ``local``, ``system``."""
    actor = _actor.get()
    return actor() if callable(actor) else actor


@contextmanager
def acting(actor: str | Callable[[], str]) -> Iterator[None]:
    """Work on behalf of an actor until the block ends. A callable is asked at each write, not before."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
