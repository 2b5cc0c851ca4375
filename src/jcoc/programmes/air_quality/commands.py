"""``jcoc air …``: the city's arithmetic on a plain file, without a database."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from jcoc.programmes.air_quality import daily, table
from jcoc.trail.cli import stop

air = typer.Typer(help="Clean air.", no_args_is_help=True)
air.callback()(lambda: None)


@air.command()
def ispu(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV with columns time and pm25."),
    ],
) -> None:
    """The ISPU of PM2.5 day by day, as CSV: day, hours with readings, mean in µg/m³, index, category.

    A day with fewer than 18 hours of readings has no index.
    """
    try:
        readings = table.read(file.read_bytes())
    except table.BadTable as error:
        raise stop(f"{file.name}: {error}", 2) from None
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["day", "hours", "pm25_mean", "ispu", "category"])
    for day, mean in daily.by_day(daily.hourly(readings)).items():
        index = mean.ispu
        out.writerow(
            [
                day.isoformat(),
                mean.hours,
                f"{mean.value:.2f}",
                index.value if index else "",
                index.category.indonesian if index else "",
            ]
        )
