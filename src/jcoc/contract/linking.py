"""What is wrong between a declaration and the programme's code; and what of it the rings below get to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import typer
from django.apps import apps
from django.db.models import Field, Model
from django.urls import URLPattern, URLResolver

from jcoc.contract import paths, procedures
from jcoc.contract.discovery import BROKEN, Found, import_fault
from jcoc.contract.faults import Fault, Raised
from jcoc.contract.programme import Page
from jcoc.indicators import rows
from jcoc.indicators.sentences import Sentence
from jcoc.people.privacy.purposes import purposes, retentions
from jcoc.trail import local
from jcoc.trail.access import ROLES
from jcoc.trail.marking import gettext_noop
from jcoc.trail.receipts.offline import forms
from jcoc.trail.tasks import registry as tasks
from jcoc.web.icons import ICONS

Url = tuple[str, Callable[..., Any], bool]  # route, view, and whether it takes arguments


def faults(each: Found) -> list[Fault]:
    """All that does not hold together, once every app is ready."""
    return [*_paths(each), *_procedures(each), *_personal_data(each), *_pages(each)]


def link(each: Found) -> None:
    """Let indicators/ count the programme's rows."""
    for declared in each.programme.rows:
        rows.register(
            rows.RowSource(
                declared.code,
                declared.name,
                declared.columns,
                paths.at(declared.fetch),
                paths.at(declared.address) if declared.address else None,
            )
        )


def unlink(each: Found) -> None:
    """Take back what would run by the clock, be called or be counted."""
    for declared in each.programme.rows:
        rows.withdraw(declared.code)
    tasks.withdraw(each.package)
    local.withdraw(each.package)


def patterns(each: Found) -> list[URLPattern | URLResolver]:
    """The programme's URLs; none where it has no urls.py."""
    try:
        found: list[URLPattern | URLResolver] = import_module(f"{each.package}.urls").urlpatterns
    except ModuleNotFoundError as error:
        if error.name != f"{each.package}.urls":
            raise
        return []
    return found


def _paths(each: Found) -> Iterator[Fault]:
    programme = each.programme
    named: list[tuple[str, str, Callable[[Any], bool]]] = []
    for declared in programme.rows:
        named.append((f"rows[{declared.code}].fetch", declared.fetch, callable))
        if declared.address:
            named.append((f"rows[{declared.code}].address", declared.address, callable))
    for page in programme.pages:
        if page.example:
            named.append((f"pages[{page.view}].example", page.example, callable))
    for command in programme.commands:
        named.append((f"commands[{command.name}].app", command.app, lambda it: isinstance(it, typer.Typer)))
    for bad in programme.bad_input:
        named.append((f"bad_input[{bad.code}].attempt", bad.attempt, callable))
    if programme.demonstration:
        named.append(("demonstration", programme.demonstration, callable))
    # What a city that runs never calls is not imported there, where it can be told without.
    for_tests = {programme.demonstration, *(bad.attempt for bad in programme.bad_input)}
    for_tests |= {page.example for page in programme.pages}
    for field, path, fits in named:
        if path in for_tests and paths.is_function(path):
            continue
        try:
            value = paths.at(path)
        except BROKEN as error:
            yield Fault(
                each.code, "programme.py", field,
                gettext_noop("There is nothing to run: %(error)s."),
                gettext_noop("Write the dotted path of what stands in the package, package.module:name."),
                {"error": error.sentence if isinstance(error, paths.BadPath) else Raised.by(error)},
            )  # fmt: skip
            continue
        if not fits(value):
            yield Fault(
                each.code, "programme.py", field,
                gettext_noop("%(path)s is not of the kind that is needed here."),
                gettext_noop("Name a function, or for a command a typer.Typer."),
                {"path": path},
            )  # fmt: skip


def _procedures(each: Found) -> Iterator[Fault]:
    for procedure in each.programme.procedures:
        for language in procedures.LANGUAGES:
            name = procedures.file_name(procedure.code, language)
            try:
                steps = procedures.steps(procedures.text(each.folder, procedure.code, language))
            except (OSError, UnicodeDecodeError) as error:
                yield Fault(
                    each.code, name, "",
                    gettext_noop("The procedure cannot be read: %(error)s."),
                    gettext_noop("Write it as Markdown in UTF-8, its steps as lines “- [ ] …”."),
                    {"error": _unreadable(error)},
                )  # fmt: skip
                continue
            for number, step in enumerate(steps, 1):
                if step.role and step.role not in ROLES:
                    yield Fault(
                        each.code, name, f"{number}",
                        gettext_noop("“%(value)s” is unknown."),
                        gettext_noop("Use one of %(known)s."),
                        {"value": step.role, "known": ", ".join(ROLES)},
                    )  # fmt: skip
            if not steps:
                yield Fault(
                    each.code, name, "",
                    gettext_noop("The procedure has no step to tick."),
                    gettext_noop("Write its steps as lines “- [ ] …”."),
                )  # fmt: skip


