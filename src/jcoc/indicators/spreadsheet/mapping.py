"""From a sheet as an agency keeps it to values of indicators, with everything that stands against them by cell. Pure.

Rows are told apart from headings, columns get their roles (columns.py), and each cell of a value gets its indicator,
place and period: from its row, its column's heading, or the title. Long and wide tables are the same to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from jcoc.indicators.numbers import Form, is_empty
from jcoc.indicators.periods import Period
from jcoc.indicators.spreadsheet import columns as heads
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.columns import Asked, Column, Role
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.figures import Figures
from jcoc.indicators.spreadsheet.findings import Finding, Severity
from jcoc.indicators.spreadsheet.places import Gazetteer
from jcoc.indicators.spreadsheet.rowperiods import RowPeriods
from jcoc.indicators.spreadsheet.rowplaces import RowPlaces
from jcoc.indicators.spreadsheet.sheet import Book, Cell, Sheet, Spot, letters
from jcoc.indicators.spreadsheet.totals import Totals

#: Spreadsheets with more faults than this are of another kind than was thought: the rest would teach nothing.
MOST_FINDINGS = 2_000
_MEASURES = (Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)


@dataclass(frozen=True)
class Choices:
    """What whoever hands in the file has said of it; empty: as it is found."""

    sheet: str = ""
    headings: tuple[int, int] | None = None  # first and last row
    roles: Mapping[int, Role] = field(default_factory=dict)
    period: str = ""
    form: Form | None = None
    hidden: bool = False  # hidden rows and columns count too
    totals: bool = False  # a row that adds up the others is the city's value


@dataclass(frozen=True)
class Mapped:
    sheet: Sheet
    headings: range
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    period: Period | None = None  # of the whole sheet

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity is Severity.FAULT)


def choose_sheet(book: Book, asked: Sequence[Asked], choices: Choices) -> Sheet:
    """The one that was said; else the visible one whose headings say most."""
    for sheet in book.sheets:
        if sheet.name == choices.sheet:
            return sheet
    shown = [sheet for sheet in book.sheets if not sheet.hidden and sheet.cells] or list(book.sheets)
    return max(shown, key=lambda sheet: _promise(sheet, asked))


def _promise(sheet: Sheet, asked: Sequence[Asked]) -> int:
    rows = heads.heading_rows(sheet, asked)
    if rows is None:
        return 0
    columns = _columns(sheet, rows, asked, ())
    below = sum(1 for row, _column in sheet.cells if row >= rows.stop)
    return 1 + (10_000 if any(each.role in _MEASURES for each in columns) else 0) + below


def map_sheet(
    sheet: Sheet, asked: Sequence[Asked], places: Gazetteer, *, today: date, choices: Choices | None = None
) -> Mapped:
    """`asked`: at least one indicator. Nothing is raised: what cannot be is a finding."""
    choices = choices or Choices()
    rows = range(choices.headings[0], choices.headings[1] + 1) if choices.headings else None
    rows = rows or heads.heading_rows(sheet, asked)
    if rows is None:
        return Mapped(sheet, range(1, 1), (), (), (Finding("no_headings"),))
    return _Mapping(sheet, rows, asked, places, today, choices).done()


def _title(sheet: Sheet, before: int) -> list[Period]:
    """The periods that stand above the headings, or in the sheet's name."""
    texts = [cell.text for (row, _column), cell in sorted(sheet.cells.items()) if row < before]
    found: list[Period] = []
    for text in [*texts, sheet.name]:
        found += [period for period in spans.within_title(text) if period not in found]
    return found


def _columns(sheet: Sheet, rows: range, asked: Sequence[Asked], title: Sequence[Period]) -> list[Column]:
    found = [heads.column(sheet, number, rows, asked, title) for number in range(1, sheet.columns + 1)]
    by_heading = [each for each in found if each.role is Role.VALUE and (each.period or each.indicator)]
    if by_heading and not any(each.role in (Role.PERIOD, Role.INDICATOR) for each in found):
        # Beside columns of periods, “Jumlah” is their sum and “Nilai” nothing.
        found = [
            replace(each, role=Role.IGNORED) if each.role is Role.VALUE and each not in by_heading else each
            for each in found
        ]
    return _one_of_each(found)


def _one_of_each(found: list[Column]) -> list[Column]:
    """“Kecamatan” alone is the place; beside “Kelurahan” it says where that lies."""
    if not any(each.role in (Role.PLACE, Role.CODE) for each in found):
        found = [
            replace(each, role=Role.PLACE, level="kecamatan") if each.role is Role.KECAMATAN else each
            for each in found
        ]
    seen: set[Role] = set()
    for at, each in enumerate(found):
        if each.role in heads.LABELS:
            if each.role in seen:
                found[at] = replace(each, role=Role.IGNORED)
            seen.add(each.role)
    return found


