"""Procedures: checklists in Markdown that lie in a programme's folder."""

from __future__ import annotations

import re
from pathlib import Path

LANGUAGES = ("id", "en")
_STEP = re.compile(r"^\s*[-*] \[[ xX]\] +(.+?)\s*$", re.MULTILINE)


def file_name(code: str, language: str) -> str:
    return f"procedures/{code}.{language}.md"


def text(folder: Path, code: str, language: str) -> str:
    """``OSError`` or ``UnicodeDecodeError`` where it cannot be read."""
    return (folder / file_name(code, language)).read_text(encoding="utf-8")


def steps(markdown: str) -> list[str]:
    """What is to be ticked off, in order."""
    return _STEP.findall(markdown)
