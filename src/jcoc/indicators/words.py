"""A name or a sentence in both languages. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    id: str
    en: str

    def in_(self, language: str | None) -> str:
        """In the reader's language; every language but English reads Indonesian."""
        return self.en if (language or "").startswith("en") else self.id

    @property
    def complete(self) -> bool:
        return bool(self.id.strip() and self.en.strip())
