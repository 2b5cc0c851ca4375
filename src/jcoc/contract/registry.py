"""The programmes of this process. Filled while Django starts, then frozen: a restart takes up what was installed since.

    settings.py       installed_apps(…): those whose declaration is sound and whose apps.py can be imported
    programme_app.py  keeps out one whose models, modules or ready() fail
    apps.py           freeze(): checks the others against their code, links what they declare, and closes
    programme_app.py  keeps out one whose migrations fail, or are not applied

A programme runs whole or not at all: one fault keeps it out, and nothing of it runs by the clock or is called from the
command line. Its tables and what the centre keeps of it stay, and so do the purposes and retentions of the personal
data in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from jcoc.contract.discovery import BROKEN, Found, catalogue_faults, discover, import_fault, installed
from jcoc.contract.faults import Fault, Raised
from jcoc.contract.programme import Programme
from jcoc.trail.marking import gettext_noop

if TYPE_CHECKING:
    from django.apps import AppConfig

_faults: list[Fault] = []
_kept_out: set[str] = set()
_besides: list[EntryPoint] = []
_reserved: frozenset[str] = frozenset()
_running: dict[str, Found] | None = None


class TooEarly(RuntimeError):
    """Asked for programmes before Django has started."""


@cache
def found() -> tuple[Found, ...]:
    """Those whose declaration is sound by itself and beside the others', whatever is wrong with their code. Needs no
    Django."""
    read, faults = discover([*installed(), *_besides])
    _faults.extend(faults)
    sound: list[Found] = []
    for each in read:
        if wrong := _in_the_declaration(each, [other.programme for other in sound]):
            keep_out(each.code, *wrong)
        else:
            sound.append(each)
    return tuple(sound)


def _in_the_declaration(each: Found, others: Sequence[Programme]) -> list[Fault]:
    from jcoc.contract import checking

    try:
        return checking.faults(each.programme, others, _reserved)
    except BROKEN as error:
        return [
            Fault(
                each.code, "programme.py", "",
                gettext_noop("A field holds something of another kind: %(error)s."),
                gettext_noop("Use the kinds of jcoc.contract.programme."),
                {"error": Raised.by(error)},
            )
        ]  # fmt: skip


def reserve(commands: Iterable[str]) -> None:
    """These are the centre's own commands: a programme that declares one of them is kept out. Before it is found."""
    global _reserved  # noqa: PLW0603
    _reserved = frozenset(commands)


def look_at(entry: EntryPoint) -> None:
    """Take a programme for installed that is not, to check it; before Django starts."""
    if entry.value not in {each.value for each in installed()}:
        _besides.append(entry)
    _faults.clear()
    _kept_out.clear()
    found.cache_clear()


def keep_out(code: str, *faults: Fault) -> None:
    """Do not run a programme, for these reasons; once the URLs are made it is too late."""
    _kept_out.add(code)
    _faults.extend(faults)
    if _running is not None and (each := _running.pop(code, None)):
        from jcoc.contract import linking

        linking.unlink(each)


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
    """Check those not kept out against their code and link them; take back what the others set going."""
    global _running  # noqa: PLW0603
    if _running is not None:
        return
    from jcoc.contract import linking

    running: dict[str, Found] = {}
    for each in found():
        faults = [] if each.code in _kept_out else linking.faults(each)
        if faults:
            keep_out(each.code, *faults)
        if each.code in _kept_out:
            linking.unlink(each)
        else:
            linking.link(each)
            running[each.code] = each
    _running = running


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
