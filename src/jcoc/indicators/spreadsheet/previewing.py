"""What a file would change: read in a compute worker, then put beside the values that stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from jcoc.city.models import Place
from jcoc.indicators.computed import CITY
from jcoc.indicators.models import Indicator, Origin, Value
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.services.settling import settled
from jcoc.indicators.spreadsheet import choosing
from jcoc.indicators.spreadsheet.columns import Asked
from jcoc.indicators.spreadsheet.comparing import Compared, Key, Standing, State, compare, doubts, seal
from jcoc.indicators.spreadsheet.entry import Entry
from jcoc.indicators.spreadsheet.findings import Finding, Severity
from jcoc.indicators.spreadsheet.mapping import Choices, Mapped
from jcoc.indicators.spreadsheet.places import KnownPlace
from jcoc.indicators.spreadsheet.reading import UNREADABLE, Unreadable
from jcoc.indicators.spreadsheet.remembering import Remembering
from jcoc.indicators.spreadsheet.totals import city_differs
from jcoc.indicators.spreadsheet.working import Understood, understand
from jcoc.trail import compute
from jcoc.trail.uploads.faults import Fault
from jcoc.trail.uploads.sentences import sentence

READ_S = 60
#: So far before a file's first period values tell what is usual for a place.
LOOKS_BACK = timedelta(days=3 * 366)


#: Some hundred megabytes at most: two of the largest files that are taken, or very many usual ones.
remembered: Remembering[Understood] = Remembering(
    150_000,
    lambda each: 500 + len(each.mapped.sheet.cells) + len(each.mapped.entries) + len(each.mapped.findings),
    (Unreadable, Fault),
)


class CannotRead(ValueError):
    """The text is a sentence in the reader's language."""


@dataclass(frozen=True)
class Preview:
    sheets: tuple[str, ...]
    mapped: Mapped
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...]

    def _of(self, severity: Severity) -> list[Finding]:
        return [each for each in self.findings if each.severity is severity]

    @cached_property
    def faults(self) -> list[Finding]:
        return self._of(Severity.FAULT)

    @cached_property
    def warnings(self) -> list[Finding]:
        return self._of(Severity.WARNING)

    @cached_property
    def notes(self) -> list[Finding]:
        return self._of(Severity.NOTE)

    def count(self, state: State) -> int:
        return sum(each.state is state for each in self.compared)

    @property
    def to_keep(self) -> list[Compared]:
        return [each for each in self.compared if each.state is not State.UNCHANGED]

    @property
    def needs_reason(self) -> bool:
        return self.count(State.CHANGES) > 0

    @cached_property
    def seal(self) -> str:
        return seal(self.to_keep)


def asked_of(indicators: Iterable[Indicator]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            each.code,
            (each.name_id, each.name_en),
            PeriodType(each.period_type),
            tuple(each.levels),
            each.unit_code,
        )
        for each in indicators
    )


def known_places() -> tuple[KnownPlace, ...]:
    return tuple(
        KnownPlace(place.code, place.name, place.level, place.parent.code if place.parent else "",
                   place.valid_from, place.valid_to)
        for place in Place.objects.select_related("parent")
    )  # fmt: skip


def preview(
    content: Callable[[], bytes], sha256: str, name: str, indicators: Sequence[Indicator], choices: Choices
) -> Preview:
    """content: gives the file, whose digest is sha256. :class:`CannotRead` with a sentence."""
    asked = asked_of(indicators)
    places = known_places()
    understood = _understood(content, sha256, name, asked, places, choices)
    standing = _standing(indicators, understood.mapped.entries)
    declared, now = {each.code: each for each in indicators}, timezone.now()
    compared = compare(
        understood.mapped.entries,
        standing,
        lambda entry: settled(declared[entry.indicator], entry.period, now),
        timezone.localdate(),
    )
    by_code = {each.code: each for each in asked}
    mapped = understood.mapped
    city = next((each.code for each in places if each.level == "kota"), "")
    stands = {key: kept.value for key, kept in standing.items()}
    findings = [
        *mapped.findings,
        *doubts(compared, by_code, standing, mapped.sheet),
        *city_differs(mapped.entries, asked, stands, city),
    ]
    findings.sort(key=lambda each: (-each.severity, each.spot or (0, 0)))
    return Preview(understood.sheets, understood.mapped, tuple(compared), tuple(findings))


def _understood(  # noqa: PLR0917
    content: Callable[[], bytes],
    sha256: str,
    name: str,
    asked: tuple[Asked, ...],
    places: tuple[KnownPlace, ...],
    choices: Choices,
) -> Understood:
    today = timezone.localdate()
    said = json.dumps(choosing.as_json(choices), sort_keys=True)

    def make() -> Understood:
        return compute.within(READ_S, understand, content(), name, asked, places, today, choices)

    try:
        return remembered.get((sha256, name, asked, places, today, said), make, READ_S)
    except Unreadable as error:
        raise CannotRead(_(UNREADABLE[error.code]) % error.values) from None
    except Fault as fault:
        raise CannotRead(sentence(fault)) from None
    except (TimeoutError, BrokenProcessPool):
        raise CannotRead(
            _("The file took too long to read. Take out what does not belong to the table.")
        ) from None


def _standing(indicators: Sequence[Indicator], entries: Sequence[Entry]) -> dict[Key, Standing]:
    if not entries:
        return {}
    days = [entry.period.start for entry in entries]
    first = min(days) - LOOKS_BACK if min(days) > date.min + LOOKS_BACK else min(days)
    rows = Value.objects.current().filter(indicator__in=indicators, start__range=(first, max(days)))
    columns = (
        "indicator__code", "place__code", "start", "revision", "value", "numerator", "denominator",
        "provisional", "source_name", "origin", "made", "end",
    )  # fmt: skip
    return {
        (indicator, place, start): Standing(
            revision, value, above, below, provisional,
            handed_in=origin == Origin.ENTERED, source=source, early=made.astimezone(CITY).date() <= end,
        )
        for indicator, place, start, revision, value, above, below, provisional, source, origin, made, end
        in rows.values_list(*columns)
    }  # fmt: skip
