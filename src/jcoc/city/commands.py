"""`jcoc city …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail import cli

city = typer.Typer(help="Places, boundaries, rivers, sites and calendars.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(city, name="city")


@city.command()
def load(
    folder: Annotated[
        Path | None, typer.Argument(help="A city's folder of tables; without it, Kota Jambi's.")
    ] = None,
) -> None:
    """Load a city's facts: places, successions, rivers, sites. Running it again brings them up to date."""
    cli.with_django()
    from jcoc.city.facts import KOTA_JAMBI
    from jcoc.trail.local import CommandFailed, call

    try:
        with cli.progress_bar("Loading the city") as bar:
            done = call("city.load", {"folder": str((folder or KOTA_JAMBI).resolve())}, on_progress=bar)
    except CommandFailed as failed:
        raise cli.stop(str(failed)) from None
    typer.echo(
        f"{done['city']}: {done['places']} places, {done['successions']} successions, "
        f"{done['rivers']} rivers, {done['sites']} sites."
    )
