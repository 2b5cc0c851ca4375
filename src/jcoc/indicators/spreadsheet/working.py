"""The work on a file that a compute worker does: read it, choose its sheet, map it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jcoc.indicators.spreadsheet.columns import Asked
from jcoc.indicators.spreadsheet.mapping import Choices, Mapped, choose_sheet, map_sheet
from jcoc.indicators.spreadsheet.places import Gazetteer, KnownPlace
from jcoc.indicators.spreadsheet.reading import read


@dataclass(frozen=True)
class Understood:
    sheets: tuple[str, ...]
    mapped: Mapped


def understand(  # noqa: PLR0917 (a compute worker takes them in their order)
    data: bytes,
    name: str,
    asked: Sequence[Asked],
    places: Sequence[KnownPlace],
    today: date,
    choices: Choices,
) -> Understood:
    """:class:`reading.Unreadable`, :class:`jcoc.trail.uploads.faults.Fault`."""
    book = read(data, name)
    sheet = choose_sheet(book, asked, choices)
    mapped = map_sheet(sheet, asked, Gazetteer(tuple(places)), today=today, choices=choices)
    return Understood(tuple(each.name for each in book.sheets), mapped)
