"""Which period a value is of: by its column's heading, else by its row, else by the title. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from jcoc.indicators.periods import Period, PeriodType, containing
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.columns import Asked, Column, Role
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.sheet import Cell, Sheet, Spot


class RowPeriods:
    def __init__(  # noqa: PLR0917
        self,
        sheet: Sheet,
        asked: Sequence[Asked],
        columns: Sequence[Column],
        title: Sequence[Period],
        said: str,
        tell_once: Callable[[Finding], None],
    ) -> None:
        """said: the period of the whole sheet, where whoever hands it in has said one."""
        self._sheet, self._asked, self._title, self._said = sheet, asked, title, said
        self._columns, self._once = columns, tell_once
        types = {each.period for each in asked}
        self._type = next(iter(types)) if len(types) == 1 else None
        self.whole = self._whole_sheet()

    def _only(self, role: Role) -> Column | None:
        return next((each for each in self._columns if each.role is role), None)

    def _whole_sheet(self) -> Period | None:
        if (wanted := self._type) is None:
            return None
        if self._said:
            said = spans.read(self._said, wanted=wanted)
            return spans.fitted(said, wanted) if isinstance(said, Period) else None
        fits = {fit for each in self._title if (fit := spans.fitted(each, wanted))}
        return fits.pop() if len(fits) == 1 else None

    def of(self, row: int, column: Column, asked: Asked, first: tuple[Cell, Spot]) -> Period | None:
        """None where a finding stands against it. first: the cell of the value."""
        form = {"form": example(asked.period)}
        said: Period | spans.Part | None = column.period
        spot, text = column.at or first[1], column.heading
        if said is None or (isinstance(said, spans.Part) and said.year is None):
            by_row = self._by_row(row, said)
            if by_row is not None:
                said, spot, text = by_row
        if said is None and self.whole is not None:
            return self.whole
        if said is None:
            self._once(Finding("no_period", column.at or first[1], column.heading or first[0].text, form))
            return None
        if isinstance(said, spans.Part) and (year := self._title_year()):
            said = spans.complete(said, year) or said
        if isinstance(said, spans.Part):
            if said.ordinal < 0:
                self._once(Finding("unreadable_period", spot, text, form))
            else:
                self._once(Finding("no_year", spot, text, {"said": text, **form}))
            return None
        if fit := spans.fitted(said, asked.period):
            return fit
        if self.whole is not None and said.type is PeriodType.YEAR and column.period is None:
            return self.whole
        self._once(
            Finding(
                "other_period",
                spot,
                text,
                {"type": str(said.type), "period": said, "wanted": str(asked.period), **form},
            )
        )
        return None

    def _title_year(self) -> int | None:
        if self._said:
            said = spans.read(self._said)
            return said.start.year if isinstance(said, Period) else None
        years = {period.start.year for period in self._title}
        return years.pop() if len(years) == 1 else None

    def _by_row(self, row: int, of_column: spans.Part | None) -> tuple[Period | spans.Part, Spot, str] | None:
        """What the row's columns of period, year and part say together; a Part with ordinal -1 cannot be read."""
        read: dict[Role, tuple[Period | spans.Part, Spot, str]] = {}
        for role in (Role.PERIOD, Role.YEAR, Role.PART):
            if (each := self._only(role)) is None:
                continue
            cell = self._sheet.label(row, each.number)
            if cell is None or cell.empty:
                continue
            spot = (row, each.number)
            said = None if cell.formula else spans.read(cell.content, cell.number_format, self._type)
            if said is None and role is Role.PART and self._type is not None:
                said = spans.bare_ordinal(cell.text, self._type)
            if said is None:
                return spans.Part(PeriodType.YEAR, -1), spot, cell.text
            read[role] = (said, spot, cell.text)
        year = read.get(Role.YEAR)
        part = of_column or next(
            (
                said
                for role in (Role.PART, Role.PERIOD)
                if role in read and isinstance(said := read[role][0], spans.Part)
            ),
            None,
        )
        if year and isinstance(year[0], Period) and part is not None:
            whole = spans.complete(part, year[0].start.year)
            if whole is not None:
                text = f"{year[2]} {read[Role.PART][2] if Role.PART in read else ''}"
                return whole, year[1], text.strip()
        for role in (Role.PERIOD, Role.PART, Role.YEAR):
            if role in read:
                return read[role]
        return None


def example(type_: PeriodType) -> Period:
    """A period to show how one can be written."""
    day = date(2024, 8, 1) if type_ is PeriodType.SCHOOL_YEAR else date(2024, 3, 7)
    return containing(type_, day)
