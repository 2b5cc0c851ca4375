"""``jcoc programme …``, and the commands that programmes declare."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Annotated

import typer

from jcoc.contract import paths, registry
from jcoc.contract.discovery import BROKEN, GROUP
from jcoc.contract.skeleton_command import new
from jcoc.trail.cli import stop, with_django

logger = logging.getLogger(__name__)

programme = typer.Typer(help="The city's programmes.", no_args_is_help=True)
programme.command()(new)


@programme.command("list")
def list_() -> None:
    """Say which programmes run, and what keeps others out. Exit status 1 where one is kept out."""
    with_django()
    from jcoc.trail.database import leave_unmigrated

    leave_unmigrated()
    for each in registry.running():
        origin = f"{each.distribution} {each.version}".strip()
        typer.echo(f"{each.code:<24} {each.programme.name.en} ({origin})")
    if not registry.running():
        typer.echo("No programme runs.")
    _say_faults()


@programme.command()
def check(
    what: Annotated[
        str, typer.Argument(help="An installed programme's code or package, or any programme's folder.")
    ] = "",
) -> None:
    """Say what is wrong with all programmes, or with one, installed or not. Exit status 1 where something is."""
    code = _look_for(what) if what else ""
    with_django()
    _say_faults(code)
    if code and not any(each.code == code for each in registry.running()):
        raise stop(f"There is no programme {what}: name an installed one's code or package, or a folder.", 2)
    typer.echo("No fault was found.")


def _look_for(what: str) -> str:
    """The code of what was named; a folder is taken for installed."""
    folder = Path(what)
    if not folder.is_dir():
        return what.rpartition(".")[2]
    folder = folder.resolve()
    names, root = [folder.name], folder.parent
    while (root / "__init__.py").exists():
        names.insert(0, root.name)
        root = root.parent
    sys.path.insert(0, str(root))
    registry.look_at(EntryPoint(folder.name, f"{'.'.join(names)}.programme:PROGRAMME", GROUP))
    return folder.name


def _say_faults(code: str = "") -> None:
    found = [fault for fault in registry.faults() if code in ("", fault.programme)]
    for fault in found:
        typer.secho(str(fault), err=True, fg=typer.colors.RED)
    if found:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.add_typer(programme, name="programme")
    taken = {group.name for group in app.registered_groups}
    taken |= {
        each.name or getattr(each.callback, "__name__", "").replace("_", "-")
        for each in app.registered_commands
    }
    registry.reserve(str(name) for name in taken)
    for each in registry.found():
        for command in each.programme.commands:
            try:
                app.add_typer(paths.at(command.app), name=command.name, help=command.help.en)
            except BROKEN as error:
                logger.error("%s: jcoc %s cannot be run: %s", each.code, command.name, error)
