"""The checks of a grade that the declaration and the files beside it answer. Pure; each names what is missing.

What keeps a programme out (checking.py, linking.py) is none of them: a programme that has a grade has none of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from jcoc.contract import procedures
from jcoc.contract.checking import CODED
from jcoc.contract.programme import AlertRule, Programme, Severity, Stream
from jcoc.indicators.declaration import OfStreams, Ratio, Source, Tally
from jcoc.indicators.unitfit import misfit


def _documented(programme: Programme, folder: Path) -> list[str]:
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ["README.md"]
    fields = {"indicators": "code"} | CODED
    return [
        f"{field}[{code}]"
        for field, attribute in fields.items()
        for code in (getattr(item, attribute) for item in getattr(programme, field))
        if not re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text)
    ]


def _duties(programme: Programme, folder: Path) -> list[str]:
    codes = dict.fromkeys(alert.procedure for alert in programme.alerts)
    shortest = {
        code: min(each.act_within for each in programme.alerts if each.procedure == code) for code in codes
    }
    return [*(each for code in codes for each in _steps(folder, code, shortest[code])), *_slower(programme)]


def _steps(folder: Path, code: str, act_within: timedelta) -> list[str]:
    """Where the steps of a procedure name nobody, the first one no time or one too long, or the languages differ."""
    first, *others = procedures.LANGUAGES
    try:
        told = {
            language: procedures.steps(procedures.text(folder, code, language))
            for language in procedures.LANGUAGES
        }
    except (OSError, UnicodeDecodeError):
        return [f"procedures[{code}]"]
    missing = [
        f"{procedures.file_name(code, first)}: {number}"
        for number, step in enumerate(told[first], 1)
        if not step.role or (number == 1 and not timedelta(0) < (step.within or timedelta(0)) <= act_within)
    ]
    for language in others:
        if [(each.role, each.within) for each in told[language]] != [
            (each.role, each.within) for each in told[first]
        ]:
            missing.append(f"{procedures.file_name(code, language)} ≠ {procedures.file_name(code, first)}")
    return missing


def _slower(programme: Programme) -> list[str]:
    """Alerts that leave more time than a less grave one on the same stream or indicator."""
    grave = list(Severity)
    return [
        f"alerts[{alert.code}].{limit} > alerts[{lighter.code}].{limit}"
        for alert in programme.alerts
        for lighter in programme.alerts
        if grave.index(alert.severity) > grave.index(lighter.severity)
        and _watched(alert) == _watched(lighter)
        for limit in ("acknowledge_within", "act_within")
        if getattr(alert, limit) > getattr(lighter, limit)
    ]


def _watched(alert: AlertRule) -> tuple[type, str]:
    watches = alert.watches
    return type(watches), getattr(watches, "stream", "") or getattr(watches, "indicator", "")


def _indicators_complete(programme: Programme, _folder: Path) -> list[str]:
    missing = []
    for each in programme.indicators:
        source = each.source
        if isinstance(source, OfStreams):
            stream = _stream(programme, source)
            if stream is None:
                missing.append(f"indicators[{each.code}].source")
            elif misfit(source, each.unit, stream.unit):
                missing.append(f"indicators[{each.code}].unit")
        elif not _fits(each.unit, source, programme):
            missing.append(f"indicators[{each.code}].unit")
    return missing


def _stream(programme: Programme, source: OfStreams) -> Stream | None:
    """The declared stream with all that the indicator is computed from."""
    return next(
        (
            stream
            for stream in programme.streams
            if (source.observed_property and stream.observed_property == source.observed_property)
            or (source.datastreams and set(source.datastreams) <= set(stream.datastreams))
        ),
        None,
    )


def _fits(unit: str, source: Source, programme: Programme) -> bool:
    """Whether a unit is that of the rows that are counted or summed."""
    if isinstance(source, Tally):
        columns = {(rows.code, each.code): each.unit for rows in programme.rows for each in rows.columns}
        return (
            unit == columns.get((source.rows, source.column))
            if source.column
            else unit.startswith("{") or unit == "1"
        )
    if isinstance(source, Ratio):
        return {"%": 100, "/100000": 100_000}.get(unit, source.factor) == source.factor
    return True


def _bad_input_declared(programme: Programme, _folder: Path) -> list[str]:
    return [] if programme.bad_input else ["bad_input"]


STANDING: dict[str, Callable[[Programme, Path], list[str]]] = {
    "documented": _documented,
    "duties": _duties,
    "indicators_complete": _indicators_complete,
    "bad_input_declared": _bad_input_declared,
}
