"""What the columns of an agency's table are: found from its headings, or said by whoever hands it in. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jcoc.indicators.periods import Period, PeriodType
from jcoc.indicators.spreadsheet import spans
from jcoc.indicators.spreadsheet.places import Gazetteer, plain
from jcoc.indicators.spreadsheet.sheet import Cell, Sheet, Spot


class Role(StrEnum):
    IGNORED = "ignored"
    PLACE = "place"  # name, or code where there is no column of codes
    CODE = "code"
    KECAMATAN = "kecamatan"  # says which of two places of a name is meant
    PERIOD = "period"
    YEAR = "year"
    PART = "part"  # month, quarter or semester whose year stands beside it
    INDICATOR = "indicator"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    SOURCE = "source"


#: Headings, as plain() leaves them.
_HEADINGS: dict[Role, str] = {
    Role.CODE: r"kode(?: (?:wilayah|kemendagri|kelurahan|kecamatan|desa|tempat|daerah))?|(?:place )?code"
        r"|code of the place",
    Role.KECAMATAN: r"(?:nama )?kec(?:amatan)?",
    Role.PLACE: r"(?:nama )?(?:kel(?:urahan)?|desa|wilayah|tempat|daerah|lokasi|kota|kel(?:urahan)? desa)|place|area",
    Role.YEAR: r"tahun|thn|year",
    Role.PART: r"bulan|bln|month|triwulan|tw|quarter|semester|smt",
    Role.PERIOD: r"periode|period|tanggal|tgl|date|waktu|masa",
    Role.INDICATOR: r"(?:kode |nama )?indikator|indicator(?: code)?",
    Role.NUMERATOR: r"pembilang|numerator",
    Role.DENOMINATOR: r"penyebut|denominator",
    Role.SOURCE: r"sumber(?: data)?|source|dasar",
    Role.VALUE: r"nilai|angka|capaian|realisasi|jumlah|hasil|value|figure|volume|total|besaran",
    Role.IGNORED: r"no|nomor|nomer|number|keterangan|ket|catatan|note|notes|remarks|satuan|unit|target|tingkat|level",
}  # fmt: skip
_PATTERNS = {role: re.compile(pattern) for role, pattern in _HEADINGS.items()}
#: Of the headings of two storeys, these say something about the rows; the others only gather columns.
LABELS = frozenset({Role.PLACE, Role.CODE, Role.KECAMATAN, Role.PERIOD, Role.YEAR, Role.PART, Role.INDICATOR})


@dataclass(frozen=True)
class Asked:
    """An indicator that whoever hands in the file has chosen."""

    code: str
    names: tuple[str, ...]  # in each language
    period: PeriodType
    levels: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Column:
    number: int
    role: Role
    heading: str  # all storeys, from above
    at: Spot | None = None  # the lowest heading
    indicator: str = ""  # of a value, where the heading says it
    period: Period | spans.Part | None = None
    #: Which level of place a heading such as “Kelurahan” names.
    level: str = ""


def word(text: str) -> Role | None:
    """The role that a heading names."""
    said = re.sub(r" \d+$", "", plain(re.sub(r"\(.*?\)", " ", text)))
    return next((role for role, pattern in _PATTERNS.items() if pattern.fullmatch(said)), None)


def indicator_named(text: str, asked: Sequence[Asked]) -> Asked | None:
    """The indicator that a text names: by its code or one of its names, a unit in brackets left out."""
    said, without = plain(text), plain(re.sub(r"\([^()]*\)\s*$", "", text))
    for each in asked:
        if {said, without} & {plain(each.code), *(plain(name) for name in each.names)}:
            return each
    return None


def period_of(cell: Cell, asked: Sequence[Asked]) -> Period | spans.Part | None:
    wanted = asked[0].period if len({each.period for each in asked}) == 1 else None
    return spans.read(cell.content, cell.number_format, wanted)


def column(
    sheet: Sheet, number: int, heading_rows: range, asked: Sequence[Asked], title: Sequence[Period]
) -> Column:
    """What one column is, by all storeys of its heading."""
    cells: list[tuple[Spot, Cell]] = []
    for row in heading_rows:
        cell = sheet.label(row, number)
        if cell is not None and not cell.empty and (not cells or cells[-1][1] is not cell):
            cells.append(((row, number), cell))
    heading = " · ".join(dict.fromkeys(cell.text for _spot, cell in cells))
    if not cells:
        return Column(number, Role.IGNORED, "")
    period, indicator, role = None, "", None
    for _spot, cell in cells:
        if named := indicator_named(cell.text, asked):
            indicator = named.code
        elif (said := period_of(cell, asked)) is not None:
            period = _joined(period, said)
        elif word(cell.text) is not None:
            role = word(cell.text)
        elif (said := _under(cells, cell, asked)) is not None:
            period = _joined(period, said)
    at = cells[-1][0]
    if isinstance(period, spans.Part) and period.year is None and len(years := _years(title)) == 1:
        period = spans.complete(period, years[0]) or period
    if period is not None or indicator:
        gathered = (
            role if role in (Role.NUMERATOR, Role.DENOMINATOR, Role.IGNORED) and len(cells) > 1 else None
        )
        return Column(number, gathered or Role.VALUE, heading, at, indicator, period)
    level = next((name for name in ("kelurahan", "kecamatan", "kota") if name in plain(heading)), "")
    return Column(number, role or Role.IGNORED, heading, at, level=level if role is Role.PLACE else "")


def _years(title: Sequence[Period]) -> list[int]:
    return list({period.start.year for period in title if period.type is PeriodType.YEAR})


def _under(cells: Sequence[tuple[Spot, Cell]], cell: Cell, asked: Sequence[Asked]) -> spans.Part | None:
    """“II” under “Semester”, or under a year where the indicator is told by quarter."""
    above = [each for _spot, each in cells if each is not cell]
    types = {each.period for each in asked}
    if len(types) != 1 or not above:
        return None
    named = any(word(each.text) is Role.PART or period_of(each, asked) is not None for each in above)
    return spans.bare_ordinal(cell.text, next(iter(types))) if named else None


def _joined(above: Period | spans.Part | None, said: Period | spans.Part) -> Period | spans.Part:
    """“2024” over “Jan” is January 2024, and “Jan” over “2024” as well."""
    if isinstance(above, Period) and isinstance(said, spans.Part) and above.type is PeriodType.YEAR:
        return spans.complete(said, above.start.year) or said
    if isinstance(above, spans.Part) and isinstance(said, Period) and said.type is PeriodType.YEAR:
        return spans.complete(above, said.start.year) or said
    return said


#: So far down a table is looked for: titles and logos stand above it.
DEEPEST = 40


def heading_rows(sheet: Sheet, asked: Sequence[Asked]) -> range | None:
    """Where the headings stand: one row, or the storeys of one; None where nothing looks like headings."""
    best, most = 0, 0
    for row in range(1, min(sheet.rows, DEEPEST) + 1):
        score = _score(sheet, row, asked)
        if score > most:
            best, most = row, score
    if most < 2:
        return None
    first = last = best
    while last < sheet.rows and _storey_below(sheet, last + 1, first, asked):
        last += 1
    while first > 1 and _storey_above(sheet, first - 1, asked):
        first -= 1
    return range(first, last + 1)


def _own(sheet: Sheet, row: int) -> list[tuple[int, Cell]]:
    return [
        (number, cell)
        for number in range(1, sheet.columns + 1)
        if (cell := sheet.at(row, number)) is not None and not cell.empty
    ]


def _score(sheet: Sheet, row: int, asked: Sequence[Asked]) -> int:
    score, seen = 0, set()
    for number, cell in _own(sheet, row):
        role = word(cell.text)
        if indicator_named(cell.text, asked):
            score += 3
        elif role is not None:
            score += 1 if role in seen else 3 if role in LABELS else 2
            seen.add(role)
        elif period_of(cell, asked) is not None and not _value_like(sheet, row, number, cell):
            score += 1
    # A title says much in one cell; headings stand beside one another.
    return score if len(_own(sheet, row)) > 1 else 0


def _value_like(sheet: Sheet, row: int, number: int, cell: Cell) -> bool:
    """A number that looks like a year but stands among other numbers that do not."""
    if not isinstance(cell.content, (int, float)):
        return False
    others = [each.content for _n, each in _own(sheet, row) if isinstance(each.content, (int, float))]
    return any(not 1900 <= other < 2100 for other in others)


def _storey_below(sheet: Sheet, row: int, first: int, asked: Sequence[Asked]) -> bool:
    """A row that still belongs to the headings: they reach down into it, or it says periods and no place."""
    reaching = any(
        (area := sheet.area(row, number)) and first <= area.top < row and area.bottom >= row
        for number in range(1, sheet.columns + 1)
    )
    own = _own(sheet, row)
    if reaching:
        return bool(own)
    above = {number for number, _cell in _own(sheet, row - 1)}
    spread = any((area := sheet.area(row - 1, number)) and area.right > area.left for number in above)
    return (
        bool(own)
        and spread
        and all(
            period_of(cell, asked) is not None
            or word(cell.text) is not None
            or indicator_named(cell.text, asked)
            for _number, cell in own
        )
    )


def _storey_above(sheet: Sheet, row: int, asked: Sequence[Asked]) -> bool:
    """A row above that gathers columns, and no title: it leaves the first column free, or merges it downward."""
    own = _own(sheet, row)
    if not own:
        return False
    for number, cell in own:
        area = sheet.area(row, number)
        if number == _first(sheet) and not (area and area.bottom > row and area.right == area.left):
            if not (len(own) > 1 and word(cell.text) in LABELS):
                return False
        elif not (area or period_of(cell, asked) is not None or indicator_named(cell.text, asked)):
            return False
    return True


def _first(sheet: Sheet) -> int:
    return min((column for _row, column in sheet.cells), default=1)


def is_numbering(sheet: Sheet, row: int, columns: Sequence[int]) -> bool:
    """The row “(1) (2) (3)” that official tables have below their headings."""
    said = [
        cell.text.strip("() .") for number in columns if (cell := sheet.at(row, number)) and not cell.empty
    ]
    return (
        len(said) >= 3 and said == [str(number) for number in range(int(said[0]), int(said[0]) + len(said))]
        if (said and said[0] in ("0", "1"))
        else False
    )


def best_place_column(columns: Sequence[Column], sheet: Sheet, rows: range, places: Gazetteer) -> int | None:
    """A column without a heading that says so, whose cells are places for the most part."""
    best, most = None, 0
    for each in columns:
        if each.role is not Role.IGNORED or (each.at is None and each.heading):
            continue
        cells = [cell for row in rows if (cell := sheet.label(row, each.number)) and not cell.empty]
        known = sum(bool(places.coded(cell.content) or places.named(cell.text)) for cell in cells)
        if known > most and known * 2 > len(cells):
            best, most = each.number, known
    return best
