"""The figures of a row: cells read as numbers, and value, numerator and denominator made one. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jcoc.indicators import numbers
from jcoc.indicators.declaration import LARGEST
from jcoc.indicators.numbers import Ambiguous, Form, NotANumber, Number, TooLarge
from jcoc.indicators.spreadsheet.columns import Asked, Role
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.sheet import Cell, Sheet, Spot

Figure = tuple[Cell, Spot]
#: numerator / denominator × this is the value.
FACTORS = {"%": 100.0, "/100000": 100_000.0}


@dataclass(frozen=True, slots=True)
class Made:
    value: float
    numerator: float | None = None
    denominator: float | None = None


class Figures:
    def __init__(
        self, sheet: Sheet, form: Form | None, body: Iterable[Cell], add: Callable[[Finding], None]
    ) -> None:
        self._sheet, self._add = sheet, add
        texts = [cell.content for cell in body if isinstance(cell.content, str)]
        self.form = form or numbers.spoken(texts)
        self._said = form is not None
        self._merged: set[Spot] = set()

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell, if it has something to be read; merged ones are told once, and are none."""
        cell = self._sheet.at(row, column)
        if area := self._sheet.area(row, column):
            top = self._sheet.at(area.top, area.left)
            if top is None or top.empty or numbers.is_empty(top.text):
                return None
            if (area.top, area.left) not in self._merged:
                self._merged.add((area.top, area.left))
                spot = (area.top, area.left)
                self._add(Finding("merged", spot, top.text, {"area": area.reference}))
            return None
        if cell is None or (not cell.formula and not cell.error and numbers.is_empty(cell.text)):
            return None
        return cell

    def number(self, figure: Figure, asked: Asked | None) -> float | None:
        """`asked`: whose value it is; none for a numerator or denominator."""
        cell, spot = figure
        if cell.formula or cell.error:
            self._add(Finding("formula" if cell.formula else "error", spot, cell.text))
            return None
        content = cell.content
        if isinstance(content, (bool, date)) or content is None:
            self._add(Finding("not_a_number", spot, cell.text))
            return None
        try:
            if isinstance(content, str):
                read = numbers.from_text(content, self.form)
            else:
                read = numbers.from_number(content, cell.number_format)
        except Ambiguous:
            two = {str(form): plainly(numbers.from_text(str(content), form).value) for form in Form}
            self._add(Finding("ambiguous_number", spot, cell.text, two))
            return None
        except TooLarge:
            self._add(Finding("number_too_large", spot, cell.text[:40]))
            return None
        except NotANumber:
            self._add(Finding("not_a_number", spot, cell.text))
            return None
        if read.doubtful and not self._said:
            self._add(Finding("doubtful_number", spot, cell.text, {"value": plainly(read.value)}))
        return self._in_unit(read, cell, spot, asked)

    def _in_unit(self, read: Number, cell: Cell, spot: Spot, asked: Asked | None) -> float | None:
        if not read.percent or (asked is not None and asked.unit == "%"):
            return read.value
        if asked is not None and asked.unit == "1":
            return read.value / 100
        unit = asked.unit if asked else "1"
        self._add(Finding("percent_of_other", spot, cell.text, {"unit": unit}))
        return None

    def made(self, figures: Mapping[Role, Figure], asked: Asked) -> Made | None:
        """One value of what a row gives of it; none where a finding stands against it."""
        read = {
            role: self.number(figure, asked if role is Role.VALUE else None)
            for role, figure in figures.items()
        }
        if any(each is None for each in read.values()):
            return None
        value = read.get(Role.VALUE)
        above, below = read.get(Role.NUMERATOR), read.get(Role.DENOMINATOR)
        if above is None and below is None:
            return Made(value) if value is not None else None
        if above is None or below is None:
            cell, spot = figures[Role.NUMERATOR if below is None else Role.DENOMINATOR]
            self._add(Finding("half_ratio", spot, cell.text))
            return None
        if below == 0:
            cell, spot = figures[Role.DENOMINATOR]
            self._add(Finding("zero_division", spot, cell.text))
            return None
        ratio = above / below * FACTORS.get(asked.unit, 1.0)
        if not abs(ratio) < LARGEST:
            cell, spot = figures[Role.NUMERATOR]
            self._add(Finding("number_too_large", spot, cell.text))
            return None
        if value is None:
            return Made(ratio, above, below)
        if not math.isclose(value, ratio, rel_tol=1e-9, abs_tol=half_step(value) * 1.001):
            cell, spot = figures[Role.VALUE]
            self._add(Finding("ratio_differs", spot, cell.text, {"ratio": plainly(ratio)}))
        return Made(value, above, below)


def half_step(value: float) -> float:
    """Half a step of the last digit that was written: so much a rounded number may differ."""
    text = f"{value:.12g}"
    return 0.5 * 10.0 ** -len(text.partition(".")[2]) if "e" not in text else abs(value) * 1e-9


def plainly(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.6g}")
