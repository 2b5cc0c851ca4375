"""``jcoc people nik``"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jcoc.people.commands import people
from jcoc.people.identity import nik as niks
from jcoc.trail import cli


def nik(
    number: Annotated[
        str, typer.Argument(help="16 digits; spaces, dots and hyphens between them are allowed.")
    ],
    on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day that decides the century; today without it.")
    ] = "",
) -> None:
    """Print as JSON what a NIK says. Ends with 2 and a sentence where it is none.

    Needs no data folder and keeps nothing. The year has two digits: the latest century that is not in the future.
    """
    try:
        day = date.fromisoformat(on) if on else datetime.now(ZoneInfo("Asia/Jakarta")).date()
    except ValueError:
        raise cli.stop(f"--on takes a date as YYYY-MM-DD, not {on!r}.", 2) from None
    try:
        parts = niks.parse(number, day)
    except niks.NikFault as fault:
        raise cli.stop(str(fault), 2) from None
    typer.echo(json.dumps(parts.as_json(), indent=2))


def register(app: typer.Typer) -> None:
    people.command()(nik)
