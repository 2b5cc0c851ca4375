"""What is wrong with declared indicators: each fault names indicator, field, reason and mend. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from jcoc.indicators.declaration import LARGEST, Direction, Function, Indicator, OfStreams, Ratio, Tally
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.periods import Period, PeriodError, parse
from jcoc.indicators.sentences import Sentence, Translate
from jcoc.indicators.units import UNITS
from jcoc.indicators.words import Words
from jcoc.trail.marking import gettext_noop

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_CODE = 80
#: What the columns take; SQLite would keep more, PostgreSQL refuse it.
LONGEST = {"name": 200, "owner": 200, "uri": 300, "target_source": 300, "licence": 50}


#: What stands beside indicators in the addresses of their pages.
RESERVED = ("flags", "import")


@dataclass(frozen=True)
class Fault:
    where: str  # the indicator's code
    field: str
    reason: Sentence
    mend: Sentence

    def said(self, translate: Translate = str) -> str:
        """On one line; in English unless told how to translate."""
        return f"{self.where}, {self.field}: {self.reason.said(translate)} {self.mend.said(translate)}"

    def __str__(self) -> str:
        return self.said()


def faults(indicators: Sequence[Indicator], *, row_sources: Collection[str] = ()) -> list[Fault]:
    """All that is wrong, in the order of the declarations."""
    found: list[Fault] = []
    twice = [code for code, times in Counter(each.code for each in indicators).items() if times > 1]
    for code in twice:
        found.append(
            Fault(
                code, "code",
                Sentence(gettext_noop("it is declared twice.")),
                Sentence(gettext_noop("Give one of the two another code.")),
            )
        )  # fmt: skip
    for indicator in indicators:
        for field, reason, mend in (*_of(indicator), *_source(indicator, row_sources), *_targets(indicator)):
            found.append(Fault(indicator.code or "(no code)", field, reason, mend))
    return found


Found = tuple[str, Sentence, Sentence]  # field, reason, mend


def _of(indicator: Indicator) -> Iterator[Found]:
    yield from _code(indicator)
    yield from _texts(indicator)
    yield from _dimension(indicator)
    yield from _form(indicator)


def _code(indicator: Indicator) -> Iterator[Found]:
    if not CODE.fullmatch(indicator.code) or len(indicator.code) > LONGEST_CODE:
        yield (
            "code",
            Sentence(gettext_noop("%(code)s cannot be a code."), {"code": repr(indicator.code)}),
            Sentence(
                gettext_noop(
                    "Use lower-case letters, digits and single hyphens, %(most)s characters at most."
                ),
                {"most": LONGEST_CODE},
            ),
        )
    elif indicator.code in RESERVED:
        yield (
            "code",
            Sentence(
                gettext_noop("%(code)s is the address of another page."), {"code": repr(indicator.code)}
            ),
            Sentence(gettext_noop("Give it another code.")),
        )


def _texts(indicator: Indicator) -> Iterator[Found]:
    for field in ("name", "method"):
        if not getattr(indicator, field).complete:
            yield (
                field,
                Sentence(gettext_noop("a language is missing.")),
                Sentence(gettext_noop("Write it in Indonesian and in English.")),
            )
    if not indicator.owner.strip():
        yield (
            "owner",
            Sentence(gettext_noop("nobody answers for it.")),
            Sentence(gettext_noop("Name the agency.")),
        )
    for field, most in LONGEST.items():
        told = getattr(indicator, field)
        if max(map(len, (told.id, told.en) if isinstance(told, Words) else (told,))) > most:
            yield (
                field,
                Sentence(gettext_noop("it is too long.")),
                Sentence(gettext_noop("Use %(most)s characters at most."), {"most": most}),
            )


def _dimension(indicator: Indicator) -> Iterator[Found]:
    dimension = next((each for each in DIMENSIONS if each.code == indicator.dimension), None)
    if dimension is None:
        yield (
            "dimension",
            Sentence(gettext_noop("%(code)s is no dimension."), {"code": repr(indicator.dimension)}),
            _one_of(each.code for each in DIMENSIONS),
        )
    elif indicator.sub_dimension not in dimension.sub_dimensions:
        yield (
            "sub_dimension",
            Sentence(
                gettext_noop("%(code)s is no part of %(dimension)s."),
                {"code": repr(indicator.sub_dimension), "dimension": dimension.code},
            ),
            _one_of(dimension.sub_dimensions),
        )


def _form(indicator: Indicator) -> Iterator[Found]:
    if indicator.unit not in UNITS:
        yield (
            "unit",
            Sentence(gettext_noop("%(unit)s is no known unit."), {"unit": repr(indicator.unit)}),
            _one_of(UNITS),
        )
    if not indicator.levels or len(set(indicator.levels)) != len(indicator.levels):
        yield (
            "levels",
            Sentence(gettext_noop("they are empty, or one stands twice.")),
            Sentence(gettext_noop("Name each level of place once.")),
        )
    if not 0 <= indicator.decimals <= 6:
        yield (
            "decimals",
            Sentence(gettext_noop("%(decimals)s cannot be shown."), {"decimals": indicator.decimals}),
            Sentence(gettext_noop("Use 0 to 6.")),
        )
    if indicator.settles_after.total_seconds() < 0:
        yield (
            "settles_after",
            Sentence(gettext_noop("it lies before the period's end.")),
            Sentence(gettext_noop("Use a time from nothing upward.")),
        )


def _one_of(codes: Iterable[str]) -> Sentence:
    return Sentence(gettext_noop("Use one of %(codes)s."), {"codes": ", ".join(codes)})


def _source(indicator: Indicator, row_sources: Collection[str]) -> Iterator[Found]:
    source = indicator.source
    if isinstance(source, OfStreams):
        yield from _streams(source)
    tallies = [source] if isinstance(source, Tally) else []
    if isinstance(source, Ratio):
        tallies = [source.numerator, source.denominator]
        if not math.isfinite(source.factor) or source.factor == 0:
            yield (
                "source",
                _no_factor(source.factor),
                Sentence(gettext_noop("Use 1, or 100 for per cent.")),
            )
    for tally in tallies:
        if tally.rows not in row_sources:
            yield (
                "source",
                Sentence(gettext_noop("there is no source of rows %(rows)s."), {"rows": repr(tally.rows)}),
                Sentence(gettext_noop("Declare it among the programme's rows.")),
            )


def _no_factor(factor: float) -> Sentence:
    return Sentence(gettext_noop("the factor %(factor)s makes no number."), {"factor": str(factor)})


def _streams(source: OfStreams) -> Iterator[Found]:
    if bool(source.observed_property) == bool(source.datastreams):
        yield (
            "source",
            Sentence(gettext_noop("it names both an observed property and datastreams, or neither.")),
            Sentence(gettext_noop("Name one of them.")),
        )
    if (source.function is Function.SHARE_ABOVE) != (source.threshold is not None):
        yield (
            "source",
            Sentence(gettext_noop("share-above goes with a threshold, and only it.")),
            Sentence(gettext_noop("Give it, or leave it out.")),
        )
    if source.threshold is not None and not math.isfinite(source.threshold):
        yield (
            "source",
            Sentence(
                gettext_noop("the threshold %(threshold)s is no number."),
                {"threshold": str(source.threshold)},
            ),
            Sentence(gettext_noop("Give one.")),
        )
    if not math.isfinite(source.factor) or source.factor == 0:
        yield "source", _no_factor(source.factor), Sentence(gettext_noop("Use one that is not 0."))


def _targets(indicator: Indicator) -> Iterator[Found]:
    if not indicator.targets:
        return
    if indicator.direction is Direction.NEITHER:
        yield (
            "targets",
            Sentence(gettext_noop("no way is better for it, so it has no target.")),
            Sentence(gettext_noop("Remove them, or say the direction.")),
        )
    if not indicator.target_source.strip():
        yield (
            "target_source",
            Sentence(gettext_noop("nobody says who set the targets.")),
            Sentence(gettext_noop("Name the plan or decree.")),
        )
    before: tuple[Period, float] | None = None
    for target in indicator.targets:
        try:
            period = parse(indicator.period, target.period)
        except PeriodError as error:
            yield (
                "targets",
                Sentence(
                    gettext_noop("%(period)s is not the period that it is told for."),
                    {"period": repr(target.period)},
                ),
                Sentence(gettext_noop("Write it like %(form)s."), {"form": error.form}),
            )
            continue
        if not abs(target.value) < LARGEST:
            yield (
                "targets",
                Sentence(
                    gettext_noop("%(period)s has %(value)s."),
                    {"period": period.code, "value": str(target.value)},
                ),
                Sentence(gettext_noop("Give a number.")),
            )
            continue
        if before is not None:
            yield from _step(indicator.direction, before, (period, target.value))
        before = (period, target.value)


def _step(direction: Direction, before: tuple[Period, float], after: tuple[Period, float]) -> Iterator[Found]:
    """From one point of the path to the next: later, and not the worse way."""
    facts = {
        "period": after[0].code, "before": before[0].code, "value": f"{after[1]:g}", "former": f"{before[1]:g}",
    }  # fmt: skip
    if after[0] <= before[0]:
        yield (
            "targets",
            Sentence(gettext_noop("%(period)s stands after %(before)s."), facts),
            Sentence(gettext_noop("Write them in the order of time, each once.")),
        )
    worse = {
        Direction.HIGHER: after[1] < before[1],
        Direction.LOWER: after[1] > before[1],
        Direction.NEITHER: False,
    }[direction]
    if worse:
        yield (
            "targets",
            Sentence(gettext_noop("%(period)s asks for %(value)s after %(former)s, the worse way."), facts),
            Sentence(gettext_noop("Let the path lead the better way, or turn the direction.")),
        )
