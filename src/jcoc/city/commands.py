"""`jcoc city …`"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jcoc.trail import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jcoc.city.faults import Fault

city = typer.Typer(help="Places, boundaries, rivers, sites and calendars.", no_args_is_help=True)

InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


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

    done = cli.call("city.load", {"folder": str((folder or KOTA_JAMBI).resolve())}, "Loading the city")
    typer.echo(
        f"{done['city']}: {done['places']} places, {done['successions']} successions, "
        f"{done['rivers']} rivers, {done['sites']} sites."
    )


@city.command()
def import_boundaries(  # noqa: PLR0917 (typer passes them by name)
    file: InputFile,
    level: Annotated[str, typer.Option(help="kota, kecamatan or kelurahan.")] = "kelurahan",
    valid_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day on which these were the places; without it, today."),
    ] = None,
    source: Annotated[str, typer.Option(help="Who drew them.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence.")] = "",
    approximate: Annotated[
        bool, typer.Option("--approximate", help="Not drawn from a survey: the map says so.")
    ] = False,
    check_only: Annotated[bool, typer.Option("--check-only", help="Report, and write nothing.")] = False,
    allow_warnings: Annotated[
        bool, typer.Option("--allow-warnings", help="Import in spite of warnings.")
    ] = False,
) -> None:
    """Check a GeoJSON file of boundaries, report each fault, and import it where nothing stands against it.

    Slivers narrower than 15 m are reported and closed. Ends with 1 where the file was refused.
    """
    from jcoc.city.facts import LEVELS
    from jcoc.city.faults import Fault, Severity

    if level not in LEVELS:
        raise cli.stop(f"--level must be one of {', '.join(LEVELS)}, not {level!r}.", 2)
    cli.with_django()
    from django.utils import timezone

    day: date = valid_on.date() if valid_on else timezone.localdate()
    arguments = {
        "file": str(file.resolve()),
        "level": level,
        "day": day.isoformat(),
        "source": source,
        "licence": licence,
        "approximate": approximate,
        "check_only": check_only,
        "allow_warnings": allow_warnings,
    }
    done = cli.call("city.import_boundaries", arguments, "Importing boundaries")
    faults = [Fault.from_json(kept) for kept in done["faults"]]
    _print_faults(faults)
    errors = sum(fault.severity == Severity.ERROR for fault in faults)
    warnings = sum(fault.severity == Severity.WARNING for fault in faults)
    if errors or (warnings and not allow_warnings):
        counted = f"{errors} errors, {warnings} warnings"
        hint = "" if errors else " Pass --allow-warnings to import it all the same."
        raise cli.stop(f"{file.name}: {counted}; nothing was written.{hint}")
    if done["imported"]:
        rows = ", ".join(f"{count} {name}" for name, count in done["written"].items())
        typer.echo(f"{file.name}: imported {rows}.")
    else:
        typer.echo(f"{file.name}: nothing stands against it; nothing was written (--check-only).")


def _print_faults(faults: Sequence[Fault]) -> None:
    if not faults:
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Feature", "Code", "Severity", "Fault")
    for fault in faults:
        feature = str(fault.feature) if fault.feature else "—"
        table.add_row(feature, fault.code or "—", fault.severity.name.lower(), fault.say())
    Console().print(table)


@city.command()
def check_sites(file: InputFile) -> None:
    """Check a CSV of sites: does each coordinate lie in the kecamatan that its row names?

    Ends with 1 where one does not.
    """
    cli.with_django()
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from jcoc.city import lookup
    from jcoc.city.facts import FactsError
    from jcoc.city.models import Boundary
    from jcoc.city.site_check import check_sites as check
    from jcoc.city.site_check import read_sites

    today = timezone.localdate()
    if not Boundary.objects.valid_on(today).exists():
        raise cli.stop("No boundaries are imported: run `jcoc city import-boundaries` first.")
    try:
        rows = read_sites(file.read_bytes())
    except FactsError as error:
        raise cli.stop(f"{file.name}: {error}", 2) from None
    warnings = check(rows, lookup.locator(today), lookup.kecamatan_names())
    if warnings:
        table = Table("Row", "Code", "Warning")
        for warning in warnings:
            table.add_row(str(warning.row), warning.code, warning.sentence)
        Console().print(table)
        raise cli.stop(f"{file.name}: {len(rows)} sites, {len(warnings)} in doubt.")
    typer.echo(f"{file.name}: {len(rows)} sites, all where they say.")


@city.command()
def import_rivers(
    file: InputFile,
    river: Annotated[str | None, typer.Option(help="Code of the river, where the file does not say.")] = None,
    piece: Annotated[float, typer.Option(min=1, help="Longest stretch, in metres.")] = 1000.0,
    source: Annotated[str, typer.Option(help="Who drew it; without it, the file's name.")] = "",
    surveyed: Annotated[
        bool, typer.Option("--surveyed", help="Not approximate: drawn from a survey.")
    ] = False,
) -> None:
    """Import the axes of rivers from a GeoJSON file, in stretches of equal length."""
    cli.with_django()
    arguments = {
        "file": str(file.resolve()),
        "river": river,
        "piece": piece,
        "source": source or file.name,
        "approximate": not surveyed,
    }
    done = cli.call("city.import_rivers", arguments, "Importing rivers")
    typer.echo(f"{file.name}: {done['stretches']} stretches of {', '.join(done['rivers'])}.")
