"""``jcoc files …``"""

from __future__ import annotations

from typing import Annotated

import typer

from jcoc.trail.cli import call

files = typer.Typer(help="The files that people sent.", no_args_is_help=True)


@files.callback()
def _group() -> None:
    """Keep ``check`` a command of its own while there is no other."""


@files.command()
def check(
    remove_orphans: Annotated[
        bool, typer.Option("--remove-orphans", help="Delete files that nothing in the database names.")
    ] = False,
) -> None:
    """Compare the files with the database, both ways; ends with 1 where something is damaged or left over."""
    found = call("uploads.check", {"remove_orphans": remove_orphans}, "Checking the files")
    for name in found["damaged"]:
        typer.echo(f"damaged or gone: the file of upload {name}")
    for name in found["orphans"]:
        typer.echo(f"{'removed' if remove_orphans else 'nothing names'}: {name}")
    typer.echo(f"{found['files']} files, {len(found['damaged'])} damaged, {len(found['orphans'])} left over.")
    if found["damaged"] or (found["orphans"] and not remove_orphans):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.add_typer(files, name="files")
