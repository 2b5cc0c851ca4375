"""What a programme may declare. Pure: a programme's ``programme.py`` imports this, indicators/ and roles, no models.

One word names a programme everywhere: its folder, its code, its Django label, the namespace of its URLs, the folder of
its templates and its entry point (group ``jcoc.programmes``). What is code is named by a dotted path,
``package.module:name``, and imported only when the centre has started. docs/programmes.md explains every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from jcoc.indicators.declaration import Indicator
from jcoc.indicators.rows import Column
from jcoc.indicators.words import Words


class Severity(StrEnum):
    """How grave an alert is, in the words of Indonesia's warning services."""

    WASPADA = "waspada"  # watch out
    SIAGA = "siaga"  # stand ready
    AWAS = "awas"  # act now


class Stage(StrEnum):
    """The stage that the whole city, or a part of it, is in."""

    NORMAL = "normal"
    WASPADA = "waspada"
    SIAGA = "siaga"
    AWAS = "awas"


class Comparison(StrEnum):
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A source of rows that the programme's tallies count: its records, without anything that says who somebody is."""

    code: str
    name: Words
    columns: tuple[Column, ...] = ()
    fetch: str  # (first day, last day) → iterable of indicators.rows.Row, those of all places
    address: str = ""  # (row's id) → address of the page that shows it


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Readings that the programme listens to: all of an observed property, or datastreams named by code."""

    code: str  # within the programme
    name: Words
    observed_property: str = ""
    datastreams: tuple[str, ...] = ()
    unit: str = "1"  # a code of indicators.units, in which the programme takes the readings
    silent_after: timedelta = timedelta(hours=1)  # a datastream that has said nothing for so long is silent


@dataclass(frozen=True, kw_only=True)
class WhenStream:
    """A reading beyond a value, all through `lasting`."""

    stream: str
    comparison: Comparison
    value: float
    lasting: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class WhenIndicator:
    """The newest value of an indicator beyond a value; without one, on the worse side of its target path."""

    indicator: str
    comparison: Comparison | None = None
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class WhenSilent:
    """Absence of data: no reading of a stream, or no new value of an indicator, for so long."""

    stream: str = ""
    indicator: str = ""
    after: timedelta


Condition = WhenStream | WhenIndicator | WhenSilent


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """When an alarm is raised, and the duty that comes with it: no alarm without a duty."""

    code: str  # within the programme
    name: Words
    watches: Condition
    severity: Severity
    owner: str  # the role of trail/access.py that must answer, held in the programme or in the whole city
    procedure: str  # code of a Procedure
    acknowledge_within: timedelta
    act_within: timedelta
    depends_on: tuple[str, ...] = ()  # alerts of the programme that explain this one while they are open


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A checklist in Markdown: ``procedures/<code>.id.md`` and ``….en.md`` in the programme's folder."""

    code: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class StageDuty:
    """What somebody must do, and by when, once the city has reached a stage."""

    stage: Stage
    owner: str  # a role
    duty: Words
    within: timedelta


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page, by the name of its URL in the programme's ``urls.py``. The view's ``@allow`` names the same roles."""

    view: str
    title: Words
    roles: tuple[str, ...]  # of trail/access.py, or EVERYONE
    icon: str = ""  # of web/icons.py; with one, the page stands in the menu
    example: str = (
        ""  # () → the arguments of one such page of the demonstration; where its URL takes arguments
    )


@dataclass(frozen=True, kw_only=True)
class EvidenceOffer:
    """An indicator that the programme offers as evidence for a sub-dimension of the evaluation, and what it shows."""

    dimension: str
    sub_dimension: str
    indicator: str
    shows: Words


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Data of people: the codes of the purpose and of the retention that the programme's personal_data.py declares, and
    the `columns` in which it lies, each as Model.field."""

    what: Words
    purpose: str
    retention: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfflineForm:
    """A form that works without a connection: the page that ``@offline(page=…)`` names, by the name of its URL."""

    view: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class Command:
    """``jcoc <name> …``"""

    name: str
    help: Words
    app: str  # dotted path of a typer.Typer


@dataclass(frozen=True, kw_only=True)
class BadInput:
    """Input that the programme refuses with a sentence, leaving nothing half-written."""

    code: str
    what: Words
    attempt: str  # (django.test.Client) → the answer, or a ValueError or ValidationError that says why not
    role: str = ""  # with which the client is logged in


@dataclass(frozen=True, kw_only=True)
class Programme:
    code: str  # lower-case letters, digits and underscores
    name: Words
    summary: Words  # what it is for and whom it serves, in a sentence or two
    dimension: str  # codes of indicators.dimensions
    sub_dimension: str
    owner: str  # the agency that answers for it
    indicators: tuple[Indicator, ...] = ()
    rows: tuple[Rows, ...] = ()
    streams: tuple[Stream, ...] = ()
    alerts: tuple[AlertRule, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    stage_duties: tuple[StageDuty, ...] = ()
    pages: tuple[Page, ...] = ()
    evidence: tuple[EvidenceOffer, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    offline_forms: tuple[OfflineForm, ...] = ()
    commands: tuple[Command, ...] = ()
    bad_input: tuple[BadInput, ...] = ()
    #: (scale) → None: fills an empty centre with rows that are marked as simulated; more of them at a larger scale.
    demonstration: str = ""
