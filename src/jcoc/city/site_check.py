"""Checking a table of sites: does each coordinate lie in the kecamatan that its row names? Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jcoc.city.facts import FactsError
from jcoc.city.locate import Locator

#: The columns a table needs, each by one of these names.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "kode", "npsn"),
    "name": ("name", "nama"),
    "kecamatan": ("kecamatan", "kecamatan_sumber"),
    "lon": ("lon", "lng", "longitude", "bujur"),
    "lat": ("lat", "latitude", "lintang"),
}


@dataclass(frozen=True)
class SiteRow:
    row: int  # of the file; the header is row 1
    code: str
    name: str
    kecamatan: str
    lon: float
    lat: float


@dataclass(frozen=True)
class SiteWarning:
    row: int
    code: str
    name: str
    stated: str  # the kecamatan that the row names
    found: str  # the kecamatan that the coordinate lies in, "" outside the city

    @property
    def sentence(self) -> str:
        if not self.found:
            return f"{self.name} is said to lie in {self.stated}, but its coordinate lies outside the city."
        return f"{self.name} is said to lie in {self.stated}, but its coordinate lies in {self.found}."


def read_sites(data: bytes) -> list[SiteRow]:
    """The rows of a UTF-8 CSV file, with commas, or with semicolons and then decimal commas or points.

    :class:`FactsError` with a sentence that names row and column where a cell cannot be used.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FactsError(f"The file is not UTF-8 text: byte {error.start} cannot be read.") from None
    if not text.strip():
        raise FactsError("The file is empty.")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = {name.strip().lower(): name for name in reader.fieldnames or ()}
    columns: dict[str, str] = {}
    for wanted, names in COLUMNS.items():
        found = next((header[name] for name in names if name in header), None)
        if found is None:
            raise FactsError(f"The file lacks the column {wanted!r} (or {', '.join(names[1:])}).")
        columns[wanted] = found

    def cell(cells: dict[str, str | None], number: int, column: str) -> str:
        value = (cells.get(columns[column]) or "").strip()
        if not value:
            raise FactsError(f"Row {number}, {columns[column]}: it is empty.")
        return value

    def degrees(cells: dict[str, str | None], number: int, column: str, limit: float) -> float:
        value = cell(cells, number, column)
        try:
            result = float(value.replace(",", ".") if delimiter == ";" else value)
        except ValueError:
            raise FactsError(f"Row {number}, {columns[column]}: {value!r} is not a number.") from None
        if not -limit <= result <= limit:
            raise FactsError(
                f"Row {number}, {columns[column]}: {value} does not lie between {-limit:g} and {limit:g}."
            )
        return result

    def site(cells: dict[str, str | None], number: int) -> SiteRow:
        if None in cells:
            raise FactsError(f"Row {number}: it has more cells than the header.")
        return SiteRow(
            row=number,
            code=cell(cells, number, "code"),
            name=cell(cells, number, "name"),
            kecamatan=cell(cells, number, "kecamatan"),
            lon=degrees(cells, number, "lon", 180),
            lat=degrees(cells, number, "lat", 90),
        )

    return [site(cells, number) for number, cells in enumerate(reader, start=2)]


def check_sites(
    rows: Sequence[SiteRow], locator: Locator, kecamatan_of: Mapping[str, str]
) -> list[SiteWarning]:
    """The rows whose coordinate lies in another kecamatan than they say, or in none.

    kecamatan_of: the name of the kecamatan for each code that the locator may give.
    """
    codes = locator.code(np.array([row.lon for row in rows]), np.array([row.lat for row in rows]))
    warnings = []
    for row, code in zip(rows, codes, strict=True):
        found = kecamatan_of[code] if code else ""
        if found.casefold() != row.kecamatan.casefold():
            warnings.append(SiteWarning(row.row, row.code, row.name, row.kecamatan, found))
    return warnings
