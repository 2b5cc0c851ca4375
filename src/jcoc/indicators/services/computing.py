"""Recompute values from their rows, and keep what that comes to: first values, late records, flags."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min

from jcoc.indicators import said, stream_values, tally_values
from jcoc.indicators.computed import CITY, CannotCompute, Computed, Key, settled, way_of
from jcoc.indicators.deciding import Decision, Standing, decide
from jcoc.indicators.declaration import Entered, OfStreams, Ratio, Tally
from jcoc.indicators.models import Cause, Indicator, Value
from jcoc.indicators.periods import Period, PeriodType, between
from jcoc.indicators.placing import Places
from jcoc.indicators.services import flagging
from jcoc.indicators.services.keeping import Conflict, NewValue, keep
from jcoc.indicators.stored import from_json
from jcoc.indicators.streams import Streams
from jcoc.telemetry.stores.contract import ObservationStore
from jcoc.trail.audit.recording import writing

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
#: Days whose rows are read together; a longer period is read alone.
DAYS_TOGETHER = 62
#: Values that one transaction keeps: others write between two.
TOGETHER = 500
#: How often a batch is decided anew because somebody kept a revision in between.
ATTEMPTS = 3
BY_PERSON = (Cause.CORRECTED, Cause.IMPORTED, Cause.PUBLISHED)


@dataclass
class Outcome:
    new: int = 0
    unchanged: int = 0
    late: int = 0  # revisions because the rows changed
    settled: int = 0  # revisions because provisional values became final
    flags: int = 0  # opened now
    #: By the code of an indicator that was not, or not wholly, computed: why, as a sentence.
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def computed(self) -> int:
        return self.new + self.unchanged + self.late + self.settled + self.flags


def recompute(
    store: ObservationStore,
    indicators: Iterable[Indicator],
    first: date | None,
    last: date,
    *,
    now: datetime,
    places: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Compute the values of all periods with a day from first (None: from the beginning) to last that have ended;
    `places`: only these codes."""
    return _Run(store, now, places, keeps=True).over(list(indicators), first, last, progress)


