"""Find the programmes that are installed: entry points of the group ``jcoc.programmes``. Needs no Django.

    [project.entry-points."jcoc.programmes"]
    landfill_gas = "landfill_gas.programme:PROGRAMME"

A package that cannot be imported is a :class:`Fault`, never an exception: the centre starts without it.
"""

from __future__ import annotations

import gettext
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from jcoc.contract.faults import Fault, Raised
from jcoc.contract.programme import Programme
from jcoc.trail.marking import gettext_noop

GROUP = "jcoc.programmes"
LONGEST_CODE = 50  # what a role that holds in a programme can name
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
#: What a package may raise while it is imported; a KeyboardInterrupt stays the operator's.
BROKEN = (Exception, SystemExit)


@dataclass(frozen=True)
class Found:
    """A programme whose declaration could be read."""

    programme: Programme
    package: str
    folder: Path
    distribution: str  # what `pip uninstall` takes
    version: str

    @property
    def code(self) -> str:
        return self.programme.code


def installed() -> list[EntryPoint]:
    """The entry points in a lasting order: jcoc's own first, then by package."""
    found = entry_points(group=GROUP)
    return sorted(found, key=lambda each: (_distribution(each)[0] != "jcoc", _distribution(each), each.name))


def discover(entries: Iterable[EntryPoint]) -> tuple[list[Found], list[Fault]]:
    """Read each declaration, and what is wrong with those that cannot be read."""
    found: dict[str, Found] = {}
    faults: list[Fault] = []
    for entry in entries:
        one = read(entry)
        if isinstance(one, Fault):
            faults.append(one)
        elif one.code in found:
            faults.append(
                Fault(
                    one.code, "programme.py", "code",
                    gettext_noop("%(other)s brings a programme of this code already."),
                    gettext_noop("Uninstall one of the two, or give one another code and name."),
                    {"other": found[one.code].distribution},
                )
            )  # fmt: skip
        else:
            found[one.code] = one
    return list(found.values()), faults


def read(entry: EntryPoint) -> Found | Fault:
    """Import one declaration."""
    module_name, _colon, name = entry.value.partition(":")
    package = module_name.rpartition(".")[0]
    distribution, version = _distribution(entry)
    try:
        module = import_module(module_name)
        declared = getattr(module, name)
    except BROKEN as error:
        return import_fault(entry.name, package, "programme.py", error)

    def fault(field: str, reason: str, mend: str, **values: object) -> Fault:
        return Fault(entry.name, "programme.py", field, reason, mend, values)

    if not isinstance(declared, Programme):
        return fault(
            name,
            gettext_noop("It is a %(kind)s, not a Programme."),
            gettext_noop("Let the entry point name the Programme of programme.py."),
            kind=type(declared).__name__,
        )
    code = declared.code
    if not isinstance(code, str) or not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        return fault(
            "code",
            gettext_noop("“%(code)s” cannot be a code."),
            gettext_noop(
                "Use lower-case letters, digits and single underscores, %(most)s characters at most."
            ),
            code=code,
            most=LONGEST_CODE,
        )
    if not (code == entry.name == package.rpartition(".")[2]):
        return fault(
            "code",
            gettext_noop("The code is %(code)s, the entry point %(entry)s and the package %(package)s."),
            gettext_noop("Let the three be one word: package, entry point and code."),
            code=code,
            entry=entry.name,
            package=package or module_name,
        )
    return Found(declared, package, Path(str(module.__file__)).parent, distribution, version)


def import_fault(
    code: str,
    package: str,
    file: str,
    error: BaseException,
    otherwise: str = gettext_noop("It cannot be imported: %(error)s."),
) -> Fault:
    """What running its code raised, at the innermost line of the package's own, or of the file as a whole."""
    line = 0
    for own, number in _own_lines(package, error):
        file, line = own, number
    return Fault(
        code, file, "",
        gettext_noop("Line %(line)s cannot be run: %(error)s.")
        if line
        else otherwise,
        gettext_noop("Mend the package or uninstall it, then start the centre again."),
        {"line": line, "error": Raised.by(error)},
    )  # fmt: skip


def catalogue_faults(found: Found) -> Iterator[Fault]:
    """Compiled catalogues that cannot be read: Django reads all of them before it says its first word."""
    for path in sorted(found.folder.glob("locale/*/LC_MESSAGES/*.mo")):
        try:
            with path.open("rb") as file:
                gettext.GNUTranslations(file)
        except BROKEN as error:
            yield Fault(
                found.code, str(path.relative_to(found.folder)), "",
                gettext_noop("The catalogue cannot be read: %(error)s."),
                gettext_noop("Compile it again from its .po file."),
                {"error": Raised.by(error)},
            )  # fmt: skip


def _own_lines(package: str, error: BaseException) -> Iterator[tuple[str, int]]:
    module = sys.modules.get(package)
    places = [Path(each).resolve() for each in getattr(module, "__path__", ())] if module else []
    steps = [(step.filename, step.lineno or 0) for step in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        steps.append((error.filename, error.lineno or 0))
    for name, number in steps:
        for place in places:
            if (path := Path(name).resolve()).is_relative_to(place):
                yield str(path.relative_to(place)), number


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    dist = entry.dist
    return (dist.name, dist.version) if dist else ("", "")
