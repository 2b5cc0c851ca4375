"""Where tallies come from: a source of rows that a programme offers, by code.

A programme declares its sources; the ring above registers them here at start, and only then are they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from jcoc.indicators.words import Words

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    code: str
    name: Words
    unit: str = ""  # a code of units.UNITS, for numbers


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it counts: opaque, without anything that says who somebody is."""

    id: str  # stable and unique in its source
    day: date  # the city's day that it counts for
    place: str  # code of the finest place it lies in
    cells: tuple[Cell, ...] = ()  # in the order of the source's columns
    simulated: bool = False


@dataclass(frozen=True)
class RowSource:
    code: str
    name: Words
    columns: tuple[Column, ...]
    #: The rows of all places from the first day to the last, both inclusive, in any order; as few queries as it can.
    fetch: Callable[[date, date], Iterable[Row]]
    #: The address of the page that shows a row to those who may see it; None where there is none.
    address: Callable[[str], str] | None = None


_sources: dict[str, RowSource] = {}
sources: Mapping[str, RowSource] = MappingProxyType(_sources)


def register(source: RowSource) -> None:
    if source.code in _sources:
        raise ValueError(f"There are two sources of rows {source.code!r}.")
    _sources[source.code] = source


def withdraw(code: str) -> None:
    _sources.pop(code, None)
