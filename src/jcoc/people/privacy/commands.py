"""``jcoc privacy …``"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail.cli import call, stop

privacy = typer.Typer(help="Duties of the law on personal data.", no_args_is_help=True)
erasures = typer.Typer(help="Who was erased, to be applied after a restore.", no_args_is_help=True)
privacy.add_typer(erasures, name="erasures")


@privacy.command()
def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
) -> None:
    """Remove what has been kept long enough, after freezing a summary of it."""
    done = call("privacy.retention", {"dry_run": dry_run})
    if dry_run:
        for title, days, rows in done["rules"]:
            typer.echo(f"{rows:>9}  older than {days} days: {title}")
        typer.echo("Nothing was removed.")
        return
    for code, removed, summary in done["runs"]:
        typer.echo(f"{removed:>9}  {code}  {summary or ''}")
    if not done["runs"]:
        typer.echo("Nothing is due.")


@erasures.command("export")
def erasures_export(file: Path) -> None:
    """Write the list of erased subjects, one line of JSON each, mode 0600. Keep it apart from the backups."""
    lines = call("privacy.erasures_export", {})["lines"]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(f"{line}\n" for line in lines)
    typer.echo(f"{len(lines)} erasures are in {file}.")


@erasures.command("apply")
def erasures_apply(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Erase again whom the list names: after a restore from a backup that is older than it."""
    try:
        lines = file.read_text().splitlines()
    except UnicodeDecodeError:
        raise stop(f"{file} is not a text file.", 2) from None
    typer.echo(f"{call('privacy.erasures_apply', {'lines': lines})['erased']} persons were erased again.")


def register(app: typer.Typer) -> None:
    app.add_typer(privacy, name="privacy")
