"""Read numbers as agencies write them: true numbers, and texts in the Indonesian or the English form. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jcoc.indicators.declaration import LARGEST

NO_VALUE = frozenset(
    ("", "-", "–", "—", "--", "n/a", "na", "n.a.", "#n/a", "...", "…", "null", "kosong", "tad",
     "tidak ada data", "no data")
)  # fmt: skip


#: How reading.py leaves a number of a spreadsheet that is larger.
_BEYOND = re.compile(r"-?(?:\d(?:\.\d+)?e\+\d+|inf)")


class Form(StrEnum):
    """How thousands and decimals are marked in texts."""

    INDONESIAN = "id"  # 1.234,5
    ENGLISH = "en"  # 1,234.5


class NotANumber(ValueError):
    pass


class TooLarge(NotANumber):
    """Not below LARGEST."""


class Ambiguous(ValueError):
    """“1.234” is one thing in Indonesia and another in England, and nothing else in the sheet says which is meant."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    percent: bool = False
    #: It could be read in the other form too; the sheet, or its reader, said which is meant.
    doubtful: bool = False


# No thousands begin with nothing: 0.205 is one thing alone.
_INDONESIAN = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_ENGLISH = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def is_empty(text: str) -> bool:
    return text.casefold().strip() in NO_VALUE


def _core(text: str) -> tuple[str, str, bool]:
    """Sign, digits with their marks, and whether it is a per cent."""
    said = text.strip().replace("−", "-").replace("\u00a0", " ")
    said = re.sub(r"^rp\.? ?", "", said, flags=re.IGNORECASE)
    percent = said.endswith("%")
    said = said.removesuffix("%").strip()
    sign = ""
    if said.startswith("(") and said.endswith(")"):  # as accountants write what is below nothing
        sign, said = "-", said[1:-1].strip()
    elif said[:1] in "+-":
        sign, said = said[:1].replace("+", ""), said[1:].strip()
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", said):
        said = said.replace(" ", "")
    return sign, said, percent


def forms(text: str) -> frozenset[Form]:
    """In which forms a text is a number; both for a whole number without marks."""
    _sign, said, _percent = _core(text)
    found = set()
    if said.isascii() and _INDONESIAN.fullmatch(said):
        found.add(Form.INDONESIAN)
    if said.isascii() and _ENGLISH.fullmatch(said):
        found.add(Form.ENGLISH)
    return frozenset(found)


def spoken(texts: Iterable[str]) -> Form | None:
    """The one form that these texts show where they can be read in one alone; None where they say nothing, or both."""
    shown: set[Form] = set()
    for text in texts:
        possible = forms(text)
        if len(possible) == 1:
            shown |= possible
    return shown.pop() if len(shown) == 1 else None


def from_text(text: str, form: Form | None) -> Number:
    """:class:`NotANumber`, :class:`TooLarge`; :class:`Ambiguous` where no form was said and it matters."""
    if _BEYOND.fullmatch(text):
        raise TooLarge(text)
    possible = forms(text)
    if not possible:
        raise NotANumber(text)
    sign, said, percent = _core(text)
    marked = len(possible) == 2 and not said.isdigit()
    if len(possible) == 1:
        form = next(iter(possible))
    elif form is None and marked:
        raise Ambiguous(text)
    plain = said.replace(",", "") if form is Form.ENGLISH else said.replace(".", "").replace(",", ".")
    value = float(sign + plain)
    if not abs(value) < LARGEST:
        raise TooLarge(text)
    return Number(value, percent, marked)


def from_number(value: float, number_format: str) -> Number:
    """A true number of a spreadsheet; one in a per cent format is shown hundredfold, and that is what people mean."""
    if not math.isfinite(value):
        raise NotANumber(str(value))
    shown = re.sub(r'"[^"]*"|\\.', "", number_format)
    if "%" in shown:
        # 0.07 × 100 is 7.000000000000001: as many digits as a spreadsheet holds.
        return Number(float(f"{value * 100:.15g}"), percent=True)
    return Number(float(value))
