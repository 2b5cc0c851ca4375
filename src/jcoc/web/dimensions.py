"""The names of the dimensions. indicators/ puts them in: this ring draws the dimensions and does not define them."""

from __future__ import annotations

from django.utils.translation import get_language

#: code → language → name, in their order
names: dict[str, dict[str, str]] = {}


def word(code: str) -> str:
    """A dimension's name in the reader's language; the code itself where there is no such dimension."""
    return names.get(code, {}).get(get_language() or "", code)