def _unreadable(error: OSError | UnicodeDecodeError) -> Sentence | str:
    if isinstance(error, UnicodeDecodeError):
        return Sentence(gettext_noop("it is not UTF-8"))
    if isinstance(error, FileNotFoundError):
        return Sentence(gettext_noop("there is no such file"))
    return error.strerror or type(error).__name__


def _personal_data(each: Found) -> Iterator[Fault]:
    known = {
        "purpose": [purpose.code for purpose in purposes()],
        "retention": [retention.code for retention in retentions()],
    }
    for data in each.programme.personal_data:
        for field, codes in known.items():
            if (code := getattr(data, field)) and code not in codes:
                yield Fault(
                    each.code, "programme.py", f"personal_data[{code}].{field}",
                    gettext_noop("“%(value)s” is unknown."),
                    gettext_noop("Declare it in personal_data.py, or use one of %(known)s."),
                    {"value": code, "known": ", ".join(codes)},
                )  # fmt: skip
        columns = _columns(each.code)
        for unknown in (named for named in data.columns if named not in columns):
            yield Fault(
                each.code, "programme.py", f"personal_data[{data.purpose}].columns",
                gettext_noop("“%(value)s” is unknown."),
                gettext_noop("Use one of %(known)s."),
                {"value": unknown, "known": ", ".join(columns) or "–"},
            )  # fmt: skip


def _columns(code: str) -> list[str]:
    models = apps.get_app_config(code).get_models() if code in apps.app_configs else ()
    return [
        column(model, field)
        for model in models
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
    ]


def column(model: type[Model], field: Field[Any, Any]) -> str:
    """How a declaration names a column."""
    return f"{model._meta.object_name}.{field.name}"


def _pages(each: Found) -> Iterator[Fault]:
    """The URLs against the declared pages, both ways."""
    try:
        urls = dict(_flat(patterns(each)))
    except BROKEN as error:
        yield import_fault(each.code, each.package, "urls.py", error)
        return
    for name, url in urls.items():
        yield from _url(each, name, url)
    for page in each.programme.pages:
        yield from _page(each, page, urls)
    yield from _offline(each)


def _url(each: Found, name: str, url: Url) -> Iterator[Fault]:
    route, view, _arguments = url
    if not route:
        yield Fault(
            each.code, "urls.py", name,
            gettext_noop("Its address is that of the programme's own page."),
            gettext_noop("Give it a path, such as “map/”."),
        )  # fmt: skip
    if not getattr(view, "allowed_roles", None):
        yield Fault(
            each.code, "views.py", name,
            gettext_noop("The view does not say who may open it."),
            gettext_noop("Put @allow(…) above it, with the roles that may."),
        )  # fmt: skip


def _page(each: Found, page: Page, urls: Mapping[str, Url]) -> Iterator[Fault]:
    fault = partial(Fault, each.code, "programme.py")
    field = f"pages[{page.view}]"
    if page.view not in urls:
        yield fault(
            field,
            gettext_noop("urls.py has no URL of that name."),
            gettext_noop("Use one of %(known)s."),
            {"known": ", ".join(urls) or "–"},
        )
        return
    _route, view, arguments = urls[page.view]
    allowed: frozenset[str] = getattr(view, "allowed_roles", frozenset())
    if allowed and allowed != frozenset(page.roles):
        yield fault(
            f"{field}.roles",
            gettext_noop("It names %(declared)s, but @allow of the view %(allowed)s."),
            gettext_noop("Let both name the same roles."),
            {"declared": ", ".join(sorted(page.roles)), "allowed": ", ".join(sorted(allowed))},
        )
    if bool(arguments) != bool(page.example):
        yield fault(
            f"{field}.example",
            gettext_noop("An example goes with a URL that takes arguments, and only with one."),
            gettext_noop("Name a function that returns the arguments of one such page, or none."),
        )
    if page.icon and (arguments or page.icon not in ICONS):
        yield fault(
            f"{field}.icon",
            gettext_noop("A page in the menu has an icon of the centre, and a URL without arguments."),
            gettext_noop("Use one of %(known)s."),
            {"known": ", ".join(ICONS)},
        )


def _offline(each: Found) -> Iterator[Fault]:
    marked = {page.partition(":")[2] for page in forms() if page.partition(":")[0] == each.code}
    declared = {its.view for its in each.programme.offline_forms}
    for form in sorted(marked ^ declared):
        yield Fault(
            each.code, "programme.py", f"offline_forms[{form}]",
            gettext_noop("Only one of the declaration and @offline of the view names this page."),
            gettext_noop("Declare the form and mark its view with @offline(page=…), or neither."),
        )  # fmt: skip


def _flat(entries: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Url]]:
    """The URLs by name."""
    for entry in entries:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _flat(entry.url_patterns, route)
        else:
            yield str(entry.name), (route, entry.callback, "<" in route or "(?P" in route)
