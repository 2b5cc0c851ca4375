"""What is wrong with declared indicators: each fault names indicator, field, reason and mend. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from jcoc.indicators.declaration import Direction, Function, Indicator, OfStreams, Ratio, Tally
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.periods import Period, PeriodError, parse
from jcoc.indicators.units import UNITS
from jcoc.indicators.words import Words

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_CODE = 80
#: What the columns take; SQLite would keep more, PostgreSQL refuse it.
LONGEST = {"name": 200, "owner": 200, "uri": 300, "target_source": 300, "licence": 50}


@dataclass(frozen=True)
class Fault:
    where: str  # the indicator's code
    field: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}, {self.field}: {self.reason} {self.mend}"


def faults(indicators: Sequence[Indicator], *, row_sources: Collection[str] = ()) -> list[Fault]:
    """All that is wrong, in the order of the declarations."""
    found: list[Fault] = []
    twice = [code for code, times in Counter(each.code for each in indicators).items() if times > 1]
    for code in twice:
        found.append(Fault(code, "code", "it is declared twice.", "Give one of the two another code."))
    for indicator in indicators:
        found += _of(indicator, row_sources)
    return found


def _of(indicator: Indicator, row_sources: Collection[str]) -> Iterator[Fault]:
    def fault(field: str, reason: str, mend: str) -> Fault:
        return Fault(indicator.code or "(no code)", field, reason, mend)

    if not CODE.fullmatch(indicator.code) or len(indicator.code) > LONGEST_CODE:
        yield fault(
            "code",
            f"{indicator.code!r} cannot be a code.",
            f"Use lower-case letters, digits and single hyphens, {LONGEST_CODE} characters at most.",
        )
    for field in ("name", "method"):
        if not getattr(indicator, field).complete:
            yield fault(field, "a language is missing.", "Write it in Indonesian and in English.")
    if not indicator.owner.strip():
        yield fault("owner", "nobody answers for it.", "Name the agency.")
    for field, most in LONGEST.items():
        told = getattr(indicator, field)
        if max(map(len, (told.id, told.en) if isinstance(told, Words) else (told,))) > most:
            yield fault(field, "it is too long.", f"Use {most} characters at most.")
    if indicator.unit not in UNITS:
        yield fault("unit", f"{indicator.unit!r} is no known unit.", f"Use one of {', '.join(UNITS)}.")
    dimension = next((each for each in DIMENSIONS if each.code == indicator.dimension), None)
    if dimension is None:
        known = ", ".join(each.code for each in DIMENSIONS)
        yield fault("dimension", f"{indicator.dimension!r} is no dimension.", f"Use one of {known}.")
    elif indicator.sub_dimension not in dimension.sub_dimensions:
        yield fault(
            "sub_dimension",
            f"{indicator.sub_dimension!r} is no part of {dimension.code}.",
            f"Use one of {', '.join(dimension.sub_dimensions)}.",
        )
    if not indicator.levels or len(set(indicator.levels)) != len(indicator.levels):
        yield fault("levels", "they are empty, or one stands twice.", "Name each level of place once.")
    if not 0 <= indicator.decimals <= 6:
        yield fault("decimals", f"{indicator.decimals} cannot be shown.", "Use 0 to 6.")
    if indicator.settles_after.total_seconds() < 0:
        yield fault("settles_after", "it lies before the period's end.", "Use a time from nothing upward.")
    for field, reason, mend in (*_source(indicator, row_sources), *_targets(indicator)):
        yield fault(field, reason, mend)


def _source(indicator: Indicator, row_sources: Collection[str]) -> Iterator[tuple[str, str, str]]:
    source = indicator.source
    if isinstance(source, OfStreams):
        if bool(source.observed_property) == bool(source.datastreams):
            yield (
                "source",
                "it names both an observed property and datastreams, or neither.",
                "Name one of them.",
            )
        if (source.function is Function.SHARE_ABOVE) != (source.threshold is not None):
            yield "source", "share-above goes with a threshold, and only it.", "Give it, or leave it out."
        if source.threshold is not None and not math.isfinite(source.threshold):
            yield "source", f"the threshold {source.threshold} is no number.", "Give one."
        if not math.isfinite(source.factor) or source.factor == 0:
            yield "source", f"the factor {source.factor} makes no number.", "Use one that is not 0."
    tallies = [source] if isinstance(source, Tally) else []
    if isinstance(source, Ratio):
        tallies = [source.numerator, source.denominator]
        if not math.isfinite(source.factor) or source.factor == 0:
            yield "source", f"the factor {source.factor} makes no number.", "Use 1, or 100 for per cent."
    for tally in tallies:
        if tally.rows not in row_sources:
            yield (
                "source",
                f"there is no source of rows {tally.rows!r}.",
                "Declare it among the programme's rows.",
            )


def _targets(indicator: Indicator) -> Iterator[tuple[str, str, str]]:
    if not indicator.targets:
        return
    if indicator.direction is Direction.NEITHER:
        yield "targets", "no way is better for it, so it has no target.", "Remove them, or say the direction."
    if not indicator.target_source.strip():
        yield "target_source", "nobody says who set the targets.", "Name the plan or decree."
    before: tuple[Period, float] | None = None
    for target in indicator.targets:
        try:
            period = parse(indicator.period, target.period)
        except PeriodError as error:
            yield "targets", str(error), "Write the period as its type asks for."
            continue
        if not math.isfinite(target.value):
            yield "targets", f"{period} has {target.value}.", "Give a number."
            continue
        if before is not None:
            if period <= before[0]:
                yield (
                    "targets",
                    f"{period} stands after {before[0]}.",
                    "Write them in the order of time, each once.",
                )
            worse = {
                Direction.HIGHER: target.value < before[1],
                Direction.LOWER: target.value > before[1],
                Direction.NEITHER: False,
            }[indicator.direction]
            if worse:
                yield (
                    "targets",
                    f"{period} asks for {target.value:g} after {before[1]:g}, the worse way.",
                    "Let the path lead the better way, or turn the direction.",
                )
        before = (period, target.value)
