"""A spreadsheet as plain cells: what reading.py finds in a file and mapping.py makes values of. Pure.

Rows and columns count from 1, as in the addresses that people see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

Content = str | int | float | bool | date | datetime | None
Spot = tuple[int, int]  # row, column


@dataclass(frozen=True, slots=True)
class Cell:
    content: Content
    number_format: str = "General"
    formula: str = ""  # as it stands in the cell, with its “=”
    error: bool = False  # #REF!, #DIV/0! …

    @property
    def text(self) -> str:
        """What stands there, on one line."""
        if self.formula:
            return self.formula
        if isinstance(self.content, datetime):
            return f"{self.content:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        if isinstance(self.content, bool):
            return str(self.content).upper()
        return " ".join(str("" if self.content is None else self.content).split())

    @property
    def empty(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class Area:
    """Merged cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, spot: Spot) -> bool:
        row, column = spot
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def reference(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    def spots(self) -> Iterator[Spot]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


@dataclass(frozen=True)
class Sheet:
    name: str
    cells: dict[Spot, Cell] = field(default_factory=dict)  # without the empty ones
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False

    @cached_property
    def rows(self) -> int:
        """The last row that holds something; 0 for an empty sheet."""
        return max((row for row, _column in self.cells), default=0)

    @cached_property
    def columns(self) -> int:
        return max((column for _row, column in self.cells), default=0)

    @cached_property
    def _areas(self) -> dict[Spot, Area]:
        return {spot: area for area in self.merged for spot in area.spots()}

    def area(self, row: int, column: int) -> Area | None:
        """The merged cells that this one is part of."""
        return self._areas.get((row, column))

    def at(self, row: int, column: int) -> Cell | None:
        return self.cells.get((row, column))

    def label(self, row: int, column: int) -> Cell | None:
        """The cell as a heading or label: one that is merged says in all its parts what its first part says."""
        if area := self.area(row, column):
            row, column = area.top, area.left
        return self.cells.get((row, column))


@dataclass(frozen=True)
class Book:
    sheets: tuple[Sheet, ...]


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def spot_of(reference: str) -> Spot:
    """B7 → (7, 2); ValueError."""
    head = reference.rstrip("0123456789")
    if not head or not head.isascii() or not head.isalpha() or head == reference or len(head) > 3:
        raise ValueError(reference)
    column = 0
    for letter in head.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(head) :]), column
