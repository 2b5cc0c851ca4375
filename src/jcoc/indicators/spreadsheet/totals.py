"""The row that adds up the others: offered as the city's value, and held against its parts. Pure.

Only what adds up over places has such a total (units.py says which units do).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from jcoc.indicators.periods import Period
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.columns import Asked, Column
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.figures import Figures, half_step, plainly
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.sheet import Sheet, Spot
from jcoc.indicators.units import UNITS

#: A place's value of one indicator and period.
Told = tuple[str, str, date]  # indicator, place, first day of the period


def adds(asked: Asked) -> bool:
    """Whether the city's value is the sum of its places', and is told."""
    return "kota" in asked.levels and asked.unit in UNITS and UNITS[asked.unit].adds


def sums(values: Mapping[str, float]) -> list[float]:
    """The sum of the kelurahan and that of the kecamatan, of those that there are; by Kemendagri codes, which have
    two parts for the city, three for a kecamatan, four for a kelurahan."""
    found: dict[int, list[float]] = defaultdict(list)
    for code, value in values.items():
        if (parts := code.count(".") + 1) > 2:
            found[parts].append(value)
    return [math.fsum(found[parts]) for parts in sorted(found, reverse=True)]


def agree(total: float, parts: Sequence[float]) -> bool:
    """As exactly as the total is written."""
    return not parts or any(
        math.isclose(total, each, rel_tol=1e-9, abs_tol=half_step(total) * 1.001) for each in parts
    )


class Totals:
    """Gathers the rows of totals while the rows are read, and judges them when all parts are known."""

    def __init__(  # noqa: PLR0917
        self,
        sheet: Sheet,
        asked: Sequence[Asked],
        city: str,
        figures: Figures,
        whole: Period | None,
        add: Callable[[Finding], None],
    ) -> None:
        """city: its code. whole: the period of the whole sheet. figures: that read the cells."""
        self._sheet, self._asked, self._city, self._add = sheet, asked, city, add
        self._figures, self._whole = figures, whole
        self._found: list[Entry] = []
        self._rows: dict[int, tuple[Spot, str]] = {}

    def row(self, row: int, label: tuple[Spot, str], columns: Iterable[Column]) -> None:
        """A row that is the sum of all others; columns: those of values that have neither numerator nor denominator."""
        self._rows[row] = label
        for column in columns:
            asked = self._of(column)
            if asked is None or not adds(asked) or not self._city:
                continue
            said = column.period or self._whole
            period = spans.fitted(said, asked.period) if isinstance(said, Period) else None
            cell = self._figures.cell(row, column.number)
            if period is None or cell is None:
                continue
            spot = (row, column.number)
            value = self._figures.number((cell, spot), asked)
            if value is not None:
                self._found.append(Entry(asked.code, self._city, period, value, spot))

    def _of(self, column: Column) -> Asked | None:
        if column.indicator:
            return next(each for each in self._asked if each.code == column.indicator)
        return self._asked[0] if len(self._asked) == 1 else None

    def done(self, entries: Sequence[Entry], *, taken: bool) -> list[Entry]:
        """The city's values of these rows where they are taken for them; what stands against them is told."""
        parts: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
        for each in entries:
            parts[each.indicator, each.period.start][each.place] = each.value
        offered = [each for each in self._found if sums(parts[each.indicator, each.period.start])]
        rows = {each.spot[0] for each in offered}
        for row, (spot, text) in self._rows.items():
            rule = "total_row" if row not in rows else "total_taken" if taken else "total_offered"
            self._add(Finding(rule, spot, text))
        own = [each for each in entries if each.place == self._city and self._adds(each.indicator)]
        for each in [*offered, *own]:
            found = sums(parts[each.indicator, each.period.start])
            if not agree(each.value, found):
                cell = self._sheet.label(*each.spot)
                text = cell.text if cell else ""
                self._add(Finding("total_differs", each.spot, text, {"sum": plainly(found[0])}))
        return offered if taken else []

    def _adds(self, indicator: str) -> bool:
        return any(adds(each) for each in self._asked if each.code == indicator)


def city_differs(
    entries: Sequence[Entry], asked: Iterable[Asked], standing: Mapping[Told, float | None], city: str
) -> list[Finding]:
    """Where the city's figure stands, is not in the file, and is not what its parts come to with those of the file."""
    given: dict[tuple[str, Period], dict[str, Entry]] = defaultdict(dict)
    for each in entries:
        given[each.indicator, each.period][each.place] = each
    stood: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
    for (indicator, place, start), value in standing.items():
        if value is not None:
            stood[indicator, start][place] = value
    adding = {each.code for each in asked if adds(each)}
    found = []
    for (indicator, period), parts in given.items():
        values = stood[indicator, period.start]
        total = values.get(city)
        if indicator not in adding or city in parts or total is None:
            continue
        come_to = sums(values | {place: each.value for place, each in parts.items()})
        if not agree(total, come_to):
            first = min(each.spot for each in parts.values())
            figures = {"period": period, "total": plainly(total), "sum": plainly(come_to[0])}
            found.append(Finding("city_differs", first, "", figures))
    return found
