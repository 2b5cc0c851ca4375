"""Sentences with their facts apart, so that who shows one says it in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Sentence:
    """`text` is marked with gettext_noop and has places for `facts`, of which some may be sentences themselves."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def said(self, translate: Translate = str) -> str:
        """In English unless told how to translate."""
        facts = {
            name: fact.said(translate) if isinstance(fact, Sentence) else fact
            for name, fact in self.facts.items()
        }
        return translate(self.text) % facts if facts else translate(self.text)

    def __str__(self) -> str:
        return self.said()


class Told(ValueError):
    """An error that is a sentence: ``str()`` is English, for logs and commands; a page takes ``said(gettext)``."""

    def __init__(self, text: str, /, **facts: Any) -> None:
        self.sentence = Sentence(text, facts)
        super().__init__(self.sentence)

    def said(self, translate: Translate = str) -> str:
        return self.sentence.said(translate)

    def __str__(self) -> str:
        return self.said()
