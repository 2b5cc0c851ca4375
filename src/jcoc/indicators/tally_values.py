"""The values of an indicator that counts rows, or divides one count by another."""

from __future__ import annotations

import json
import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from jcoc.indicators import rows
from jcoc.indicators.arithmetic import NotANumber, Result, ratio, tally
from jcoc.indicators.computed import CannotCompute, Computed, way_of
from jcoc.indicators.declaration import Ratio, Tally
from jcoc.indicators.models import Indicator, Origin
from jcoc.indicators.periods import Period
from jcoc.indicators.placing import Places
from jcoc.indicators.rowform import row_line, rows_sha256
from jcoc.indicators.rows import Row, RowSource
from jcoc.trail.marking import gettext_noop

logger = logging.getLogger(__name__)

Lined = tuple[Row, bytes]
#: By place and number of the period.
Buckets = dict[tuple[str, int], list[Lined]]


def tallies(source: Tally | Ratio) -> tuple[Tally, ...]:
    return (source,) if isinstance(source, Tally) else (source.numerator, source.denominator)


def source_of(wanted: Tally) -> RowSource:
    """:class:`CannotCompute` where no running programme offers it, or it has no such column."""
    found = rows.sources.get(wanted.rows)
    if found is None:
        raise CannotCompute(
            gettext_noop("There is no source of rows %(rows)s: does its programme run?"), rows=wanted.rows
        )
    if wanted.column and wanted.column not in [column.code for column in found.columns]:
        raise CannotCompute(
            gettext_noop("The source of rows %(rows)s has no column %(column)s."),
            rows=wanted.rows,
            column=wanted.column,
        )
    return found


def buckets(source: RowSource, periods: Sequence[Period], places: Places) -> Buckets:
    """The rows of periods that follow one another, by every place in force that they lie in."""
    found: Buckets = defaultdict(list)
    starts = [period.start for period in periods]
    at = [places.at(period.end) for period in periods]
    for row, line in lined(source, periods[0].start, periods[-1].end):
        number = bisect_right(starts, row.day) - 1
        if number < 0 or row.day > periods[number].end:
            continue
        if row.place not in places.by_code:
            raise CannotCompute(
                gettext_noop("%(rows)s, row %(row)s: there is no place %(place)s."),
                rows=source.code,
                row=row.id,
                place=repr(row.place),
            )
        for code in at[number].holding(row.place):
            found[code, number].append((row, line))
    return found


def lined(source: RowSource, first: date, last: date) -> Iterator[Lined]:
    """What a source gives, each row with its byte form; :class:`CannotCompute` for rows that have none.

    The code of a programme runs here: whatever it raises ends this indicator, not the run.
    """
    seen: set[str] = set()
    try:
        for row in source.fetch(first, last):
            where = {"rows": source.code, "row": row.id}
            if len(row.cells) != len(source.columns):
                raise CannotCompute(
                    gettext_noop(
                        "%(rows)s, row %(row)s: it has %(cells)s cells, its source %(columns)s columns."
                    ),
                    cells=len(row.cells),
                    columns=len(source.columns),
                    **where,
                )
            if row.id in seen:
                raise CannotCompute(gettext_noop("%(rows)s, row %(row)s: it is there twice."), **where)
            seen.add(row.id)
            try:
                line = row_line(row)
            except (ValueError, TypeError):
                raise CannotCompute(
                    gettext_noop(
                        "%(rows)s, row %(row)s: a cell is neither a text nor a finite number nor empty."
                    ),
                    **where,
                ) from None
            yield row, line
    except (CannotCompute, GeneratorExit):
        raise
    except Exception as error:
        kind = type(error).__name__
        logger.error("The source of rows %s: %s\n%s", source.code, kind, way_of(error))
        raise CannotCompute(
            gettext_noop("The source of rows %(rows)s failed: %(kind)s. The server's log says more."),
            rows=source.code,
            kind=kind,
        ) from error


def values(
    indicator: Indicator, source: Tally | Ratio, periods: Sequence[Period], places: Places
) -> Iterator[Computed]:
    """One for each place of each period: no row counts as 0."""
    wanted = tallies(source)
    sources = [source_of(each) for each in wanted]
    by_code = {each.code: buckets(each, periods, places) for each in {s.code: s for s in sources}.values()}
    for number, period in enumerate(periods):
        for code in places.at(period.end).of_levels(indicator.levels):
            yield value(
                source, code, period, [by_code[each.code].get((code, number), []) for each in sources]
            )


def value(source: Tally | Ratio, place: str, period: Period, found: Sequence[Sequence[Lined]]) -> Computed:
    """found: the rows of each tally. :class:`CannotCompute` for a cell that cannot be added."""
    wanted = tallies(source)
    sources = [source_of(each) for each in wanted]
    try:
        counts = [_tally(one, of, lined) for one, of, lined in zip(wanted, sources, found, strict=True)]
    except NotANumber as error:
        raise CannotCompute("%(where)s: %(why)s", where=f"{place}, {period}", why=error.sentence) from None
    result = ratio(counts[0], counts[1], source.factor) if isinstance(source, Ratio) else counts[0]
    simulated = any(row.simulated for lined in found for row, _ in lined)
    return Computed(
        place,
        period,
        result,
        _query(source, place, period),
        sum(len(lined) for lined in found),
        rows_sha256(
            (of.code, [column.code for column in of.columns], ((row.id, text) for row, text in lined))
            for of, lined in zip(sources, found, strict=True)
        ),
        Origin.SIMULATED if simulated else Origin.MEASURED,
    )


def _tally(wanted: Tally, source: RowSource, lined: Sequence[Lined]) -> Result:
    if not wanted.column:
        return tally(None, len(lined))
    at = [column.code for column in source.columns].index(wanted.column)
    return tally([row.cells[at] for row, _ in lined], len(lined))


def _query(source: Tally | Ratio, place: str, period: Period) -> str:
    asked: dict[str, object] = {
        name: {"rows": one.rows, "column": one.column} if one.column else {"rows": one.rows}
        for name, one in zip(("count", "of"), tallies(source), strict=False)
    }
    asked |= {"place": place, "from": period.start.isoformat(), "to": period.end.isoformat()}
    if isinstance(source, Ratio):
        asked["factor"] = source.factor
    return json.dumps(asked, separators=(",", ":"))
