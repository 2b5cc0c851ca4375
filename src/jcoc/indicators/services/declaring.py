"""Bring declared indicators into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from jcoc.indicators import checking, declaration, rows
from jcoc.indicators.datastreams import chosen, wrong_unit
from jcoc.indicators.models import Indicator, Target
from jcoc.indicators.periods import parse
from jcoc.indicators.sentences import Sentence
from jcoc.indicators.stored import as_json
from jcoc.trail.audit.recording import writing
from jcoc.trail.marking import gettext_noop

#: What says what an indicator measures: a change of it would give old values another meaning.
FIXED = ("unit_code", "direction", "period_type")


class Refused(ValueError):
    """What was declared cannot be. Its text is English, for logs and commands; a page says each of the faults."""

    def __init__(self, faults: Sequence[checking.Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


#: Each returns codes of programmes, which no register may be called: one would retire what the other declares.
programme_codes: list[Callable[[], Iterable[str]]] = []


def register(name: str, indicators: Sequence[declaration.Indicator], *, today: date) -> dict[str, int]:
    """:func:`declare` for a register of the city, under a name that is no programme's."""
    if any(name in told() for told in programme_codes):
        fault = checking.Fault(
            name, "register",
            Sentence(gettext_noop("a programme is called so.")),
            Sentence(gettext_noop("Give the register another name.")),
        )  # fmt: skip
        raise Refused([fault])
    return declare(name, indicators, today=today)


@writing("indicators.declare")
def declare(declared_by: str, indicators: Sequence[declaration.Indicator], *, today: date) -> dict[str, int]:
    """Let these be the indicators of a programme or register; :class:`Refused`, and then nothing is changed.

    One that it declared before and no longer names is retired: its values stay. Returns how many there are, and how
    many of them are new, changed and retired.
    """
    _check(declared_by, indicators)
    done = {"declared": len(indicators), "new": 0, "changed": 0, "retired": 0}
    standing = {each.code: each for each in Indicator.objects.filter(declared_by=declared_by)}
    for declared in indicators:
        fields = _fields(declared)
        kept = standing.pop(declared.code, None)
        if kept is None:
            kept = Indicator.objects.create(code=declared.code, declared_by=declared_by, **fields)
            done["new"] += 1
        elif changed := [name for name, value in fields.items() if getattr(kept, name) != value]:
            for name in changed:
                setattr(kept, name, fields[name])
            kept.save(update_fields=changed)
            done["changed"] += 1
        _set_targets(kept, declared)
    for gone in standing.values():
        if gone.retired is None:
            gone.retired = today
            gone.save(update_fields=["retired"])
            done["retired"] += 1
    return done


def _check(declared_by: str, indicators: Sequence[declaration.Indicator]) -> None:
    found = checking.faults(indicators, row_sources=rows.sources.keys())
    sound = not found
    by_code = {each.code: each for each in indicators}
    for kept in Indicator.objects.filter(code__in=by_code):
        if kept.declared_by != declared_by:
            found.append(
                checking.Fault(
                    kept.code, "code",
                    Sentence(gettext_noop("%(other)s declares it already."), {"other": kept.declared_by}),
                    Sentence(gettext_noop("Give the new one another code.")),
                )
            )  # fmt: skip
            continue
        new = _fields(by_code[kept.code]) if sound else {}
        for name in FIXED:
            if new and new[name] != getattr(kept, name) and kept.values.exists():
                found.append(_meant_otherwise(kept, name, new[name]))
    if sound:
        found += [fault for each in indicators if (fault := _misfit(each))]
    if found:
        raise Refused(found)


def _misfit(declared: declaration.Indicator) -> checking.Fault | None:
    """What the datastreams that are here already say of their unit; those to come are asked when it is computed."""
    if not isinstance(declared.source, declaration.OfStreams):
        return None
    there = chosen(declared.source, public=declared.public).values_list("unit_symbol", flat=True)
    wrong = wrong_unit(declared.source, declared.unit, list(there))
    mend = Sentence(gettext_noop("Let the indicator agree with its datastreams."))
    return checking.Fault(declared.code, "unit", wrong, mend) if wrong else None


def _meant_otherwise(kept: Indicator, name: str, new: str) -> checking.Fault:
    return checking.Fault(
        kept.code, name.removesuffix("_code"),
        Sentence(gettext_noop("it has values in %(kept)s."), {"kept": getattr(kept, name)}),
        Sentence(gettext_noop("Declare what is in %(new)s under another code."), {"new": new}),
    )  # fmt: skip


def _fields(declared: declaration.Indicator) -> dict[str, Any]:
    return {
        "uri": declared.uri,
        "name_id": declared.name.id,
        "name_en": declared.name.en,
        "method_id": declared.method.id,
        "method_en": declared.method.en,
        "unit_code": declared.unit,
        "direction": str(declared.direction),
        "period_type": str(declared.period),
        "dimension": declared.dimension,
        "sub_dimension": declared.sub_dimension,
        "owner": declared.owner,
        "source": as_json(declared.source),
        "levels": [str(level) for level in declared.levels],
        "target_source": declared.target_source,
        "settles_after_s": int(declared.settles_after.total_seconds()),
        "decimals": declared.decimals,
        "public": declared.public,
        "licence": declared.licence,
        "retired": None,
    }


def _set_targets(kept: Indicator, declared: declaration.Indicator) -> None:
    wanted = {}
    for target in declared.targets:
        period = parse(declared.period, target.period)
        wanted[period.start] = (period.end, target.value)
    for standing in kept.targets.all():
        end_and_value = wanted.pop(standing.start, None)
        if end_and_value is None:
            standing.delete()
        elif (standing.end, standing.value) != end_and_value:
            standing.end, standing.value = end_and_value
            standing.save(update_fields=["end", "value"])
    for start, (end, value) in wanted.items():
        Target.objects.create(indicator=kept, start=start, end=end, value=value)
