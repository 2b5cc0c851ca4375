"""Procedures: checklists in Markdown that lie in a programme's folder. Pure.

    - [ ] (operator, 10 min) See whether other stations rise, too.

A step is ticked off. In brackets, the same in every language, stand the role that acts and, where the step itself does
not say when, how long it has from the moment that the procedure begins: min, h or d.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

LANGUAGES = ("id", "en")
_STEP = re.compile(r"^\s*[-*] (\[[ xX]\] .+?)\s*$", re.MULTILINE)
_PARTS = re.compile(r"\[[ xX]\] +(?:\(([a-z_]+)(?:, ([1-9][0-9]{0,3}) (min|h|d))?\) +)?(.+)", re.DOTALL)
_LENGTHS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True)
class Step:
    text: str  # Markdown
    role: str = ""  # a code; empty: nobody is named
    within: timedelta | None = None  # from the beginning of the procedure


def file_name(code: str, language: str) -> str:
    return f"procedures/{code}.{language}.md"


def text(folder: Path, code: str, language: str) -> str:
    """``OSError`` or ``UnicodeDecodeError`` where it cannot be read."""
    return (folder / file_name(code, language)).read_text(encoding="utf-8")


def step(line: str) -> Step | None:
    """What one item of a list says, from its box on; None where it has no box."""
    found = _PARTS.fullmatch(line)
    if found is None:
        return None
    role, number, unit, said = found.groups()
    return Step(said, role or "", int(number) * _LENGTHS[unit] if number else None)


def steps(markdown: str) -> list[Step]:
    """What is to be ticked off, in order."""
    return [made for line in _STEP.findall(markdown) if (made := step(line))]
