"""``jcoc people code``, ``unlock`` and ``second-factor-remove``"""

from __future__ import annotations

from typing import Annotated

import typer

from jcoc.people.commands import people
from jcoc.trail.cli import call, stop


def code(
    username: str, hours: Annotated[int, typer.Option(min=1, max=720, help="How long it lets in.")] = 72
) -> None:
    """Make a link and a code that let an account in once, such as for who forgot the password."""
    made = call("people.code", {"username": username, "hours": hours})
    typer.echo(f"Link: {made['link']}\nCode: {made['code']}\nBoth are shown this once; one use ends both.")


def unlock(
    username: Annotated[str, typer.Argument(help="The account's name.")] = "",
    address: Annotated[str, typer.Option(help="An address that is locked, such as an office's.")] = "",
) -> None:
    """Let an account, or an address, try to log in again after too many failures."""
    if bool(username) == bool(address):
        raise stop("Name an account, or an address with --address.", 2)
    call("people.unlock", {"username": username, "address": address})
    typer.echo(f"{username or address} can try again.")


def second_factor_remove(username: str) -> None:
    """Take an account's second factor away, for who lost phone and recovery codes; its sessions end."""
    done = call("people.second_factor_remove", {"username": username})
    typer.echo(f"The second factor of {username} is taken away; {done['sessions']} sessions ended.")


def register(_app: typer.Typer) -> None:
    people.command()(code)
    people.command()(unlock)
    people.command("second-factor-remove")(second_factor_remove)
