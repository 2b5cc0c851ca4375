"""Marks for translation in pure modules, which do without Django; xgettext finds the name."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; who shows it translates the template, then fills in the values."""
    return text
