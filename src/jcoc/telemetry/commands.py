"""`jcoc replay` and `jcoc telemetry …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail import cli

SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command()(replay)
    telemetry = typer.Typer(help="Sensors and what they measure.", no_args_is_help=True)
    telemetry.callback()(lambda: None)
    telemetry.command(name="register")(register_files)
    app.add_typer(telemetry, name="telemetry")


def register_files(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML files, a thing each."),
    ],
) -> None:
    """Make the things and datastreams that files describe, and bring those that exist up to date.

    All or nothing. A file is the whole description: a limit or a topic that it leaves out is taken away.
    """
    cli.with_django()
    from jcoc.telemetry import registration

    try:
        forms = [registration.read(file.read_bytes(), file.name) for file in files]
        things = [registration.arguments(form.thing, form.datastream) for form in forms]
    except registration.FormError as error:
        raise cli.stop(str(error), 2) from None
    told = cli.call("telemetry.register", {"things": things, "update": True})
    for sentence in told["made"] + told["changed"]:
        typer.echo(sentence)
    typer.echo(f"{len(told['made'])} made, {len(told['changed'])} changes.")


def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")],
    map_file: Annotated[
        Path, typer.Option("--map", exists=True, dir_okay=False, help="What its columns mean (TOML).")
    ],
    speed: Annotated[
        float | None,
        typer.Option(min=0.001, help="Times as fast as the readings came; without it, as fast as possible."),
    ] = None,
    register_things: Annotated[
        bool, typer.Option("--register", help="First make the thing and datastreams of the map.")
    ] = False,
) -> None:
    """Play a file's readings into the running server, as if a device sent them.

    Playing it again changes nothing: equal readings count once.
    """
    cli.with_django()
    import http.client

    from django.conf import settings

    from jcoc.telemetry import registration
    from jcoc.telemetry.ingest import csvmap
    from jcoc.telemetry.ingest import replay as replaying
    from jcoc.trail import local

    if not local.server_is_running(settings.DATA_FOLDER):
        raise cli.stop("No server is running on this data folder: start it with jcoc serve.")
    try:
        csv_map = csvmap.read_map(map_file)
        if register_things:
            form = registration.arguments(csv_map.thing, csv_map.datastream)
            local.call("telemetry.register", {"things": [form], "update": False})
        with file.open("rb") as raw:
            lines = max(1, sum(1 for _ in raw))
        connection = local.UnixConnection(settings.DATA_FOLDER.socket)
        with cli.progress_bar(f"Replaying {file.name}") as bar:
            outcome = replaying.replay(
                csvmap.readings(file, csv_map),
                replaying.local_post(connection),
                speed=speed,
                sent=lambda line: bar(min(1.0, line / lines), ""),
                say=lambda sentence: typer.echo(sentence, err=True),
            )
        connection.close()
    except csvmap.MapError as error:
        raise cli.stop(str(error), 2) from None
    except (replaying.ReplayFailed, local.CommandFailed) as error:
        raise cli.stop(str(error)) from None
    except (OSError, http.client.HTTPException) as error:
        raise cli.stop(f"The server went away ({error}). Run the command again to go on.") from None
    typer.echo(
        f"{outcome.stored} readings stored, {outcome.repeated} were there already, "
        f"{outcome.corrected} corrected, {outcome.refused} refused."
    )
    if outcome.superseded:
        typer.echo(
            f"{outcome.superseded} were left out: a later line of the file gives the same instant again."
        )
    for fault in outcome.faults[:SHOWN]:
        typer.echo(f"  {fault}", err=True)
    if outcome.refused > min(SHOWN, len(outcome.faults)):
        typer.echo(f"  … and {outcome.refused - min(SHOWN, len(outcome.faults))} more.", err=True)
    unknown = any("There is no datastream" in fault.reason for fault in outcome.faults)
    if unknown and not register_things:
        typer.echo("--register makes the datastreams that the map declares.", err=True)
    if outcome.refused:
        raise typer.Exit(1)