def verify(
    store: ObservationStore,
    indicators: Iterable[Indicator],
    first: date | None,
    last: date,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Compute every final value again and open a flag where the number or the rows are others. No value is written."""
    return _Run(store, now, None, keeps=False).over(list(indicators), first, last, progress)


def since(store: ObservationStore, indicator: Indicator, today: date) -> date:
    """From when on to compute where nobody says it: the oldest value or reading; of tallies, where no row is a value
    too, at least a year. :class:`CannotCompute`."""
    oldest = Value.objects.filter(indicator=indicator).aggregate(Min("start"))["start__min"] or today
    source = from_json(indicator.source)
    match source:
        case OfStreams():
            read = Streams.of(source, indicator.unit_code, public=indicator.public).first_day(store)
            return min(oldest, read or today)
        case Tally() | Ratio():
            return min(oldest, today - timedelta(days=366))
        case Entered():
            return oldest


def computed(
    store: ObservationStore,
    indicator: Indicator,
    periods: Sequence[Period],
    places: Places,
    also: Collection[Key] = (),
) -> Iterator[Computed]:
    """The values of periods that follow one another; :class:`CannotCompute`."""
    source = from_json(indicator.source)
    match source:
        case OfStreams():
            yield from stream_values.values(
                indicator,
                Streams.of(source, indicator.unit_code, public=indicator.public),
                store,
                periods,
                places,
                also,
            )
        case Tally() | Ratio():
            yield from tally_values.values(indicator, source, periods, places)
        case Entered():
            return


def batches(type_: PeriodType, first: date, last: date, today: date) -> Iterator[list[Period]]:
    """The periods that have ended before today, as many together as are read together."""
    batch: list[Period] = []
    for period in between(type_, first, last):
        if period.end >= today:
            break
        if batch and (period.end - batch[0].start).days >= DAYS_TOGETHER:
            yield batch
            batch = []
        batch.append(period)
    if batch:
        yield batch


class _Run:
    def __init__(
        self, store: ObservationStore, now: datetime, places: Collection[str] | None, *, keeps: bool
    ) -> None:
        self.store, self.now, self.keeps = store, now, keeps
        self.only = places
        self.places = Places()
        self.outcome = Outcome()

    def over(
        self, indicators: Sequence[Indicator], first: date | None, last: date, progress: Progress | None
    ) -> Outcome:
        today = self.now.astimezone(CITY).date()
        for number, indicator in enumerate(indicators):
            if progress:
                progress(number / len(indicators), indicator.code)
            try:
                self._indicator(indicator, first, last, today)
            except CannotCompute as error:
                self.outcome.problems[indicator.code] = str(error)
            except Exception as error:
                # One that cannot be computed must not keep the others from it.
                logger.error("Indicator %s: %s\n%s", indicator.code, type(error).__name__, way_of(error))
                self.outcome.problems[indicator.code] = (
                    f"Unexpected error: {type(error).__name__}. The server's log says more."
                )
        return self.outcome

    def _indicator(self, indicator: Indicator, first: date | None, last: date, today: date) -> None:
        begin = since(self.store, indicator, today) if first is None else first
        for periods in batches(PeriodType(indicator.period_type), begin, last, today):
            self._batch(indicator, periods)

    def _batch(self, indicator: Indicator, periods: Sequence[Period]) -> None:
        standing = self._standing(indicator, periods)
        also = [key for key, value in standing.items() if value.rows_sha256]
        found = [
            each
            for each in computed(self.store, indicator, periods, self.places, also)
            if self.only is None or each.place in self.only
        ]
        for at in range(0, len(found), TOGETHER):
            self._keep(indicator, found[at : at + TOGETHER], standing)

    def _standing(self, indicator: Indicator, periods: Sequence[Period]) -> dict[Key, Value]:
        kept = Value.objects.current().filter(
            indicator=indicator, start__range=(periods[0].start, periods[-1].start)
        )
        codes = {place.pk: code for code, place in self.places.by_code.items()}
        return {(codes[value.place_id], value.start): value for value in kept}

    def _keep(self, indicator: Indicator, found: Sequence[Computed], standing: dict[Key, Value]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._decided(indicator, found, standing)
                return
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
                periods = sorted({each.period for each in found})
                standing = self._standing(indicator, periods)

    def _decided(self, indicator: Indicator, found: Sequence[Computed], standing: dict[Key, Value]) -> None:
        revisions: list[NewValue] = []
        differing: list[flagging.Difference] = []
        counts = dict.fromkeys(Decision, 0)
        for each in found:
            value = standing.get((each.place, each.period.start))
            final = settled(indicator, each.period, self.now)
            decision = decide(_as_standing(value), each.result.value, each.sha256, settled=final)
            if not self.keeps:
                decision = _only_checking(decision, value)
            counts[decision] += 1
            if decision is Decision.FLAG and value is not None:
                differing.append(flagging.difference(value, each))
            elif decision is not Decision.SAME:
                revisions.append(self._revision(indicator, each, value, decision, final=final))
        opened = 0
        if revisions or differing:
            with writing("indicators.recompute"):
                if revisions:
                    keep(revisions, action="indicators.recompute")
                opened = flagging.flag(differing)
        self.outcome.new += counts[Decision.NEW]
        self.outcome.late += counts[Decision.LATE]
        self.outcome.settled += counts[Decision.SETTLED]
        self.outcome.flags += opened
        self.outcome.unchanged += counts[Decision.SAME] + counts[Decision.FLAG] - opened

    def _revision(
        self,
        indicator: Indicator,
        found: Computed,
        value: Value | None,
        decision: Decision,
        *,
        final: bool,
    ) -> NewValue:
        reason, cause = "", Cause.COMPUTED
        if decision is Decision.SETTLED:
            reason = said.say("settled")
        elif decision is Decision.LATE and value is not None:
            code, cause = _why(value, found)
            reason = said.say(code, found=found.row_count, kept=value.row_count or 0)
        result = found.result
        return NewValue(
            indicator=indicator,
            place=self.places.by_code[found.place],
            period=found.period,
            value=result.value,
            origin=found.origin,
            cause=cause,
            follows=value.revision if value else 0,
            numerator=result.numerator,
            denominator=result.denominator,
            provisional=not final,
            reason=reason,
            note=said.say(result.note) if result.note else "",
            query=found.query,
            row_count=found.row_count,
            coverage=found.coverage,
            rows_sha256=found.sha256,
        )


def _why(value: Value, found: Computed) -> tuple[str, Cause]:
    """Why there are other rows than those that a value was made of."""
    if value.query and _asked(value.query) != _asked(found.query):
        return "asked-otherwise", Cause.COMPUTED
    return "late" if value.row_count != found.row_count else "late-same-count", Cause.LATE


def _asked(query: str) -> dict[str, Any]:
    """What the declaration asks; which datastreams had readings is no question."""
    found: dict[str, Any] = json.loads(query)
    return {name: each for name, each in found.items() if name not in ("place", "from", "to", "datastreams")}


def _as_standing(value: Value | None) -> Standing | None:
    if value is None:
        return None
    return Standing(value.value, value.rows_sha256, value.provisional, value.cause in BY_PERSON)


def _only_checking(decision: Decision, value: Value | None) -> Decision:
    """Of the final values alone: other rows are a flag too, and what was never kept is no fault."""
    if value is None or value.provisional or decision in (Decision.NEW, Decision.SETTLED):
        return Decision.SAME
    return Decision.FLAG if decision is Decision.LATE else decision
