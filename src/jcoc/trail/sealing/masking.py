"""What may be shown of a sealed value to everybody who may see the row: at most four characters of it.

The number of dots is fixed, so that a mask does not tell how long the value is.
"""

from __future__ import annotations

from enum import StrEnum

DOTS = "••••"
#: No mask shows more, and never more than a quarter of the value.
SHOWN = 4


class Kind(StrEnum):
    """What a value is; it decides what its mask shows."""

    NUMBER = "number"  # identity numbers, accounts: the end
    PHONE = "phone"  # the last three digits
    NAME = "name"  # initials of the first two words
    EMAIL = "email"  # that it is an address
    HIDDEN = "hidden"  # nothing: addresses, birth dates, free text


def mask(text: str, kind: str) -> str:
    """The mask of a value; an empty value has an empty one. `ValueError` for an unknown kind."""
    kind = Kind(kind)
    if not text:
        return ""
    allowed = min(SHOWN, len(text) // 4)
    if kind is Kind.NUMBER:
        return DOTS + _end(text, allowed)
    if kind is Kind.PHONE:
        return DOTS + _end(text, min(3, allowed))
    if kind is Kind.NAME:
        initials = [word[0] for word in text.split()[: min(2, allowed)]]
        return " ".join(f"{initial}•••" for initial in initials) or DOTS
    if kind is Kind.EMAIL:
        return f"{DOTS}@{DOTS}"
    return DOTS


def _end(text: str, count: int) -> str:
    return text[len(text) - count :]
