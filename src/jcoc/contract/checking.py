"""What is wrong with a declaration by itself, and beside those of other programmes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from jcoc.contract.faults import Fault
from jcoc.contract.programme import (
    AlertRule,
    Programme,
    Rows,
    WhenIndicator,
    WhenSilent,
    WhenStream,
)
from jcoc.indicators import checking as indicators
from jcoc.indicators.declaration import Direction, Ratio, Tally
from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.indicators.units import UNITS
from jcoc.indicators.words import Words
from jcoc.trail.access import EVERYONE, ROLES
from jcoc.trail.marking import gettext_noop

_CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*", re.ASCII)
_DIMENSIONS = {each.code: each.sub_dimensions for each in DIMENSIONS}

#: The kinds of things that carry a code within the programme: field → attribute that is the code.
CODED = {
    "rows": "code",
    "streams": "code",
    "alerts": "code",
    "procedures": "code",
    "bad_input": "code",
    "pages": "view",
    "offline_forms": "view",
    "commands": "name",
}
#: Texts in both languages: field → attributes.
SAID = {
    "rows": ("name",),
    "streams": ("name",),
    "alerts": ("name",),
    "procedures": ("title",),
    "stage_duties": ("duty",),
    "pages": ("title",),
    "evidence": ("shows",),
    "personal_data": ("what",),
    "offline_forms": ("title",),
    "commands": ("help",),
    "bad_input": ("what",),
}

Problem = tuple[str, str, str, dict[str, Any]]  # field, reason, mend, values


def faults(
    programme: Programme, others: Sequence[Programme] = (), reserved: Collection[str] = ()
) -> list[Fault]:
    """All that is wrong, in the order of the declaration.

    `others` are the programmes that stand already, and `reserved` the names of the centre's own commands.
    """
    problems = [
        *_itself(programme),
        *_codes(programme),
        *_words(programme),
        *_indicators(programme, others),
        *_rows(programme),
        *_streams(programme),
        *_alerts(programme),
        *_duties(programme),
        *_pages(programme),
        *_evidence(programme),
        *_personal_data(programme),
        *_offline_forms(programme),
        *_commands(programme, reserved),
        *_bad_input(programme),
    ]
    return [
        Fault(programme.code, "programme.py", field, reason, mend, values)
        for field, reason, mend, values in problems
    ]


def named(field: str, item: Any) -> str:
    """How one of several is told from the others, such as alerts[late]."""
    return f"{field}[{getattr(item, CODED[field])}]" if field in CODED else field


def _itself(programme: Programme) -> Iterator[Problem]:
    for field in ("name", "summary"):
        yield from _both(field, getattr(programme, field))
    if not programme.owner.strip():
        yield "owner", gettext_noop("Nobody answers for it."), gettext_noop("Name the agency."), {}
    yield from _place("", programme.dimension, programme.sub_dimension)


def _place(prefix: str, dimension: str, sub_dimension: str) -> Iterator[Problem]:
    if dimension not in _DIMENSIONS:
        yield _unknown(f"{prefix}dimension", dimension, _DIMENSIONS)
    elif sub_dimension not in _DIMENSIONS[dimension]:
        yield _unknown(f"{prefix}sub_dimension", sub_dimension, _DIMENSIONS[dimension])


def _codes(programme: Programme) -> Iterator[Problem]:
    for field, attribute in CODED.items():
        codes = [getattr(item, attribute) for item in getattr(programme, field)]
        for code, times in Counter(codes).items():
            if not _CODE.fullmatch(code):
                yield (
                    f"{field}.{attribute}",
                    gettext_noop("“%(code)s” cannot be a code."),
                    gettext_noop(
                        "Use lower-case letters, digits, and single hyphens or underscores between."
                    ),
                    {"code": code},
                )
            if times > 1:
                yield (
                    f"{field}.{attribute}",
                    gettext_noop("“%(code)s” is declared twice."),
                    gettext_noop("Give one of the two another code."),
                    {"code": code},
                )


def _words(programme: Programme) -> Iterator[Problem]:
    for field, attributes in SAID.items():
        for item in getattr(programme, field):
            for attribute in attributes:
                yield from _both(f"{named(field, item)}.{attribute}", getattr(item, attribute))


def _indicators(programme: Programme, others: Sequence[Programme]) -> Iterator[Problem]:
    found = indicators.faults(programme.indicators, row_sources=[rows.code for rows in programme.rows])
    for fault in found:
        yield (
            f"indicators[{fault.where}].{fault.field}",
            fault.reason.text,
            fault.mend.text,
            {**fault.reason.facts, **fault.mend.facts},
        )
    for other in others:
        for field, mine, theirs in (
            ("indicators", programme.indicators, other.indicators),
            ("rows", programme.rows, other.rows),
            ("commands", programme.commands, other.commands),
        ):
            attribute = CODED.get(field, "code")
            standing = {getattr(item, attribute) for item in theirs}
            for item in mine:
                if (code := getattr(item, attribute)) in standing:
                    yield (
                        f"{field}[{code}].{attribute}",
                        gettext_noop("The programme %(other)s declares it already."),
                        gettext_noop("Give one of the two another code."),
                        {"other": other.code},
                    )


def _rows(programme: Programme) -> Iterator[Problem]:
    columns = {rows.code: _columns(rows) for rows in programme.rows}
    for rows in programme.rows:
        for column in rows.columns:
            if column.unit and column.unit not in UNITS:
                yield _unknown(f"rows[{rows.code}].columns[{column.code}].unit", column.unit, UNITS)
            yield from _both(f"rows[{rows.code}].columns[{column.code}].name", column.name)
    for indicator in programme.indicators:
        source = indicator.source
        tallies = [source] if isinstance(source, Tally) else []
        if isinstance(source, Ratio):
            tallies = [source.numerator, source.denominator]
        for tally in tallies:
            if tally.column and tally.rows in columns and tally.column not in columns[tally.rows]:
                yield _unknown(f"indicators[{indicator.code}].source", tally.column, columns[tally.rows])


def _columns(rows: Rows) -> list[str]:
    return [column.code for column in rows.columns]


def _streams(programme: Programme) -> Iterator[Problem]:
    for stream in programme.streams:
        where = named("streams", stream)
        if bool(stream.observed_property) == bool(stream.datastreams):
            yield (
                where,
                gettext_noop("It names both an observed property and datastreams, or neither."),
                gettext_noop("Name one of them."),
                {},
            )
        if stream.unit not in UNITS:
            yield _unknown(f"{where}.unit", stream.unit, UNITS)
        yield from _span(f"{where}.silent_after", stream.silent_after)


def _alerts(programme: Programme) -> Iterator[Problem]:
    procedures = [each.code for each in programme.procedures]
    codes = [each.code for each in programme.alerts]
    for alert in programme.alerts:
        where = named("alerts", alert)
        yield from _role(f"{where}.owner", alert.owner)
        if alert.procedure not in procedures:
            yield _unknown(f"{where}.procedure", alert.procedure, procedures)
        yield from _span(f"{where}.acknowledge_within", alert.acknowledge_within)
        yield from _span(f"{where}.act_within", alert.act_within)
        if alert.act_within < alert.acknowledge_within:
            yield (
                f"{where}.act_within",
                gettext_noop("It is shorter than the time to acknowledge."),
                gettext_noop("Let acting take at least as long as acknowledging."),
                {},
            )
        for other in alert.depends_on:
            if other not in codes:
                yield _unknown(f"{where}.depends_on", other, codes)
        yield from _condition(programme, where, alert)
    for code in _in_a_circle({each.code: each.depends_on for each in programme.alerts}):
        yield (
            f"alerts[{code}].depends_on",
            gettext_noop("It depends on itself, over others or at once."),
            gettext_noop("Let alerts depend one way only."),
            {},
        )


def _condition(programme: Programme, where: str, alert: AlertRule) -> Iterator[Problem]:
    streams = [each.code for each in programme.streams]
    measured = {each.code: each for each in programme.indicators}
    watches = alert.watches
    stream = getattr(watches, "stream", "")
    indicator = getattr(watches, "indicator", "")
    if isinstance(watches, WhenSilent):
        yield from _span(f"{where}.watches.after", watches.after)
        if bool(stream) == bool(indicator):
            yield (
                f"{where}.watches",
                gettext_noop("It watches both a stream and an indicator, or neither."),
                gettext_noop("Name one of them."),
                {},
            )
            return
    if isinstance(watches, WhenStream) and watches.lasting < timedelta(0):
        yield from _span(f"{where}.watches.lasting", watches.lasting)
    if (isinstance(watches, WhenStream) or stream) and stream not in streams:
        yield _unknown(f"{where}.watches.stream", stream, streams)
    if (isinstance(watches, WhenIndicator) or indicator) and indicator not in measured:
        yield _unknown(f"{where}.watches.indicator", indicator, measured)
    if isinstance(watches, WhenIndicator) and indicator in measured:
        if (watches.comparison is None) != (watches.value is None):
            yield (
                f"{where}.watches",
                gettext_noop("A comparison goes with a value."),
                gettext_noop("Give both, or neither to watch the target path."),
                {},
            )
        elif watches.value is None and measured[indicator].direction is Direction.NEITHER:
            yield (
                f"{where}.watches",
                gettext_noop("%(code)s has no target path: no way is better for it."),
                gettext_noop("Give a comparison and a value."),
                {"code": indicator},
            )


def _in_a_circle(depends: dict[str, tuple[str, ...]]) -> list[str]:
    """The codes that reach themselves."""

    def reached(code: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(depends.get(code, ()))
        while ahead:
            if (each := ahead.pop()) not in seen:
                seen.add(each)
                ahead += depends.get(each, ())
        return seen

    return [code for code in depends if code in reached(code)]


def _duties(programme: Programme) -> Iterator[Problem]:
    for duty in programme.stage_duties:
        yield from _role(f"stage_duties[{duty.stage}].owner", duty.owner)
        yield from _span(f"stage_duties[{duty.stage}].within", duty.within)


def _pages(programme: Programme) -> Iterator[Problem]:
    for page in programme.pages:
        where = f"{named('pages', page)}.roles"
        if not page.roles:
            yield where, gettext_noop("Nobody may open it."), gettext_noop("Name the roles that may."), {}
        for role in page.roles:
            if role not in (*ROLES, EVERYONE):
                yield _unknown(where, role, (*ROLES, EVERYONE))


def _evidence(programme: Programme) -> Iterator[Problem]:
    codes = [each.code for each in programme.indicators]
    for offer in programme.evidence:
        yield from _place("evidence.", offer.dimension, offer.sub_dimension)
        if offer.indicator not in codes:
            yield _unknown("evidence.indicator", offer.indicator, codes)


def _personal_data(programme: Programme) -> Iterator[Problem]:
    for data in programme.personal_data:
        if not data.purpose:
            yield (
                "personal_data.purpose",
                gettext_noop("It has no purpose."),
                gettext_noop("Name one that personal_data.py declares."),
                {},
            )
        if not data.retention:
            yield (
                "personal_data.retention",
                gettext_noop("Nobody says how long it is kept."),
                gettext_noop("Name a retention that personal_data.py declares."),
                {},
            )


def _offline_forms(programme: Programme) -> Iterator[Problem]:
    pages = [each.view for each in programme.pages]
    for form in programme.offline_forms:
        if form.view not in pages:
            yield _unknown(f"{named('offline_forms', form)}.view", form.view, pages)


def _commands(programme: Programme, reserved: Collection[str]) -> Iterator[Problem]:
    for command in programme.commands:
        if command.name in reserved:
            yield (
                f"{named('commands', command)}.name",
                gettext_noop("jcoc %(name)s is a command of the centre."),
                gettext_noop("Give the command another name."),
                {"name": command.name},
            )


def _bad_input(programme: Programme) -> Iterator[Problem]:
    for bad in programme.bad_input:
        if bad.role:
            yield from _role(f"{named('bad_input', bad)}.role", bad.role)


def _both(field: str, words: Words) -> Iterator[Problem]:
    if not words.complete:
        yield (
            field,
            gettext_noop("A language is missing."),
            gettext_noop("Write it in Indonesian and in English."),
            {},
        )


def _role(field: str, role: str) -> Iterator[Problem]:
    if not role:
        yield field, gettext_noop("Nobody must answer."), gettext_noop("Name the role that must."), {}
    elif role not in ROLES:
        yield _unknown(field, role, ROLES)


def _span(field: str, span: timedelta) -> Iterator[Problem]:
    if span <= timedelta(0):
        yield (
            field,
            gettext_noop("It is no time: %(span)s."),
            gettext_noop("Use one that is longer than nothing."),
            {"span": span},
        )


def _unknown(field: str, value: str, known: Iterable[str]) -> Problem:
    listed = ", ".join(known)
    if not listed:
        return (
            field,
            gettext_noop("“%(value)s” is unknown."),
            gettext_noop("Declare it first: there is none yet."),
            {"value": value},
        )
    return (
        field,
        gettext_noop("“%(value)s” is unknown."),
        gettext_noop("Use one of %(known)s."),
        {"value": value, "known": listed},
    )