class _Mapping:
    def __init__(  # noqa: PLR0917
        self,
        sheet: Sheet,
        rows: range,
        asked: Sequence[Asked],
        places: Gazetteer,
        today: date,
        choices: Choices,
    ) -> None:
        self.sheet, self.rows, self.asked, self.today, self.choices = sheet, rows, asked, today, choices
        self.by_code = {each.code: each for each in asked}
        self.findings: list[Finding] = []
        self.told_not_over: set[tuple[Spot | None, Period]] = set()
        self.entries: list[Entry] = []
        self.title = _title(sheet, rows.start)
        self.columns = self._roles(places)
        self.periods = RowPeriods(sheet, asked, self.columns, self.title, choices.period, self._once)
        self.groups = self._groups()
        body = [
            cell for spot, cell in sheet.cells.items() if spot[0] >= rows.stop and self._measured(spot[1])
        ]
        self.figures = Figures(sheet, choices.form, body, self._add)
        self.row_places = RowPlaces(sheet, places, self.columns, self._add)
        city = self.row_places.city.code if self.row_places.city else ""
        # What stands in a row of totals is no fault as long as it is left out.
        readers = (
            self.figures if choices.totals else Figures(sheet, choices.form, body, lambda _finding: None)
        )
        self.totals = Totals(sheet, asked, city, readers, self.periods.whole, self._add)

    def _add(self, finding: Finding) -> None:
        self.findings.append(finding)

    def _measured(self, number: int) -> bool:
        return any(each.number == number and each.role in _MEASURES for each in self.columns)

    def _only(self, role: Role) -> Column | None:
        return next((each for each in self.columns if each.role is role), None)

    def _roles(self, places: Gazetteer) -> list[Column]:
        found = _columns(self.sheet, self.rows, self.asked, self.title)
        said = [
            replace(each, role=self.choices.roles[each.number]) if each.number in self.choices.roles else each
            for each in found
        ]
        body = range(self.rows.stop, self.sheet.rows + 1)
        if not any(each.role in (Role.PLACE, Role.CODE) for each in said):
            number = heads.best_place_column(
                [each for each in said if each.number not in self.choices.roles], self.sheet, body, places
            )
            said = [replace(each, role=Role.PLACE) if each.number == number else each for each in said]
        return said

    def _groups(self) -> list[dict[Role, Column]]:
        """Value, numerator and denominator that belong to one another: those of one indicator and period."""
        found: dict[tuple[str, object], dict[Role, Column]] = {}
        loose: list[dict[Role, Column]] = []
        for each in self.columns:
            if each.role not in _MEASURES:
                continue
            group = found.setdefault((each.indicator, each.period), {})
            if each.role in group:  # two of a kind: each for itself, and their values are duplicates
                loose.append({each.role: each})
            else:
                group[each.role] = each
        return [*found.values(), *loose]

    def done(self) -> Mapped:
        if not self.groups:
            self._add(Finding("no_value_column"))
        self._check_places()
        self._note_columns()
        if not self.choices.hidden:
            self._note_hidden()
        if not any(each.severity is Severity.FAULT for each in self.findings):
            for row in range(self.rows.stop, self.sheet.rows + 1):
                if len(self.findings) < MOST_FINDINGS:
                    self._row(row)
            self.entries += self.totals.done(self.entries, taken=self.choices.totals)
            if not self.entries and not any(each.severity is Severity.FAULT for each in self.findings):
                self._add(Finding("nothing_found"))
        self._duplicates()
        findings = sorted(self.findings, key=lambda each: (each.spot or (0, 0), -each.severity))
        return Mapped(
            self.sheet,
            self.rows,
            tuple(self.columns),
            tuple(self.entries),
            tuple(findings),
            self.periods.whole,
        )

    def _check_places(self) -> None:
        if any(each.role in (Role.PLACE, Role.CODE) for each in self.columns):
            return
        if all("kota" in each.levels for each in self.asked) and self.row_places.city:
            self._add(Finding("city_assumed"))
        else:
            self._add(Finding("no_place_column"))

    def _note_columns(self) -> None:
        by_heading = any(each.role is Role.VALUE and (each.period or each.indicator) for each in self.columns)
        for each in self.columns:
            if each.role is not Role.IGNORED or each.number in self.choices.roles or each.at is None:
                continue
            lowest = each.heading.rpartition(" · ")[2]
            known = heads.word(lowest) or heads.word(each.heading.partition(" · ")[0])
            if known is Role.VALUE and by_heading:
                self._add(Finding("total_column", each.at, each.heading))
            elif known is None and self._has_content(each.number):
                self._add(Finding("column_left_out", each.at, each.heading))

    def _has_content(self, number: int) -> bool:
        return any(column == number and row >= self.rows.stop for row, column in self.sheet.cells)

    def _note_hidden(self) -> None:
        rows = sorted(row for row in self.sheet.hidden_rows if row >= self.rows.stop and self._holds(row))
        columns = sorted(number for number in self.sheet.hidden_columns if self._has_content(number))
        if rows or columns:
            which = [_runs(rows)] if rows else []
            which += [letters(number) for number in columns]
            self._add(Finding("hidden_left_out", values={"which": ", ".join(which)}))

    def _holds(self, row: int) -> bool:
        return any((row, each.number) in self.sheet.cells for each in self.columns)

    def _left_out(self, row: int, number: int) -> bool:
        hidden = number in self.sheet.hidden_columns or row in self.sheet.hidden_rows
        return hidden and not self.choices.hidden

    def _row(self, row: int) -> None:
        if row in self.sheet.hidden_rows and not self.choices.hidden:
            return
        if heads.is_numbering(self.sheet, row, [each.number for each in self.columns]):
            return
        measured = [
            (each.number, cell)
            for each in self.columns
            if each.role in _MEASURES
            and (cell := self.sheet.label(row, each.number)) is not None
            and not (is_empty(cell.text) and not cell.formula)
            and not self._left_out(row, each.number)
        ]
        if not self.row_places.begin(row, bool(measured)):
            if self.row_places.total is not None:
                alone = [group[Role.VALUE] for group in self.groups if set(group) == {Role.VALUE}]
                shown = [each for each in alone if not self._left_out(row, each.number)]
                self.totals.row(row, self.row_places.total, shown)
            return
        for group in self.groups:
            self._group(
                row, {role: each for role, each in group.items() if not self._left_out(row, each.number)}
            )

    def _group(self, row: int, group: Mapping[Role, Column]) -> None:
        figures = {}
        for role, each in group.items():
            cell = self.figures.cell(row, each.number)
            if cell is not None:
                figures[role] = (cell, (row, each.number))
        if not figures:
            return
        first = figures.get(Role.VALUE) or next(iter(figures.values()))
        column = group.get(Role.VALUE) or next(iter(group.values()))
        asked = self._indicator(row, column, first)
        if asked is None:
            return
        made = self.figures.made(figures, asked)
        period = self.periods.of(row, column, asked, first)
        if made is None or period is None:
            return
        place = self.row_places.of(row, period, asked, first)
        if place is None:
            return
        if period.start > self.today:
            self._add(Finding("period_ahead", first[1], first[0].text, {"period": period}))
            return
        if period.end >= self.today:
            self._tell_not_over(column, period, first)
        source = self._only(Role.SOURCE)
        told = self.sheet.label(row, source.number) if source else None
        self.entries.append(
            Entry(
                asked.code,
                place.code,
                period,
                made.value,
                first[1],
                made.numerator,
                made.denominator,
                told.text[:300] if told else "",
            )
        )

    def _tell_not_over(self, column: Column, period: Period, first: tuple[Cell, Spot]) -> None:
        """Once a column that the period heads, else once a period: it is the same for all rows."""
        headed = column.at if column.period is not None else None
        if (headed, period) not in self.told_not_over:
            self.told_not_over.add((headed, period))
            text = column.heading if headed else first[0].text
            self._add(Finding("not_over", headed or first[1], text, {"period": period}))

    def _indicator(self, row: int, column: Column, first: tuple[Cell, Spot]) -> Asked | None:
        if column.indicator:
            return self.by_code[column.indicator]
        if named := self._only(Role.INDICATOR):
            cell = self.sheet.label(row, named.number)
            if cell is not None and not cell.empty:
                if found := heads.indicator_named(cell.text, self.asked):
                    return found
                codes = {"codes": ", ".join(self.by_code)}
                self._once(Finding("unknown_indicator", (row, named.number), cell.text, codes))
                return None
        if len(self.asked) == 1:
            return self.asked[0]
        self._add(Finding("no_indicator", first[1], first[0].text))
        return None

    def _once(self, finding: Finding) -> None:
        if finding not in self.findings[-20:]:
            self._add(finding)

    def _duplicates(self) -> None:
        seen: dict[tuple[str, str, date], Entry] = {}
        kept = []
        for entry in self.entries:
            key = (entry.indicator, entry.place, entry.period.start)
            if (other := seen.get(key)) is not None:
                cell = self.sheet.label(*entry.spot)
                first = Finding("", other.spot).address
                self._add(Finding("duplicate", entry.spot, cell.text if cell else "", {"other": first}))
            else:
                seen[key] = entry
                kept.append(entry)
        self.entries = kept


def _runs(rows: Iterable[int]) -> str:
    """1, 2, 3, 7 → “1–3, 7”."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][-1] + 1:
            found[-1][1:] = [row]
        else:
            found.append([row])
    return ", ".join("–".join(str(row) for row in run) for run in found)
