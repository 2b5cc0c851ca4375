"""Which place a row is of. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from jcoc.indicators.periods import Period
from jcoc.indicators.spreadsheet.columns import Asked, Column, Role
from jcoc.indicators.spreadsheet.findings import Finding
from jcoc.indicators.spreadsheet.places import Gazetteer, KnownPlace, existing, plain
from jcoc.indicators.spreadsheet.sheet import Cell, Sheet, Spot

_TOTAL = re.compile(
    r"(?:sub ?)?(?:jumlah|total)(?: .*)?|rata rata(?: .*)?|average|mean|sum|grand total|rerata(?: .*)?"
)


#: The sum of all the rows, and not of some of them.
_WHOLE = re.compile(r"(?:grand )?(?:jumlah|total)(?: (?:total|umum|besar|akhir|semua|seluruh(?:nya)?|keseluruhan))?"
                    r"(?: kota(?: jambi)?)?|sum|grand total")  # fmt: skip


class RowPlaces:
    def __init__(
        self, sheet: Sheet, places: Gazetteer, columns: Sequence[Column], add: Callable[[Finding], None]
    ) -> None:
        self._sheet, self._places, self._add = sheet, places, add
        by_role = {each.role: each for each in reversed(columns)}
        self._code, self._name = by_role.get(Role.CODE), by_role.get(Role.PLACE)
        self._kecamatan = by_role.get(Role.KECAMATAN)
        self.city = places.city
        self._above = ""  # the kecamatan whose kelurahan follow, where a row of its own names it
        self._candidates: list[KnownPlace] = []
        self._at: tuple[Spot, str] | None = None
        self._told = False
        #: Where a row that adds up all others says so; none where the row looked at last is not one.
        self.total: tuple[Spot, str] | None = None

    def begin(self, row: int, measured: bool) -> bool:
        """Look at a row; whether its values are to be read."""
        self._told, self._at, self._candidates, self.total = False, None, [], None
        if self._code is None and self._name is None:
            self._candidates = [self.city] if self.city else []
            return measured
        code, name = self._cell(row, self._code), self._cell(row, self._name)
        labels = [cell for cell, _spot in (name, code) if cell is not None]
        said = [cell.text for cell in (*labels, *self._leading(row)) if _TOTAL.fullmatch(plain(cell.text))]
        if said:
            spot, text = (name if name[0] else code)[1], labels[0].text if labels else said[0]
            if measured and any(_WHOLE.fullmatch(plain(each)) for each in said):
                self.total = spot, text
            elif measured:
                self._add(Finding("total_row", spot, text))
            return False
        if not measured:
            self._group_row(labels)
            return False
        self._find(code, name, row)
        return True

    def _cell(self, row: int, column: Column | None) -> tuple[Cell | None, Spot]:
        if column is None:
            return None, (row, 1)
        cell = self._sheet.label(row, column.number)
        return (cell if cell is not None and not cell.empty else None), (row, column.number)

    def _leading(self, row: int) -> list[Cell]:
        """The cells before the place: “Jumlah” often begins in the column of numbers."""
        first = min(each.number for each in (self._code, self._name) if each)
        cells = (self._sheet.at(row, number) for number in range(1, first))
        return [cell for cell in cells if cell is not None and isinstance(cell.content, str)]

    def _group_row(self, labels: Sequence[Cell]) -> None:
        for cell in labels:
            found = self._places.named(cell.text, level="kecamatan")
            if len(found) == 1 and found[0].level == "kecamatan":
                self._above = found[0].name

    def _find(self, code: tuple[Cell | None, Spot], name: tuple[Cell | None, Spot], row: int) -> None:
        for cell, spot in (code, name):
            if cell is not None and cell.formula:
                self._tell(Finding("formula", spot, cell.text))
                return
        said = next(((cell, spot) for cell, spot in (code, name) if cell is not None), None)
        if said is None:
            return
        self._at = (said[1], said[0].text)
        by_code = self._places.coded(code[0].content) if code[0] else None
        if by_code is None and name[0] is not None:
            by_code = self._places.coded(name[0].content)
        named = self._named(row, name[0]) if name[0] is not None else []
        if by_code is not None:
            if named and by_code not in named and name[0] and not self._places.coded(name[0].content):
                self._tell(
                    Finding(
                        "code_and_name", code[1], code[0].text if code[0] else "", {"place": by_code.name}
                    )
                )
                return
            self._candidates = [by_code]
        elif code[0] is not None:
            self._tell(Finding("unknown_place", code[1], code[0].text))
        elif not named and name[0] is not None:
            like = self._places.like(name[0].text)
            rule = "unknown_place_like" if like else "unknown_place"
            self._tell(Finding(rule, name[1], name[0].text, {"like": " / ".join(like)} if like else {}))
        else:
            self._candidates = named

    def _named(self, row: int, name: Cell) -> list[KnownPlace]:
        kecamatan, _spot = self._cell(row, self._kecamatan)
        within = kecamatan.text if kecamatan else self._above
        level = self._name.level if self._name else ""
        return self._places.named(name.text, level=level, within=within)

    def _tell(self, finding: Finding) -> None:
        self._told = True
        self._add(finding)

    def of(self, row: int, period: Period, asked: Asked, first: tuple[Cell, Spot]) -> KnownPlace | None:
        """The place of the row in a period, for an indicator; none where a finding stands against it."""
        if self._told:
            return None
        if self._at is None and not self._candidates:
            column = self._name or self._code
            self._tell(Finding("no_place", (row, column.number) if column else first[1]))
            return None
        found = self._candidates
        if len(found) > 1:
            found = [each for each in found if each.level in asked.levels] or found
        then = existing(found, period)
        if len(then) > 1 and self._at:
            spot, text = self._at
            names = ", ".join(f"{each.name} ({each.level}, {each.code})" for each in then)
            self._tell(Finding("ambiguous_place", spot, text, {"places": names}))
            return None
        if not then:
            self._add(self._not_then(found[0], period, first))
            return None
        if then[0].level not in asked.levels:
            values = {"place": then[0].name, "level": then[0].level, "levels": "/".join(asked.levels)}
            spot, text = self._at or (first[1], first[0].text)
            self._tell(Finding("wrong_level", spot, text, values))
            return None
        return then[0]

    @staticmethod
    def _not_then(place: KnownPlace, period: Period, first: tuple[Cell, Spot]) -> Finding:
        validity = f"{place.valid_from or '…'} – {place.valid_to or '…'}"
        return Finding(
            "place_not_then",
            first[1],
            first[0].text,
            {"place": place.name, "period": period, "validity": validity},
        )
