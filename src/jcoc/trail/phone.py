"""Telephone numbers as people write them, in the form of ITU-T E.164 (``+`` and at most fifteen digits).

What counts as an Indonesian mobile number is the numbering plan in libphonenumber's metadata for ID:
``8[1-35-9]`` and seven to ten digits more. A landline cannot take a short message and is refused where one must.
"""

from __future__ import annotations

import re

_SPACING = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_MOBILE = re.compile(r"8[1-35-9][0-9]{7,10}")
_NATIONAL = re.compile(r"[1-9][0-9]{7,11}")
_FOREIGN = re.compile(r"[1-9][0-9]{7,14}")


class NotANumber(ValueError):
    """A text is no number, or none that a message can go to; `code` says why (channels/words.py has the sentence)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def e164(text: str, *, takes_messages: bool = True) -> str:
    """``0812-3456-7890``, ``62812…``, ``+62 (0)812…`` and ``812…`` as ``+62812…``; others only with ``+`` and country.

    `takes_messages`: False also takes landlines, with their 0 or 62. :class:`NotANumber` with ``number-empty``,
    ``number-signs`` (letters or other signs in it), ``number-length`` or ``number-landline``.
    """
    bare = _SPACING.sub("", text)
    if not bare:
        raise NotANumber("number-empty")
    international = bare.startswith("+")
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise NotANumber("number-signs")
    if international and not digits.startswith("62"):
        if not _FOREIGN.fullmatch(digits):
            raise NotANumber("number-length")
        return f"+{digits}"
    national = digits.removeprefix("62").removeprefix("0")
    if _MOBILE.fullmatch(national):
        return f"+62{national}"
    if re.match(r"8[1-35-9]", national):
        raise NotANumber("number-length")
    if takes_messages:
        raise NotANumber("number-landline")
    if (international or national != digits) and _NATIONAL.fullmatch(national):
        return f"+62{national}"
    raise NotANumber("number-length")


def digits_only(number: str) -> str:
    """An E.164 number without its plus, as some gateways want it."""
    return number.removeprefix("+")


def as_dialled(number: str) -> str:
    """An E.164 number as it is dialled in Indonesia: ``0812…``; a foreign one stays as it is."""
    return f"0{number[3:]}" if number.startswith("+62") else number
