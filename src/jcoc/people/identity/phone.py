"""Telephone numbers in one form: E.164, so that the same number is found however it was written. Pure."""

from __future__ import annotations

import re

from jcoc.trail.marking import gettext_noop

NOT_A_NUMBER = gettext_noop(
    "Write a telephone number of Indonesia such as 0812 0000 1234, or one that begins with + and its country."
)


class PhoneFault(ValueError):
    """A text is not a telephone number; `str()` is an English sentence."""


def parse(text: str) -> str:
    """The E.164 form, ``+62…``: a number that begins with 0 or 62 is Indonesian. :class:`PhoneFault` otherwise.

    At most 15 digits with the country's code (ITU-T E.164); an Indonesian number has 8 to 12 after 62.
    """
    bare = re.sub(r"[\s().\-\u00a0]", "", text)
    if not re.fullmatch(r"\+?[0-9]+", bare):
        raise PhoneFault(NOT_A_NUMBER)
    if bare.startswith("+"):
        number = bare
    elif bare.startswith("62"):
        number = f"+{bare}"
    elif bare.startswith("0") and not bare.startswith("00"):
        number = f"+62{bare[1:]}"
    else:
        raise PhoneFault(NOT_A_NUMBER)
    if number.startswith("+62"):
        good = re.fullmatch(r"\+62[1-9][0-9]{7,11}", number)
    else:
        good = re.fullmatch(r"\+[1-9][0-9]{6,14}", number)
    if not good:
        raise PhoneFault(NOT_A_NUMBER)
    return number
