"""Findings, cells and columns as the pages and the command say them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jcoc.city.models import Level
from jcoc.indicators.periods import Period, PeriodType
from jcoc.indicators.spreadsheet.findings import Finding, Severity
from jcoc.indicators.spreadsheet.previewing import Preview
from jcoc.indicators.spreadsheet.sheet import Spot, letters
from jcoc.indicators.units import UNITS
from jcoc.indicators.wording import period_words

PERIODS = {
    PeriodType.DAY: gettext_lazy("day"),
    PeriodType.WEEK: gettext_lazy("week"),
    PeriodType.MONTH: gettext_lazy("month"),
    PeriodType.QUARTER: gettext_lazy("quarter"),
    PeriodType.SEMESTER: gettext_lazy("semester"),
    PeriodType.YEAR: gettext_lazy("year"),
    PeriodType.SCHOOL_YEAR: gettext_lazy("school year"),
}
SEVERITIES = {
    Severity.FAULT: gettext_lazy("fault"),
    Severity.WARNING: gettext_lazy("to be checked"),
    Severity.NOTE: gettext_lazy("note"),
}
#: How a cell is marked: its word.
MARKS = {
    "new": gettext_lazy("new"),
    "unchanged": gettext_lazy("unchanged"),
    "changes": gettext_lazy("changes a standing value"),
    "settles": gettext_lazy("becomes final"),
    "confirms": gettext_lazy("confirms a standing value"),
    "fault": gettext_lazy("fault"),
}
#: Rows of the sheet on one page.
ROWS = 120


def worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a finding's sentence: codes as words, numbers as they are written here."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("type", "wanted"):
            found[name] = PERIODS[PeriodType(value)]
        elif name == "level":
            found[name] = Level(value).label
        elif name == "levels":
            found[name] = ", ".join(str(Level(each).label) for each in value.split("/"))
        elif name == "unit" and value in UNITS:
            found[name] = UNITS[value].name.in_(get_language())
        elif isinstance(value, Period):
            found[name] = period_words(value)
        elif isinstance(value, (int, float)):
            whole = isinstance(value, float) and value.is_integer()
            found[name] = formats.localize(int(value) if whole else value)
        else:
            found[name] = value
    return found


def said(finding: Finding) -> dict[str, Any]:
    translated = Finding(finding.rule, finding.spot, finding.found, worded(finding.values))
    return {
        "rule": finding.rule,
        "severity": finding.severity.name.lower(),
        "severity_word": SEVERITIES[finding.severity],
        "cell": finding.address,
        "row": finding.spot[0] if finding.spot else 0,
        "found": finding.found,
        "why": translated.why(_),
        "mend": translated.mend(_),
    }


def marks(found: Preview) -> dict[Spot, str]:
    """How each cell is marked, its fault before what it would be."""
    marked: dict[Spot, str] = {each.entry.spot: str(each.state) for each in found.compared}
    marked |= {each.spot: "fault" for each in found.faults if each.spot}
    return marked


def pages(found: Preview) -> int:
    return max(1, -(-found.mapped.sheet.rows // ROWS))


def page_of(row: int) -> int:
    return max(1, -(-row // ROWS))


def grid(found: Preview, page: int) -> Iterator[dict[str, Any]]:
    """The rows of one page of the sheet, as the agency knows it: each with its cells, merged ones once."""
    sheet, marked = found.mapped.sheet, marks(found)
    doubted = {each.spot for each in found.warnings}
    first = (page - 1) * ROWS + 1
    last = min(page * ROWS, sheet.rows)
    for row in range(first, last + 1):
        cells = []
        for column in range(1, sheet.columns + 1):
            area = sheet.area(row, column)
            if area and (max(area.top, first), area.left) != (row, column):
                continue
            cell = sheet.label(row, column) if area else sheet.at(row, column)
            mark = marked.get((row, column), "")
            cells.append(
                {
                    "address": f"{letters(column)}{row}",
                    "text": _shown(cell) if cell else "",
                    "number": cell is not None and isinstance(cell.content, (int, float)),
                    "mark": mark,
                    "word": MARKS.get(mark, ""),
                    "doubt": (row, column) in doubted,
                    "across": area.right - area.left + 1 if area else 1,
                    "down": min(area.bottom, last) - row + 1 if area else 1,
                }
            )
        yield {
            "number": row,
            "cells": cells,
            "heading": row in found.mapped.headings,
            "hidden": row in sheet.hidden_rows,
        }


def _shown(cell: Any) -> str:
    if cell.formula or isinstance(cell.content, (str, bool)) or not isinstance(cell.content, (int, float)):
        return str(cell.text)[:120]
    if "%" in cell.number_format:
        return f"{formats.localize(round(cell.content * 100, 6))}%"
    return (
        str(formats.localize(cell.content, use_l10n=True))
        if not _yearlike(cell.content)
        else str(cell.content)
    )


def _yearlike(content: float) -> bool:
    return isinstance(content, int) and 1900 <= content < 2100


def column_letters(count: int) -> Iterable[str]:
    return (letters(column) for column in range(1, count + 1))
