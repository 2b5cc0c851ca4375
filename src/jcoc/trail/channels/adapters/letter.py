"""Letters as one PDF to print, set by Typst in a compute worker whose compiler stays warm.

A sheet is DIN 5008 form B: the address stands where the window of a DL envelope (110 × 220 mm) shows it, fold marks
at 105 and 210 mm. What a letter says comes to Typst as data, never as source.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import segno

if TYPE_CHECKING:
    import typst


class Letter(TypedDict):
    """``paragraphs`` and ``steps`` are plain texts; ``code`` stands large, ``link`` as a QR code; both may be empty."""

    language: str
    address: list[str]
    date: str
    heading: str
    paragraphs: list[str]
    code_label: str
    code: str
    link: str
    link_label: str
    steps_label: str
    steps: list[str]
    reference: str


def compile_letters(letters: Sequence[Letter], sender: str, mark: str = "") -> bytes:
    """The letters as one tagged PDF, each beginning on a new sheet; `mark` stands across the top of a mere example."""
    sheets = [letter | {"qr": _qr(letter["link"])} for letter in letters]
    data = json.dumps({"sender": sender, "mark": mark, "letters": sheets}, ensure_ascii=False)
    made = _compiler().compile(format="pdf", sys_inputs={"data": data})
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst

    here = Path(__file__).parent
    # The embedded fonts only: a letter looks the same wherever it is printed.
    return typst.Compiler(here / "letter.typ", root=here, ignore_system_fonts=True)


def _qr(link: str) -> str:
    # At least level M: a letter is folded, and now and then crumpled.
    return segno.make(link, error="m", micro=False).svg_inline(border=0, scale=4) if link else ""
