"""Which sealed values the law calls specific data (law 27/2022, article 4), so that each opening of them says so.

A column says it of itself (`SealedText(…, specific=True)`); whose data is all specific, such as a child's, says who
knows persons, by :func:`ask`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping

_contexts: set[str] = set()
_asked: list[Callable[[Collection[uuid.UUID]], Collection[uuid.UUID]]] = []


def mark(context: str) -> None:
    """Everything in that column is specific data."""
    _contexts.add(context)


def ask(whose: Callable[[Collection[uuid.UUID]], Collection[uuid.UUID]]) -> None:
    """Ask `whose` which of some persons' data is specific, whatever it says."""
    if whose not in _asked:
        _asked.append(whose)


def among(opened: Mapping[uuid.UUID, Collection[str]]) -> set[uuid.UUID]:
    """Of which of these persons specific data is opened; `opened` holds the contexts by person."""
    found = {subject for subject, contexts in opened.items() if not _contexts.isdisjoint(contexts)}
    return found.union(*(whose(opened.keys()) for whose in _asked))
