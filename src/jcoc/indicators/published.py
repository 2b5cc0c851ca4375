"""Published values as a CSV file tells them. Pure: text in, rows out.

Columns: indicator, place, period, value, source_name, source_url, note, reason. The first five are needed; a reason
is needed where another value stands already.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

from jcoc.indicators.declaration import LARGEST

NEEDED = ("indicator", "place", "period", "value", "source_name")
COLUMNS = (*NEEDED, "source_url", "note", "reason")


class FormError(ValueError):
    """The file cannot be used; `faults` are sentences that name row, column and reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Published:
    line: int
    indicator: str
    place: str
    period: str
    value: float
    source_name: str
    source_url: str
    note: str
    reason: str


def read(content: bytes, file_name: str) -> list[Published]:
    """All rows, or :class:`FormError` with every fault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormError([f"{file_name} is no UTF-8 text ({error.reason})."]) from None
    lines = csv.DictReader(io.StringIO(text))
    named = tuple(lines.fieldnames or ())
    if missing := [name for name in NEEDED if name not in named]:
        raise FormError([f"{file_name}: the first line does not name {', '.join(missing)}."])
    if unknown := [name for name in named if name not in COLUMNS]:
        raise FormError(
            [f"{file_name}: there is no column {', '.join(unknown)}; there are {', '.join(COLUMNS)}."]
        )
    rows: list[Published] = []
    faults: list[str] = []
    for cells in lines:
        told = {name: (cells.get(name) or "").strip() for name in COLUMNS}
        where = f"{file_name}, line {lines.line_num}"
        faults += [f"{where}, {name}: it is empty." for name in NEEDED if not told[name]]
        if None in cells:
            faults.append(f"{where}: there are more cells than columns.")
        if bad := [name for name in COLUMNS if not told[name].isprintable()]:
            faults.append(f"{where}, {bad[0]}: it holds a character that cannot be kept.")
        if told["source_url"] and not told["source_url"].startswith(("https://", "http://")):
            faults.append(f"{where}, source_url: {told['source_url']!r} is no address.")
        value = _number(told.pop("value"))
        if value is None:
            faults.append(
                f"{where}, value: it is no number; write it with a point, without marks of thousands."
            )
        else:
            rows.append(Published(line=lines.line_num, value=value, **told))
    if faults:
        raise FormError(faults)
    return rows


#: Not all that float() takes: neither 1_000 nor figures of other scripts, whose writer may mean something else.
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)


def _number(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if abs(value) < LARGEST else None
