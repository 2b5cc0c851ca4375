"""A table of PM2.5 readings from a CSV text: columns ``time`` and ``pm25``. Pure."""

from __future__ import annotations

import csv
import io
import math
from datetime import datetime, timedelta, timezone

COLUMNS = ("time", "pm25")
#: The city's clock, for times that say an offset of their own.
WIB = timezone(timedelta(hours=7))
#: A monitor that shows more is broken, or the unit is another.
HIGHEST = 5_000.0


class BadTable(ValueError):
    """The table cannot be used; the text names row and reason."""


def read(data: bytes) -> list[tuple[datetime, float]]:
    """(time on the city's clock, µg/m³) of each row; a row whose pm25 is empty is left out. :class:`BadTable`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable(f"The file is not UTF-8 text (byte {error.start + 1}).") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in heading]
        if missing:
            raise BadTable(f"Row 1: there is no column {missing[0]}; the columns time and pm25 are needed.")
        places = [heading.index(name) for name in COLUMNS]
        found: dict[datetime, float] = {}
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(heading):
                raise BadTable(f"Row {rows.line_num}: it has {len(row)} cells, the heading {len(heading)}.")
            time, value = (row[place].strip() for place in places)
            if not value:
                continue
            at = _time(time, rows.line_num)
            if at in found:
                raise BadTable(f"Row {rows.line_num}, time: {time} stands twice.")
            found[at] = _value(value, rows.line_num)
    except csv.Error as error:
        raise BadTable(f"Row {rows.line_num}: it cannot be read as CSV ({error}).") from None
    if not found:
        raise BadTable("The file holds no reading.")
    return sorted(found.items())


def _time(text: str, row: int) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(WIB).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        raise BadTable(
            f"Row {row}, time: “{text[:40]}” is no time such as 2026-09-30T14:00 (WIB) or "
            "2026-09-30T14:00+07:00."
        ) from None


def _value(text: str, row: int) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadTable(f"Row {row}, pm25: “{text[:40]}” is no number; write it like 37.5.") from None
    if not math.isfinite(value) or not 0 <= value <= HIGHEST:
        raise BadTable(f"Row {row}, pm25: {text[:40]} is no concentration from 0 to {HIGHEST:g} µg/m³.")
    return value
