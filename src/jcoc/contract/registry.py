"""The programmes of this process. Filled while Django starts, then frozen: a restart takes up what was installed since.

    settings.py       installed_apps(…): those whose declaration and apps.py can be imported
    programme_app.py  keeps out one whose models, modules or ready() fail
    apps.py           freeze(): checks the others against their code, links what they declare, and closes

A programme runs whole or not at all: one fault keeps it out. Its tables and what the centre keeps of it stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from jcoc.contract.discovery import BROKEN, Found, catalogue_faults, discover, import_fault, installed
from jcoc.contract.faults import Fault
from jcoc.contract.programme import Programme
from jcoc.trail.marking import gettext_noop

if TYPE_CHECKING:
    from django.apps import AppConfig

_faults: list[Fault] = []
_kept_out: set[str] = set()
_besides: list[EntryPoint] = []
_running: dict[str, Found] | None = None


class TooEarly(RuntimeError):
    """Asked for programmes before Django has started."""


@cache
def found() -> tuple[Found, ...]:
    """Those whose declaration could be read, whatever else is wrong with them. Needs no Django."""
    read, faults = discover([*installed(), *_besides])
    _faults.extend(faults)
    return tuple(read)


def look_at(entry: EntryPoint) -> None:
    """Take a programme for installed that is not, to check it; before Django starts."""
    if entry.value not in {each.value for each in installed()}:
        _besides.append(entry)
    _faults.clear()
    found.cache_clear()


def keep_out(code: str, *faults: Fault) -> None:
    """Do not run a programme, for these reasons."""
    if _running is not None:
        raise RuntimeError("The registry is frozen.")
    _kept_out.add(code)
    _faults.extend(faults)


def installed_apps(others: Sequence[str]) -> list[str]:
    """What the programmes add to INSTALLED_APPS: each the class in its apps.py."""
    labels = {name.rpartition(".")[2] for name in others}
    entries = []
    for each in found():
        if each.code in labels:
            keep_out(
                each.code,
                Fault(
                    each.code, "programme.py", "code",
                    gettext_noop("A part of the centre is called so."),
                    gettext_noop("Give the programme another code and name."),
                ),
            )  # fmt: skip
        elif unreadable := list(catalogue_faults(each)):
            keep_out(each.code, *unreadable)
        elif config := _app_of(each):
            entries.append(f"{config.__module__}.{config.__name__}")
    return entries


def _app_of(each: Found) -> type[AppConfig] | None:
    """The class of its apps.py, made once as Django will make it."""
    from importlib import import_module

    from django.apps import AppConfig

    from jcoc.contract.programme_app import ProgrammeConfig

    try:
        module = import_module(f"{each.package}.apps")
        classes = [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, ProgrammeConfig)
            and value.__module__ == module.__name__
        ]
        config = AppConfig.create(f"{module.__name__}.{classes[0].__name__}") if len(classes) == 1 else None
    except BROKEN as error:
        keep_out(each.code, import_fault(each.code, each.package, "apps.py", error))
        return None
    if config is None or config.name != each.package or config.label != each.code:
        keep_out(
            each.code,
            Fault(
                each.code, "apps.py", "",
                gettext_noop("It does not hold one ProgrammeConfig with the name %(package)s."),
                gettext_noop("Write: class …Config(ProgrammeConfig): name = \"%(package)s\"."),
                {"package": each.package},
            ),
        )  # fmt: skip
        return None
    return type(config)


def freeze() -> None:
    """Check those not kept out against each other and their code, link them, and let nothing change any more."""
    global _running  # noqa: PLW0603
    if _running is not None:
        return
    from jcoc.contract import checking, linking

    running: dict[str, Found] = {}
    for each in found():
        if each.code in _kept_out:
            continue
        declared = [other.programme for other in running.values()]
        try:
            faults = [*checking.faults(each.programme, declared), *linking.faults(each)]
        except BROKEN as error:
            faults = [_of_another_kind(each.code, error)]
        if faults:
            keep_out(each.code, *faults)
        else:
            linking.link(each)
            running[each.code] = each
    _running = running


def _of_another_kind(code: str, error: BaseException) -> Fault:
    return Fault(
        code, "programme.py", "",
        gettext_noop("A field holds something of another kind: %(error)s."),
        gettext_noop("Use the kinds of jcoc.contract.programme."),
        {"error": str(error).rstrip(". ")},
    )  # fmt: skip


def running() -> tuple[Found, ...]:
    """The programmes that run, with where they come from."""
    if _running is None:
        raise TooEarly("The programmes are known once Django has started.")
    return tuple(_running.values())


def programmes() -> tuple[Programme, ...]:
    """The programmes that run, in a lasting order."""
    return tuple(each.programme for each in running())


def programme(code: str) -> Programme | None:
    return next((each for each in programmes() if each.code == code), None)


def names() -> list[tuple[str, str]]:
    """Code and name of each that runs, in the reader's language."""
    from django.utils.translation import get_language

    return [(each.code, each.name.in_(get_language())) for each in programmes()]


def installed_codes() -> set[str]:
    """The codes of all that are installed, kept out or not: the names of their entry points."""
    return {entry.name for entry in (*installed(), *_besides)}


def faults() -> tuple[Fault, ...]:
    """What keeps others out."""
    return tuple(_faults)
