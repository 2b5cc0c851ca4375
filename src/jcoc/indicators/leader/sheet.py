"""The leader's sheet: one A4 page, set by Typst in a compute worker whose compiler stays warm.

What it says comes to Typst as data, never as source; lists that are longer than the page say how many they leave out.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcoc.web import fonts

if TYPE_CHECKING:
    import typst


def compile_sheet(data: dict[str, Any]) -> bytes:
    """A tagged PDF that keeps to PDF/UA-1; `data` is what leader/sheet_words.py makes."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst

    here = Path(__file__).parent
    return typst.Compiler(here / "sheet.typ", root=here, font_paths=[fonts.FOLDER], ignore_system_fonts=True)
