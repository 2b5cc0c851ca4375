"""``jcoc keys …``"""

from __future__ import annotations

from typing import Annotated

import typer

from jcoc.trail import cli

SHOWN = 20
keys = typer.Typer(help="The keys of sealed personal data.", no_args_is_help=True)


@keys.command("list")
def list_keys() -> None:
    """The master keys, and how many persons' keys each wraps. The keys themselves are never shown."""
    told = cli.call("sealing.list", label="Looking")
    for key in told["keys"]:
        state = "active" if key["active"] else "old"
        typer.echo(f"{key['id']}  made {key['made']}  {state:<6}  {key['persons']} persons")
    typer.echo(f"They lie in {told['path']}. Keep a copy, apart from the backups of the data.")


@keys.command()
def rotate(
    index: Annotated[
        bool, typer.Option("--index", help="Replace the key of the blind indexes, not the master key.")
    ] = False,
) -> None:
    """Make a new master key and wrap every person's key under it, while the server runs.

    Interrupted, it goes on where it was when it is called again. The old key stays until jcoc keys retire.
    """
    if index:
        told = cli.call("sealing.rotate_index", label="Recomputing the blind indexes")
        typer.echo(f"{told['rows']} blind indexes stand under a new key.")
    else:
        told = cli.call("sealing.rotate", label="Wrapping the keys anew")
        typer.echo(f"{told['rows']} keys of persons are wrapped under the new master key {told['id']}.")
    typer.echo("Renew the copy of the keys folder now.")


@keys.command()
def retire(key_id: Annotated[str, typer.Argument(metavar="ID", help="As jcoc keys list shows it.")]) -> None:
    """Forget an old master key that wraps nothing any more.

    Backups made before the rotation can then be opened only with a kept copy of the keys folder; what was erased
    since stays erased in them once that copy is gone too.
    """
    cli.call("sealing.retire", {"id": key_id}, "Retiring")
    typer.echo(f"The master key {key_id} is forgotten here.")


@keys.command()
def check() -> None:
    """Open every person's key, and say which do not. Ends with 1 where one does not."""
    told = cli.call("sealing.check", label="Opening the keys")
    if faults := told["faults"]:
        for fault in faults[:SHOWN]:
            typer.echo(fault)
        raise cli.stop(f"{len(faults)} of {told['persons']} keys of persons do not open.")
    typer.echo(f"{told['persons']} keys of persons open.")


def register(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
