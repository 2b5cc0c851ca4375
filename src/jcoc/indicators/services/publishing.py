"""Keep published values: a figure, who told it and where. jcoc has no rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jcoc.city.models import Place
from jcoc.indicators.models import Cause, Indicator, Origin, Value
from jcoc.indicators.periods import PeriodError, PeriodType, parse
from jcoc.indicators.published import Published
from jcoc.indicators.said import in_own_words, say
from jcoc.indicators.services.keeping import NewValue, keep
from jcoc.indicators.services.keeping import Refused as ValueRefused


class Refused(ValueError):
    """Published values cannot be kept; `faults` are sentences for the command line, each with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def publish(rows: Sequence[Published], *, shipped: bool = False) -> dict[str, Any]:
    """Keep them all, or none: :class:`Refused` with every fault; `Conflict`. What stands already is left.

    Another value needs a reason; another source or note of the same value says its reason itself. `shipped`: the rows
    are those that come with jcoc, which never take the place of another figure, nor of anything a person said.
    Gives how many were `kept`, how many `stood`, and of those that were `left` a sentence each.
    """
    left: list[str] = []
    faults: list[str] = []
    new: list[NewValue] = []
    indicators = Indicator.objects.in_bulk([row.indicator for row in rows], field_name="code")
    places = Place.objects.in_bulk([row.place for row in rows], field_name="code")
    standing = {
        (value.indicator_id, value.place_id, value.start): value
        for value in Value.objects.current().filter(indicator__in=indicators.values())
    }
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        where = f"Line {row.line}"
        indicator, place = indicators.get(row.indicator), places.get(row.place)
        if indicator is None or place is None:
            what = f"indicator {row.indicator!r}" if indicator is None else f"place {row.place!r}"
            faults.append(f"{where}: there is no {what}.")
            continue
        try:
            period = parse(PeriodType(indicator.period_type), row.period)
        except PeriodError as error:
            faults.append(f"{where}, period: {error}")
            continue
        if (key := (row.indicator, row.place, period.code)) in seen:
            faults.append(f"{where}: {', '.join(key)} stands on an earlier line already.")
            continue
        seen.add(key)
        kept = standing.get((indicator.pk, place.pk, period.start))
        if kept and (kept.value, kept.source_name, kept.source_url, kept.note) == (
            row.value, row.source_name, row.source_url, in_own_words(row.note),
        ):  # fmt: skip
            continue
        if kept and shipped and (why := _why_left(kept, row)):
            left.append(f"{where}: {row.indicator}, {period}: {why}")
            continue
        if kept and not row.reason and kept.value != row.value:
            faults.append(f"{where}, reason: {kept.value} stands there already; say why another one is to.")
            continue
        new.append(
            NewValue(
                indicator=indicator,
                place=place,
                period=period,
                value=row.value,
                origin=Origin.PUBLISHED,
                cause=Cause.PUBLISHED,
                follows=kept.revision if kept else 0,
                reason=_reason(row, shipped=shipped) if kept else "",
                note=in_own_words(row.note),
                source_name=row.source_name,
                source_url=row.source_url,
            )
        )
    if faults:
        raise Refused(faults)
    try:
        keep(new, action="indicators.publish")
    except ValueRefused as error:
        raise Refused([str(error)]) from None
    return {"kept": len(new), "stood": len(rows) - len(new) - len(left), "left": left}


def _reason(row: Published, *, shipped: bool) -> str:
    return in_own_words(row.reason) or say("shipped-words" if shipped else "source-words")


def _why_left(kept: Value, row: Published) -> str:
    """Why a row that comes with jcoc does not follow the value that stands; empty where only its own words changed."""
    if kept.value != row.value:
        told = "no value" if kept.value is None else repr(kept.value)
        way = "`jcoc indicators publish` replaces it, with a reason."
        return f"{told} stands and was left; the file says {row.value}. {way}"
    if kept.cause != Cause.PUBLISHED or kept.reason not in ("", say("shipped-words")):
        return "a person's revision stands and was left; its value is the same."
    return ""
